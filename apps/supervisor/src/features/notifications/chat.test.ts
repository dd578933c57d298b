import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slackBody, teamsBody } from './chat.ts';
import { factsOf, messageOf, subjectLine, subjectOf, type Facts } from './facts.ts';

const place = { publicUrl: 'https://argus.test', customer: 'demo' };
const job = 'https://argus.test/app/demo/jobs/abc';

function messageFrom(some: Partial<Facts>, subject?: string) {
  const facts = factsOf({ job_id: 'abc', ...some });
  return messageOf({ id: 'm', subject: subject ?? subjectOf(facts), facts }, null, place, 'UTC');
}
const failure = (more: Partial<Facts> = {}) =>
  messageFrom({
    kind: 'event',
    emitter: { type: 'task', id: 'x', name: 'Nightly backup' },
    event: 'failure',
    state: 'failure',
    reason: 'exit code 3',
    hostname: 'web-1',
    started_by: 'ada@demo.test',
    started_at: '2026-11-24T01:30:00.000Z',
    finished_at: '2026-11-24T01:34:03.000Z',
    ...more,
  });

interface Text {
  type: string;
  text: string;
  verbatim?: boolean;
}
interface Block {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: { text: Text; url: string }[];
}
const slackOf = (message: Parameters<typeof slackBody>[0]) =>
  JSON.parse(slackBody(message)) as { text: string; blocks: Block[] };

interface Element {
  type: string;
  text?: string;
  items?: Element[];
  inlines?: Element[];
}
const teamsOf = (message: Parameters<typeof teamsBody>[0]) =>
  (
    JSON.parse(teamsBody(message)) as {
      attachments: [
        { content: { body: Element[]; actions?: { type: string; title: string; url: string }[] } },
      ];
    }
  ).attachments[0].content;

/** What people may write, with what chats read as more than text close together. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '@channel',
        '@here',
        '<!channel>',
        '<!subteam^S1|x>',
        '<@U123>',
        '&lt;!here&gt;',
        '`',
        '``',
        '```',
        '*b*',
        '_i_',
        '[click](https://evil.test)',
        '<https://evil.test|safe>',
        'https://evil.test',
        '<at>All</at>',
        '\n# head\n',
        '![x](https://evil.test/x.png)',
        '\r\n> quote',
        ':fire:',
      ),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('what people wrote is text in a chat', () => {
  const wrongIn = fc.record({
    name: hostile,
    reason: hostile,
    hostname: hostile,
    started_by: hostile,
    log: fc.array(hostile, { maxLength: 5 }),
    body: fc.option(hostile),
  });
  const messages = wrongIn.map(({ name, body, ...rest }) =>
    body === null
      ? failure({ emitter: { type: 'task', id: 'x', name }, ...rest })
      : messageFrom({ body, asks: 'approval', fields: [['Started by', rest.started_by]] }, subjectLine(name)),
  );

  test('Slack: plain, or as code that nothing in it ends, and everything is in the text by itself', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const { text, blocks } = slackOf(message);
        const [, title, body, links] =
          /^`([^`\n]+)`\n```\n([^]*?)\n```((?:\n[A-Z][a-z ]+: https:\/\/argus\.test\/\S+)+)$/.exec(text) ??
          [];
        expect(title, text).toBeDefined();
        expect(body).not.toContain('```');
        expect(links).toContain(job);
        for (const part of [title, body]) {
          expect(part).not.toMatch(/[<>]/);
          expect(part).not.toMatch(/&(?!amp;|lt;|gt;)/);
        }
        for (const { text: own, fields = [], elements = [] } of blocks)
          for (const one of [own, ...fields, ...elements.map((element) => element.text)]) {
            if (one === undefined || one.type === 'plain_text') continue;
            expect(one).toMatchObject({ type: 'mrkdwn', verbatim: true });
            const [, code] = /^```\n([^]*)\n```$/.exec(one.text) ?? [];
            if (code === undefined) expect(one.text).toMatch(/^\*[A-Z][a-z ]+\*$/);
            else expect(code).not.toMatch(/```|[<>]|&(?!amp;|lt;|gt;)/);
          }
        for (const { url } of blocks.flatMap(({ elements = [] }) => elements))
          expect(url).toMatch(/^https:\/\/argus\.test\//);
      }),
    );
  });

  test('Teams: text runs alone, which know no Markdown', () => {
    const types = new Set(['RichTextBlock', 'TextRun', 'Container']);
    const walk = (elements: readonly Element[]): void => {
      for (const { type, text, items = [], inlines = [] } of elements) {
        expect(types).toContain(type);
        if (text !== undefined) expect(type).toBe('TextRun');
        walk(items);
        walk(inlines);
      }
    };
    fc.assert(
      fc.property(messages, (message) => {
        const { body, actions = [] } = teamsOf(message);
        walk(body);
        for (const { type, url } of actions) {
          expect(type).toBe('Action.OpenUrl');
          expect(url).toMatch(/^https:\/\/argus\.test\//);
        }
      }),
    );
  });
});

test('however much there is to say, both take it', () => {
  const signs = ['x', '<', '"', '\u0001', 'é', '💥', '\n'];
  for (const sign of signs)
    for (const message of [
      failure({ log: Array.from({ length: 50 }, () => sign.repeat(2000)), reason: sign.repeat(1000) }),
      messageFrom(
        { body: sign.repeat(20_000), fields: [['Started by', sign.repeat(3000)]] },
        `${sign.repeat(200)} s`,
      ),
    ]) {
      expect(Buffer.byteLength(teamsBody(message))).toBeLessThan(26_000);
      const { text, blocks } = slackOf(message);
      expect(text.length).toBeLessThan(5000);
      expect(blocks.length).toBeLessThan(50);
      for (const { type, text: own, fields = [] } of blocks) {
        for (const one of [own, ...fields]) {
          if (one === undefined) continue;
          expect(one.text.length).toBeGreaterThan(0);
          expect(one.text.length).toBeLessThanOrEqual(type === 'header' ? 150 : 3000);
          expect(one.text.isWellFormed()).toBe(true);
        }
        expect(fields.length).toBeLessThanOrEqual(10);
        for (const { text: field } of fields) expect(field.length).toBeLessThanOrEqual(2000);
      }
    }
});

test('of a long log its end is told, of a long message its beginning', () => {
  const lines = Array.from({ length: 50 }, (_, place) => `line ${place} ${'x'.repeat(190)}`);
  const [, , log] = slackOf(failure({ log: lines })).blocks;
  expect(log?.text?.text).toContain('line 49');
  expect(log?.text?.text).not.toContain('line 0 ');
  const body = JSON.stringify(teamsOf(failure({ log: lines })));
  expect(body).toContain('line 49');
  expect(body).not.toContain('line 0 ');
  const [, letter] = slackOf(messageFrom({ body: lines.join('\n') }, 'x')).blocks;
  expect(letter?.text?.text).toContain('line 0 ');
});

describe('the buttons', () => {
  const buttons = (message: Parameters<typeof slackBody>[0]) => {
    const ofSlack = slackOf(message).blocks.flatMap(({ elements = [] }) =>
      elements.map(({ text, url }) => [text.text, url]),
    );
    expect(teamsOf(message).actions?.map(({ title, url }) => [title, url]) ?? []).toEqual(ofSlack);
    return ofSlack;
  };

  test('of a job open it, and its log where it has one', () => {
    expect(buttons(failure())).toEqual([
      ['Open the job', job],
      ['Open the log', `${job}#log`],
    ]);
    expect(buttons(failure({ hostname: null }))).toEqual([['Open the job', job]]);
  });

  test('of what is asked lead to where it is decided', () => {
    expect(buttons(messageFrom({ body: 'x', asks: 'approval' }, 's'))).toEqual([['Review and decide', job]]);
    expect(buttons(messageFrom({ body: 'x', asks: 'input' }, 's'))).toEqual([['Fill it in', job]]);
  });

  test('of a run open it, and what leads nowhere has none', () => {
    const emitter = { type: 'workflow', id: 'w', name: 'Flow' } as const;
    const run = { job_id: null, run_id: 'r', emitter, event: 'failure', hostname: null };
    expect(buttons(failure(run))).toEqual([
      ['Open the run', 'https://argus.test/app/demo/workflows/w/runs/r'],
    ]);
    expect(buttons(messageFrom({ body: 'x', job_id: null }, 's'))).toEqual([]);
  });

  test('are there for what an older version put into the outbox', () => {
    const { fields: _fields, asks: _asks, ...older } = factsOf({ body: 'x', job_id: 'abc' });
    expect(buttons(messageOf({ id: 'm', subject: 's', facts: older }, null, place, 'UTC'))).toEqual([
      ['Open the job', job],
    ]);
  });
});
