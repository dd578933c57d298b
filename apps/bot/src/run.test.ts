import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotDirectory, TestBot } from './testing/bot.ts';
import { TestSupervisor } from './testing/supervisor.ts';

let supervisor: TestSupervisor;
let directory: BotDirectory;
let bot: TestBot;

beforeAll(async () => {
  supervisor = await TestSupervisor.start();
  directory = new BotDirectory();
  bot = new TestBot(supervisor, directory);
});

afterAll(async () => {
  await bot.end('SIGTERM');
  directory[Symbol.dispose]();
  await supervisor.close();
});

describe('a bot runs scripts', () => {
  test('both streams and the exit code arrive', async () => {
    const held = supervisor.run({ script: 'echo out; echo err >&2; exit 3' });
    const finished = await supervisor.finished(held);
    expect(finished).toMatchObject({ ending: 'exited', exit_code: 3, signal: null, error: null });
    expect(held.stream('stdout')).toBe('out\n');
    expect(held.stream('stderr')).toBe('err\n');
  });
});
