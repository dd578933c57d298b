import { zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BotDirectory, TestBot } from '../testing/bot.ts';
import { bytesOf } from '../testing/held.ts';
import { TestSupervisor } from '../testing/supervisor.ts';
import { Refused } from './http.ts';
import { blankLog, isOfContent } from './refused.ts';

test('what takes the place of log has as many bytes and line breaks', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), (bytes, lines) => {
      const text = zstdDecompressSync(blankLog({ bytes, lines }));
      expect(text.length).toBe(bytes);
      expect(text.filter((byte) => byte === 10).length).toBe(Math.min(bytes, lines));
    }),
  );
});

test('only a supervisor says that a request is wrong, and anybody that it is too large', () => {
  const refusal = (status: number, body: string) => isOfContent(new Refused(status, {}, Buffer.from(body)));
  expect(refusal(400, '{"code":"invalid_input","message":"data: is not zstd"}')).toBe(true);
  expect(refusal(413, '<h1>too large</h1>')).toBe(true);
  expect(refusal(400, '<h1>bad request</h1>')).toBe(false);
  expect(refusal(503, '{"code":"unavailable"}')).toBe(false);
  expect(isOfContent(new Error('ECONNRESET'))).toBe(false);
});

describe('an event that the supervisor refuses for what it says', () => {
  let supervisor: TestSupervisor;
  let directory: BotDirectory;
  let bot: TestBot;
  beforeAll(async () => {
    supervisor = await TestSupervisor.start();
    directory = new BotDirectory();
    bot = new TestBot(supervisor, directory);
  });
  beforeEach(() => {
    supervisor.refuses = () => false;
  });
  afterAll(async () => {
    await bot.end('SIGTERM');
    directory[Symbol.dispose]();
    await supervisor.close();
  });

  test('is alone in not being told: a piece of log leaves a notice, all else arrives', async () => {
    supervisor.refuses = (event) => event.type === 'log' && bytesOf(event).includes('poison');
    const poisoned = supervisor.run({
      script: `echo before; sleep 0.1; echo 'poison, and more of it than the notice is long' >&2; sleep 0.1; echo after; exit 3`,
    });
    const others = [1, 2, 3].map((code) => supervisor.run({ script: `echo fine; sleep 0.1; exit ${code}` }));
    for (const [index, other] of others.entries()) {
      expect(await supervisor.finished(other)).toMatchObject({ ending: 'exited', exit_code: index + 1 });
      expect(other.log.toString()).toBe('fine\n');
    }
    expect(await supervisor.finished(poisoned)).toMatchObject({ ending: 'exited', exit_code: 3 });
    expect(poisoned.stream('stdout')).toBe('before\nafter\n');
    expect(poisoned.stream('stderr')).toMatch(/^\[this piece of the log could not be delivered\] *\n$/);
    expect(bot.stderr).toContain('an event was refused by itself');
  });

  test('and is an end is told without its result, as one that nobody can judge', async () => {
    supervisor.refuses = (event) =>
      event.type === 'finished' && event.result.stdout?.includes('poison') === true;
    const held = supervisor.run({ script: `echo '["poison"]'` });
    expect(await supervisor.finished(held)).toMatchObject({
      ending: 'unknown',
      error: expect.stringMatching(/exit code 0.* was refused: .*data: is not right/) as string,
      result: { stdout: null },
    });
  });

  test('and is refused however it is told is kept, holds up nobody, and is told as it is once it may be', async () => {
    const held = supervisor.run({ script: `echo '["all"]'; exit 5` });
    const { job } = held.instruction;
    supervisor.refuses = (event) => event.type === 'finished' && event.job === job;
    await expect.poll(() => bot.stderr, { timeout: 20_000 }).toContain('refused however it is told');
    const other = supervisor.run({ script: 'exit 6' });
    expect(await supervisor.finished(other)).toMatchObject({ exit_code: 6 });
    supervisor.refuses = () => false;
    expect(await supervisor.finished(held)).toMatchObject({
      ending: 'exited',
      exit_code: 5,
      result: { stdout: '["all"]' },
    });
  });
});
