import { zstdCompressSync } from 'node:zlib';
import type { RunInstruction } from '@argus/contract';
import { createTestDatabase, fakeBot, type FakeBot } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followLog, startJob, startTestApp, type StreamEvent, type TestApp } from '../../testing/index.ts';

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

async function started(): Promise<RunInstruction> {
  await startJob(app);
  const [run] = await bot.takeRuns();
  await bot.started(run as RunInstruction);
  return run as RunInstruction;
}

/** A log in pieces that break lines and characters as pipes do. */
const PIECES: [text: string, stream: 'stdout' | 'stderr'][] = [
  ['no break yet', 'stdout'],
  [', still none', 'stdout'],
  [', now\nsecond é', 'stdout'],
  ['warning\n', 'stderr'],
  ['\n\nfifth\n', 'stdout'],
  ['the end without a break', 'stdout'],
];
const WHOLE = PIECES.map(([text]) => text).join('');

async function logged(): Promise<RunInstruction> {
  const run = await started();
  for (const [index, [text, stream]] of PIECES.entries())
    await bot.log(run, text, { stream, encoding: index % 2 ? 'zstd' : 'identity' });
  await bot.finish(run);
  return run;
}

describe('the log as text', () => {
  let run: RunInstruction;
  beforeAll(async () => {
    run = await logged();
  });
  const read = async (search = '') => {
    const answer = await app.request('GET', `/job/${run.job}/log${search}`, { token });
    expect(answer.headers).toMatchObject({
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
    return answer.bytes;
  };

  test('is all that was written, in order', async () => {
    expect((await read()).toString()).toBe(WHOLE);
  });

  test('from any byte on, as long as wanted, is that part of the whole', async () => {
    const whole = Buffer.from(WHOLE);
    for (let offset = 0; offset <= whole.length + 2; offset += 3) {
      expect((await read(`?offset=${offset}`)).equals(whole.subarray(offset))).toBe(true);
      expect((await read(`?offset=${offset}&limit=7`)).equals(whole.subarray(offset, offset + 7))).toBe(true);
    }
  });

  test('from any line on is the lines that follow', async () => {
    const lines = WHOLE.split('\n');
    for (let from = 0; from <= lines.length + 1; from++)
      expect([from, (await read(`?from_line=${from}`)).toString()]).toEqual([
        from,
        lines.slice(from).join('\n'),
      ]);
  });

  test('of one stream is that stream alone', async () => {
    for (const stream of ['stdout', 'stderr']) {
      const expected = PIECES.filter((piece) => piece[1] === stream).map(([text]) => text);
      expect((await read(`?stream=${stream}`)).toString()).toBe(expected.join(''));
    }
  });

  test('of an attempt that never was, and of a job that waits, is empty', async () => {
    expect((await read('?attempt=9')).length).toBe(0);
    const waiting = await startJob(app);
    expect((await app.request('GET', `/job/${waiting}/log`, { token })).text).toBe('');
    await app.request('PUT', `/job/${waiting}/cancel`, { token: app.demo.people.admin.token });
  });
});

describe('the log as it comes', () => {
  const text = (events: readonly StreamEvent[]) =>
    events.map((one) => (one.event === 'log' ? one.data.text : '')).join('');
  const collect = async (job: string, options: { lastEventId?: string; search?: string } = {}) => {
    const events: StreamEvent[] = [];
    for await (const event of followLog(app.url, job, { token, ...options })) events.push(event);
    return events;
  };

  test('is live, with the changes of the job, and ends with it', async () => {
    await startJob(app);
    const [run] = (await bot.takeRuns()) as [RunInstruction];
    const stream = followLog(app.url, run.job, { token });
    const next = async () => (await stream.next()).value as StreamEvent;
    expect(await next()).toMatchObject({ event: 'job', data: { lifecycle: 'assigned' } });
    await bot.started(run);
    expect(await next()).toMatchObject({ event: 'job', data: { lifecycle: 'started' } });
    await bot.log(run, 'one\n');
    expect(await next()).toMatchObject({
      event: 'log',
      id: '1.4',
      data: { offset: 0, end: 4, line: 0, stream: 'stdout', text: 'one\n' },
    });
    await bot.log(run, 'two\n', { stream: 'stderr' });
    expect(await next()).toMatchObject({
      event: 'log',
      id: '1.8',
      data: { line: 1, stream: 'stderr', text: 'two\n' },
    });
    await bot.finish(run, { exit_code: 1 });
    expect(await next()).toMatchObject({ event: 'job', data: { state: 'failure' } });
    expect(await next()).toMatchObject({ event: 'end', data: { lifecycle: 'finished' } });
    expect((await stream.next()).done).toBe(true);
  });

  test('of an ended job is the whole log and the end', async () => {
    const events = await collect((await logged()).job);
    expect(events.map(({ event }) => event)).toEqual(['job', ...PIECES.map(() => 'log'), 'end']);
    expect(text(events)).toBe(WHOLE);
  });

  test('goes on after the last event without gap or repeat, wherever it broke off', async () => {
    const { job } = await logged();
    const all = await collect(job);
    for (const [index, { id }] of all.entries()) {
      if (id === undefined) continue;
      const rest = await collect(job, { lastEventId: id });
      expect(text(all.slice(0, index + 1)) + text(rest)).toBe(WHOLE);
      expect(text(await collect(job, { search: `?last-event-id=${id}` }))).toBe(text(rest));
    }
    const whole = Buffer.from(WHOLE);
    for (const offset of [0, 1, 20, whole.length])
      expect(text(await collect(job, { search: `?offset=${offset}` }))).toBe(
        whole.subarray(offset).toString(),
      );
  });

  test('begins with the last lines where only those are wanted', async () => {
    const { job } = await logged();
    const lines = WHOLE.split('\n');
    for (const tail of [0, 1, 2, 4, 99])
      expect(text(await collect(job, { search: `?tail=${tail}` }))).toBe(
        tail === 0 ? '' : lines.slice(-tail).join('\n'),
      );
  });

  test('carries no text where only its growth is wanted: the job tells how long it is', async () => {
    const run = await started();
    const stream = followLog(app.url, run.job, { token, search: '?log=false' });
    const next = async () => (await stream.next()).value as StreamEvent;
    expect(await next()).toMatchObject({ event: 'job', data: { log_bytes: 0 } });
    await bot.log(run, 'one\n');
    expect(await next()).toMatchObject({ event: 'job', data: { log_bytes: 4, log_lines: 1 } });
    await bot.finish(run);
    const rest: string[] = [];
    for await (const { event } of stream) rest.push(event);
    expect(rest).toEqual(['job', 'end']);
  });

  test('joins a character that two chunks share', async () => {
    const run = await started();
    const euro = Buffer.from('€');
    const send = (seq: number, bytes: Buffer, offset: number) =>
      bot.send([
        {
          ...bot.logEvent(run, 'x'),
          seq,
          offset,
          line: 0,
          lines: 0,
          bytes: bytes.length,
          encoding: 'zstd',
          data: zstdCompressSync(bytes).toString('base64'),
        },
      ]);
    await send(1, euro.subarray(0, 1), 0);
    await send(2, euro.subarray(1), 1);
    await bot.finish(run, { last_seq: 2 });
    expect(text(await collect(run.job))).toBe('€');
  });

  test('is not for those who may not see the job, and not from an id that is none', async () => {
    const { job } = await logged();
    expect(
      (await app.request('GET', `/job/${job}/log/stream`, { token: app.other.people.owner.token })).status,
    ).toBe(404);
    expect((await app.request('GET', `/job/${job}/log/stream?last-event-id=x`, { token })).status).toBe(400);
  });

  test('that nobody reads any more is let go', async () => {
    const run = await started();
    const stream = followLog(app.url, run.job, { token });
    expect((await stream.next()).value).toMatchObject({ event: 'job' });
    await stream.return();
    await bot.finish(run);
  });
});
