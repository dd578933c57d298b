import type { LogLine, LogLines, LogSearch, RunInstruction, Stream } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startJob, startTestApp, type TestApp } from '../../testing/index.ts';
import { logQueries } from './queries.ts';
import { createLogSearcher } from './search/search.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let token: string;
let bot: FakeBot;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.viewer.token;
  bot = resources.use(fakeBot({ url: app.url, credential: app.demo.host.credential }));
});
afterAll(() => resources.disposeAsync());

type Piece = [stream: Stream, text: string];

/** A running job with a log of these pieces. */
async function logged(pieces: readonly Piece[]): Promise<RunInstruction> {
  await startJob(app);
  const [run] = (await bot.takeRuns()) as [RunInstruction];
  await bot.started(run);
  if (pieces.length > 0)
    await bot.send(
      pieces.map(([stream, text], index) =>
        bot.logEvent(run, Buffer.from(text, 'latin1'), {
          stream,
          encoding: index % 3 === 0 ? 'zstd' : 'identity',
        }),
      ),
    );
  return run;
}

async function ask<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const answer = await app.request('GET', `${path}?${search.toString()}`, { token });
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  return answer.body as T;
}

/** The lines of a log as splitting its joined text makes them. */
function naive(pieces: readonly Piece[], stream: Stream | null): string[] {
  const text = pieces.filter(([of]) => stream === null || of === stream).map(([, piece]) => piece);
  const lines = text.join('').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => Buffer.from(line, 'latin1').toString());
}

const logs = fc.array(
  fc.tuple(
    fc.constantFrom<Stream>('stdout', 'stderr'),
    fc
      .array(fc.constantFrom('a', 'b', 'ab', '\n', '\n\n', '\u00c3\u00a9', '\u00ff', '\0', '\u001b[31m'), {
        minLength: 1,
        maxLength: 8,
      })
      .map((texts) => texts.join('')),
  ),
  { maxLength: 12 },
);
const streams = fc.option(fc.constantFrom<Stream>('stdout', 'stderr'));

describe('lines of a log', () => {
  test('are what splitting its text makes, from any line and from the end, of both streams or one', async () => {
    await fc.assert(
      fc.asyncProperty(logs, streams, fc.nat(12), fc.integer({ min: 1, max: 6 }), async (...given) => {
        const [pieces, stream, from, limit] = given;
        const { job, ...run } = await logged(pieces);
        const whole = Buffer.from(pieces.map(([, text]) => text).join(''), 'latin1');
        const lines = naive(pieces, stream);
        const query = { stream: stream ?? undefined };
        const read = (more: object) => ask<LogLines>(`/job/${job}/log/lines`, { ...query, ...more });
        const middle = await read({ from_line: from, limit });
        expect(middle).toMatchObject({ total_lines: lines.length, total_bytes: whole.length });
        expect(middle.lines.map(({ text }) => text)).toEqual(lines.slice(from, from + limit));
        for (const line of middle.lines) assertPlaced(line, whole, stream);
        const end = await read({ tail: limit });
        expect(end.lines.map(({ text }) => text)).toEqual(lines.slice(-limit));
        expect(end.from_line).toBe(Math.max(0, lines.length - limit));

        const text = (more: object) => textOf(job, { ...query, ...more });
        const own = Buffer.from(
          pieces.flatMap(([of, piece]) => (stream === null || of === stream ? [piece] : [])).join(''),
          'latin1',
        );
        const cut = own.toString('latin1').split('\n');
        expect(await text({})).toEqual(own);
        expect((await text({ from_line: from })).toString('latin1')).toBe(cut.slice(from).join('\n'));
        if (cut.at(-1) === '') cut.pop();
        const tail = cut.slice(-limit).join('\n');
        expect((await text({ tail: limit })).toString('latin1').replace(/\n$/, '')).toBe(tail);
        await bot.finish({ job, ...run });
      }),
      { numRuns: 12 },
    );
  });

  async function textOf(job: string, query: Record<string, string | number | undefined>): Promise<Buffer> {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
    return (await app.request('GET', `/job/${job}/log?${search.toString()}`, { token })).bytes;
  }

  /** Number, offset and length are true of the whole log. */
  function assertPlaced(line: LogLine, whole: Buffer, stream: Stream | null): void {
    const before = whole.subarray(0, line.offset).toString('latin1');
    expect(before.split('\n').length - 1).toBe(line.line);
    if (stream === null)
      expect(whole.subarray(line.offset, line.offset + line.bytes).toString('latin1')).toBe(
        before.length < whole.length ? whole.toString('latin1').slice(before.length).split('\n')[0] : '',
      );
    if (line.parts) expect(line.parts.map(({ text }) => text).join('')).toBe(line.text);
  }

  test('of 3 MB are cut, say how long they are, and their rest is read as text', async () => {
    const long = Array.from({ length: 15 }, (_, at): Piece => ['stdout', String(at % 10).repeat(200_000)]);
    const run = await logged([['stdout', 'first\n'], ...long, ['stderr', '!'], ['stdout', '\nlast\n']]);
    const { lines, total_lines: total } = await ask<LogLines>(`/job/${run.job}/log/lines`);
    expect(total).toBe(3);
    expect(lines).toMatchObject([
      { text: 'first', cut: false },
      { line: 1, offset: 6, bytes: 3_000_001, cut: true, text: '0'.repeat(8192) },
      { line: 2, text: 'last', cut: false },
    ]);
    const rest = await app.request('GET', `/job/${run.job}/log?offset=2999990&limit=20`, { token });
    expect(rest.text).toBe(`${'4'.repeat(16)}!\nla`);
    await bot.finish(run);
  });

  test('are kept under a name where a browser downloads them, and say how long the whole is', async () => {
    const run = await logged([['stdout', 'a\n\u00ff\0\n']]);
    const { headers, bytes } = await app.request('GET', `/job/${run.job}/log?download`, { token });
    expect(headers['content-disposition']).toMatch(
      new RegExp(`^attachment; filename="[\\w-]+-${run.job}\\.log"$`),
    );
    expect(headers['content-length']).toBe('5');
    expect(bytes).toEqual(Buffer.from('a\n\u00ff\0\n', 'latin1'));
    await bot.finish(run);
  });
});

describe('a search in a log', () => {
  test('finds the lines that hold the text, in a log of many parts as in one', async () => {
    const queries = logQueries(app.db);
    await using inParts = createLogSearcher(app.platform, queries, { partBytes: 9000 });
    await fc.assert(
      fc.asyncProperty(
        logs,
        streams,
        fc.constantFrom('a', 'ab', 'é', 'B'),
        fc.nat(5),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (pieces, stream, text, fromLine, limit, ignoreCase) => {
          const run = await logged(pieces);
          const fits = (line: string) =>
            ignoreCase ? line.toLowerCase().includes(text.toLowerCase()) : line.includes(text);
          const expected = naive(pieces, stream).flatMap((line, index) =>
            index >= fromLine && fits(line) ? [index] : [],
          );
          const query = { q: text, from_line: fromLine, stream: stream ?? undefined };
          const path = `/job/${run.job}/log/search`;
          const found = await ask<LogSearch>(path, { ...query, ignore_case: String(ignoreCase) });
          expect(found.matches.map(({ index }) => index)).toEqual(expected);
          expect(found.next_line).toBeNull();

          const key = { jobId: run.job, attempt: 1, stream: stream ?? undefined };
          const options = { query: { text, regex: false, ignoreCase }, fromLine, limit };
          const signal = new AbortController().signal;
          const all = await inParts(key, { ...options, total: true }, 'one', signal);
          expect(all.total?.lines).toBe(expected.length);
          expect(all.matches.map(({ index }) => index)).toEqual(expected.slice(0, limit));
          // page by page it is the same
          const paged: number[] = [];
          for (let next: number | null = fromLine; next !== null;) {
            const page: LogSearch = await inParts(
              key,
              { ...options, fromLine: next, total: false },
              'one',
              signal,
            );
            paged.push(...page.matches.map(({ index }) => index));
            next = page.next_line;
          }
          expect(paged).toEqual(expected);
          await bot.finish(run);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('takes a pattern, and says what of a line was found', async () => {
    const run = await logged([['stdout', 'took 12 ms\ntook 1200 ms\nTook 1 ms\n']]);
    const path = `/job/${run.job}/log/search`;
    const search = (query: Record<string, string>) => ask<LogSearch>(path, query);
    expect((await search({ q: '^took \\d{3,} ms$', regex: 'true' })).matches).toMatchObject([
      { line: 1, text: 'took 1200 ms', ranges: [[0, 12]] },
    ]);
    const { matches, total } = await search({ q: 'TOOK', ignore_case: 'true', total: 'true', limit: '1' });
    expect([matches.length, total]).toEqual([1, { lines: 3, blocks: [{ index: 0, lines: 3 }] }]);
    expect((await search({})).matches).toEqual([]);
    const bad = await app.request('GET', `${path}?regex=true&q=${encodeURIComponent('a(b')}`, { token });
    expect([bad.status, bad.body.errors[0].field]).toEqual([400, 'q']);
    expect((await app.request('GET', `${path}?q=a`, { token: app.other.people.owner.token })).status).toBe(
      404,
    );
    await bot.finish(run);
  });
});
