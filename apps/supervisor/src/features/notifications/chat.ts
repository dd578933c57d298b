import type { Message } from './facts.ts';
import { oneLine } from './rules.ts';

/** Characters that Slack takes at most: of a header, of a section, of one field, and of what a message says without blocks. */
const SLACK_HEADER_MAX = 150;
const SLACK_SECTION_MAX = 3000;
const SLACK_FIELD_MAX = 500;
const SLACK_TEXT_MAX = 3000;
/** A section of Slack takes ten fields: a name beside its value. */
const SLACK_FIELDS_MAX = 5;
/** Teams refuses messages above 28 KB, whatever carries it there included. */
const TEAMS_BODY_MAX = 24_000;
const TEAMS_FIELD_MAX = 1000;
/** Characters of what follows the facts, and lines. */
const TEAMS_DETAIL_MAX = 8000;
const TEAMS_LINES_MAX = 80;

/**
 * For an incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat), where `text` is all that is
 * shown: so it says everything. Whatever people wrote is in it as code, and in blocks as plain text or code: there it
 * cannot mention, link or be set in bold.
 */
export function slackBody({ subject, text, fields, detail, buttons }: Message): string {
  const [reason, others] = apart(fields);
  const title = oneLine(subject) || 'Argus';
  const section = {
    ...(reason !== undefined && { text: plain(reason, SLACK_SECTION_MAX) }),
    ...(others.length > 0 && {
      fields: others.flatMap(([name, value]) => [
        { type: 'mrkdwn', text: `*${escaped(name)}*`, verbatim: true },
        plain(value, SLACK_FIELD_MAX),
      ]),
    }),
  };
  return JSON.stringify({
    text: [
      `\`${escaped(title.replaceAll('`', "'"))}\``,
      codeBlock(text.trim(), SLACK_TEXT_MAX, 'start'),
      ...buttons.map(({ title: name, url }) => `${name}: ${address(url)}`),
    ].join('\n'),
    blocks: [
      { type: 'header', text: plain(title, SLACK_HEADER_MAX) },
      ...('text' in section || 'fields' in section ? [{ type: 'section', ...section }] : []),
      ...(detail === null
        ? []
        : [
            {
              type: 'section',
              text:
                detail.kind === 'text'
                  ? plain(detail.text, SLACK_SECTION_MAX)
                  : {
                      type: 'mrkdwn',
                      text: codeBlock(detail.text, SLACK_SECTION_MAX, 'end'),
                      verbatim: true,
                    },
            },
          ]),
      ...(buttons.length === 0
        ? []
        : [
            {
              type: 'actions',
              elements: buttons.map(({ title: name, url }, place) => ({
                type: 'button',
                text: plain(name, 75),
                url: address(url),
                action_id: `open-${place}`,
                ...(place === 0 && { style: 'primary' }),
              })),
            },
          ]),
    ],
  });
}

/** The reason, which may be long, and what fits beside each other. */
function apart(fields: Message['fields']): [string | undefined, Message['fields']] {
  const reason = fields.find(([name]) => name === 'Reason')?.[1];
  return [reason, fields.filter(([name]) => name !== 'Reason').slice(0, SLACK_FIELDS_MAX)];
}

function plain(text: string, max: number) {
  return { type: 'plain_text', text: within(text, max, 'start'), emoji: false };
}

/** Nothing in it means anything. What would end it is written otherwise, and what Slack reads in code too is escaped. */
function codeBlock(text: string, max: number, keeps: 'start' | 'end'): string {
  const code = within(text.replaceAll('```', "'''"), max - 8, keeps, escapedSign);
  return `\`\`\`\n${code}\n\`\`\``;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapedSign = (sign: string): string => ESCAPES[sign] ?? sign;
const escaped = (text: string): string => text.toWellFormed().replaceAll(/[&<>]/g, escapedSign);
const address = (url: string): string => new URL(url).href;

/**
 * An Adaptive Card for a workflow of Teams. It has text runs alone, which know no Markdown as text blocks and facts do:
 * what people wrote is just text in them.
 */
export function teamsBody(message: Message): string {
  for (let max = TEAMS_DETAIL_MAX; ; max = Math.floor(max / 2)) {
    const body = JSON.stringify(teamsMessage(message, max));
    if (max === 0 || Buffer.byteLength(body) <= TEAMS_BODY_MAX) return body;
  }
}

function teamsMessage({ subject, fields, detail, buttons }: Message, detailMax: number) {
  const said =
    detail === null || detailMax === 0
      ? []
      : within(detail.text, detailMax, detail.kind === 'log' ? 'end' : 'start').split('\n');
  const lines = detail?.kind === 'log' ? said.slice(-TEAMS_LINES_MAX) : said.slice(0, TEAMS_LINES_MAX);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      textBlock([run(oneLine(subject) || 'Argus', { size: 'large', weight: 'bolder' })]),
      ...fields.map(([name, value]) =>
        textBlock(
          [run(`${name}: `, { weight: 'bolder' }), run(within(value, TEAMS_FIELD_MAX, 'start'))],
          'small',
        ),
      ),
      ...(lines.length === 0
        ? []
        : [
            {
              type: 'Container',
              style: 'emphasis',
              // where a line ends inside of a run not every client breaks it
              items: lines.map((line) =>
                textBlock(
                  [run(line === '' ? ' ' : line, detail?.kind === 'log' ? { fontType: 'monospace' } : {})],
                  'none',
                ),
              ),
            },
          ]),
    ],
    ...(buttons.length > 0 && {
      actions: buttons.map(({ title, url }) => ({ type: 'Action.OpenUrl', title, url: address(url) })),
    }),
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
    ],
  };
}

const run = (text: string, more: object = {}) => ({ type: 'TextRun', text, ...more });
const textBlock = (inlines: object[], spacing?: string) => ({
  type: 'RichTextBlock',
  ...(spacing !== undefined && { spacing }),
  inlines,
});

/** As much of a text as fits, from its start or its end. `write`: how each character is written. */
function within(
  text: string,
  max: number,
  keeps: 'start' | 'end',
  write: (sign: string) => string = (sign) => sign,
): string {
  const signs = Array.from(text.toWellFormed(), write);
  if (keeps === 'end') signs.reverse();
  const kept: string[] = [];
  let length = 0;
  for (const sign of signs) {
    length += sign.length;
    if (length >= max) {
      kept.push('…');
      break;
    }
    kept.push(sign);
  }
  return (keeps === 'end' ? kept.reverse() : kept).join('');
}
