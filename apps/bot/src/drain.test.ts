import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runningBot, setDrain } from './control.ts';
import { BotDirectory, TestBot } from './testing/bot.ts';
import { TestSupervisor } from './testing/supervisor.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** A command of the bot's program on a directory: what it said, and its exit code. */
async function command(directory: BotDirectory, ...words: string[]) {
  const child = spawn(process.execPath, [MAIN, ...words], {
    env: { PATH: process.env.PATH, ARGUS_BOT_DIR: directory.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await once(child, 'close');
  return { said, code: child.exitCode };
}

const waitsFor = (file: string) => `echo ready; until [ -e ${file} ]; do sleep 0.02; done; exit 4`;

describe('a bot that drains', () => {
  test('finishes what it has, takes no more, and ends with 0; the next one takes jobs again', async () => {
    await using supervisor = await TestSupervisor.start();
    using directory = new BotDirectory();
    await using bot = new TestBot(supervisor, directory);
    const cue = join(directory.path, 'cue');
    const held = supervisor.run({ script: waitsFor(cue) });
    await supervisor.until(() => held.stream('stdout').includes('ready'));

    const waiting = command(directory, 'drain', '--wait');
    await supervisor.until(() => supervisor.polls.at(-1)?.draining);
    setDrain(directory.path, false);
    await supervisor.until(() => supervisor.polls.at(-1)?.draining === undefined);
    setDrain(directory.path, true);
    await supervisor.until(() => supervisor.polls.at(-1)?.draining);
    // what was handed out before is not left behind
    const late = supervisor.run({ script: 'exit 5' });
    expect(await supervisor.finished(late)).toMatchObject({ exit_code: 5 });

    writeFileSync(cue, '');
    expect(await supervisor.finished(held)).toMatchObject({ exit_code: 4 });
    expect(await bot.ended()).toBe(0);
    expect(await waiting).toMatchObject({ code: 0 });
    expect(runningBot(directory.path)).toBeUndefined();

    await using next = new TestBot(supervisor, directory);
    const more = supervisor.run({ script: 'exit 6' });
    expect(await supervisor.finished(more)).toMatchObject({ exit_code: 6 });
    expect(await next.end('SIGTERM')).toBe(0);
  });

  test('goes on draining when it was killed in between, until SIGUSR2 takes it back', async () => {
    await using supervisor = await TestSupervisor.start();
    using directory = new BotDirectory();
    const bot = new TestBot(supervisor, directory);
    const held = supervisor.run({ script: 'sleep 60' });
    await supervisor.until(() => held.started);
    bot.child.kill('SIGUSR2');
    await supervisor.until(() => supervisor.polls.at(-1)?.draining);
    await bot.end('SIGKILL');
    supervisor.polls = [];
    await using next = new TestBot(supervisor, directory);
    expect(await supervisor.until(() => supervisor.polls[0])).toMatchObject({ draining: true });
    next.child.kill('SIGUSR2');
    await supervisor.until(() => supervisor.polls.at(-1)?.draining === undefined);
    const more = supervisor.run({ script: 'exit 6' });
    expect(await supervisor.finished(more)).toMatchObject({ exit_code: 6 });
  });
});
