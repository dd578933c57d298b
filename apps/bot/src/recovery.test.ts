import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { BotDirectory, processesOf, TestBot } from './testing/bot.ts';
import type { Held } from './testing/held.ts';
import { TestSupervisor } from './testing/supervisor.ts';

/** For states that come in a moment, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000, interval: 20 };

const NOBODY = 65_534;

/** Writes numbered lines fast on both streams; the log is whole when each is there once, in order. */
const NUMBERS = 200_000;
const WRITES_NUMBERS = `import sys
for i in range(${NUMBERS}):
    print(i)
    if i % 5000 == 0:
        sys.stdout.flush()
        print("e", i, file=sys.stderr, flush=True)
print('["all"]')`;

function expectWhole(held: Held): void {
  expect(held.stream('stdout')).toBe(`${Array.from({ length: NUMBERS }, (_, i) => i).join('\n')}\n["all"]\n`);
  expect(held.stream('stderr').split('\n').length).toBe(NUMBERS / 5000 + 1);
  expect(held.log.length).toBeGreaterThan(NUMBERS);
}

/** The pids of the shims of a directory. */
function shimsOf(directory: BotDirectory): number[] {
  return processesOf(directory.path).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('shim.pl'),
  );
}

async function setUp() {
  const supervisor = await TestSupervisor.start();
  const directory = new BotDirectory();
  const bots: TestBot[] = [];
  return {
    supervisor,
    directory,
    start(env: Record<string, string> = {}): TestBot {
      const bot = new TestBot(supervisor, directory, env);
      bots.push(bot);
      return bot;
    },
    async [Symbol.asyncDispose]() {
      for (const bot of bots) await bot.end('SIGKILL');
      directory[Symbol.dispose]();
      await supervisor.close();
    },
  };
}

/** A script that waits for its cue, which the test gives by making a file. */
const waitsFor = (file: string) =>
  `echo ready; until [ -e ${file} ]; do sleep 0.02; done; echo went on; echo success; exit 4`;

describe('a bot that is killed with -9', () => {
  test('goes on with a fast log where it stood, several times: every line once, and the result', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    let bot = system.start();
    const held = supervisor.run({ script: WRITES_NUMBERS, run_as: 'python3 %script%' });
    for (const chunks of [2, 4, 6]) {
      await supervisor.until(() => held.chunks.length >= chunks || held.finished);
      await bot.end('SIGKILL');
      bot = system.start();
    }
    const finished = await supervisor.finished(held);
    expectWhole(held);
    expect(finished).toMatchObject({ ending: 'exited', exit_code: 0, result: { stdout: '["all"]' } });
  });

  test('while the supervisor is down loses nothing either', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    let bot = system.start();
    const held = supervisor.run({ script: WRITES_NUMBERS, run_as: 'python3 %script%' });
    await supervisor.until(() => held.started);
    supervisor.isUp = false;
    // the script ends because the spool takes its log
    await expect.poll(() => processesOf(`ARGUS_ATTEMPT=${held.instruction.job}.1`), SOON).toEqual([]);
    await bot.end('SIGKILL');
    bot = system.start();
    await expect.poll(() => bot.stderr, SOON).toContain('does not answer');
    supervisor.isUp = true;
    await supervisor.finished(held);
    expectWhole(held);
  });

  test('learns how a script ended meanwhile', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start();
    const cue = join(directory.path, 'cue');
    const held = supervisor.run({ script: waitsFor(cue), run_as: 'bash %script%' });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    await bot.end('SIGKILL');
    writeFileSync(cue, '');
    await expect
      .poll(() => existsSync(join(directory.path, 'work', `${held.instruction.job}.1`, 'status')), SOON)
      .toBe(true);
    system.start();
    expect(await supervisor.finished(held)).toMatchObject({
      ending: 'exited',
      exit_code: 4,
      result: { stdout: 'success' },
    });
    expect(held.log.toString()).toBe('ready\nwent on\nsuccess\n');
  });

  test('leaves timeouts in force', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start();
    const held = supervisor.run({
      script: 'trap "" TERM; echo ready; setsid sleep 300',
      timeout: 2,
      kill_grace: 0,
    });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    await bot.end('SIGKILL');
    await expect
      .poll(() => existsSync(join(directory.path, 'work', `${held.instruction.job}.1`, 'status')), SOON)
      .toBe(true);
    expect(processesOf(`ARGUS_ATTEMPT=${held.instruction.job}.1`)).toEqual([]);
    system.start();
    expect(await supervisor.finished(held)).toMatchObject({ stopped_by: 'timeout', survivors: [] });
  });

  test('never starts a script again: without its launcher the end is unknown, and the tree is ended', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start();
    const held = supervisor.run({ script: 'echo started; (setsid sleep 300 &); sleep 300' });
    await supervisor.until(() => held.log.toString() === 'started\n');
    await bot.end('SIGKILL');
    for (const pid of shimsOf(directory)) process.kill(pid, 'SIGKILL');
    system.start();
    const finished = await supervisor.finished(held);
    expect(finished).toMatchObject({
      ending: 'unknown',
      error: expect.stringContaining('the bot was restarted and the launcher was gone') as string,
    });
    expect(processesOf(`ARGUS_ATTEMPT=${held.instruction.job}.1`)).toEqual([]);
    expect(held.log.toString()).toBe('started\n');
  });
});

describe('a machine that was restarted', () => {
  test('starts nothing that was handed to it before, and says what nobody knows', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start({ ARGUS_BOT_SLOTS: '1' });
    const first = supervisor.run({ script: 'echo ready; sleep 300' });
    await supervisor.until(() => first.started);
    const second = supervisor.run({ script: 'echo never' });
    await supervisor.until(() => second.isNamed);
    await bot.end('SIGKILL');
    for (const pid of processesOf(directory.path)) process.kill(pid, 'SIGKILL');
    const journal = new DatabaseSync(join(directory.path, 'journal.db'));
    journal.exec(`update attempt set machine_boot = 'the one before'`);
    journal.close();
    system.start({ ARGUS_BOT_SLOTS: '1' });
    expect(await supervisor.finished(first)).toMatchObject({
      ending: 'unknown',
      error: 'the machine was restarted while the script ran',
    });
    expect(await supervisor.finished(second)).toMatchObject({
      ending: 'unknown',
      error: 'the machine was restarted: nobody knows whether the script had begun',
    });
    expect(second.log.toString()).toBe('');
  });
});

describe('a launcher that is killed with -9', () => {
  test('leaves the end unknown, and no process behind', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    system.start();
    await supervisor.until(() => supervisor.polls[0]);
    const hasCgroups = supervisor.polls[0]?.info?.capabilities?.['tree'] === 'cgroup v2';
    // without the marker only the cgroup of the slot still holds it
    const escape = hasCgroups ? 'env -i setsid sleep 314159' : 'setsid sleep 314159';
    const held = supervisor.run({ script: `echo ready; (${escape} &); sleep 300` });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    for (const pid of shimsOf(directory)) process.kill(pid, 'SIGKILL');
    expect(await supervisor.finished(held)).toMatchObject({
      ending: 'unknown',
      survivors: [],
      error: expect.stringContaining('the launcher of the script was killed') as string,
    });
    expect(processesOf(`ARGUS_ATTEMPT=${held.instruction.job}.1`)).toEqual([]);
    expect(processesOf('314159')).toEqual([]);
    const next = supervisor.run({ script: 'echo fine' });
    expect(await supervisor.finished(next)).toMatchObject({ ending: 'exited', exit_code: 0 });
  });
});

describe('the link', () => {
  test('a lost poll answer starts the script once', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    supervisor.losePollAnswers = 2;
    system.start();
    const marks = join(directory.path, 'home', 'marks');
    const held = supervisor.run({ script: `echo started >> ${marks}; cat ${marks}` });
    await supervisor.finished(held);
    expect(supervisor.losePollAnswers).toBe(0);
    expect(held.log.toString()).toBe('started\n');
  });

  test('an instruction that comes again while the script runs changes nothing', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    system.start();
    const cue = join(directory.path, 'cue');
    const held = supervisor.run({ script: waitsFor(cue) });
    await supervisor.until(() => held.started);
    held.started = undefined;
    supervisor.repeat(held);
    supervisor.repeat(held);
    writeFileSync(cue, '');
    await supervisor.finished(held);
    expect(held.log.toString()).toBe('ready\nwent on\nsuccess\n');
  });

  test('a gap is filled by sending again from there', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    system.start();
    supervisor.gapAt = 2;
    const held = supervisor.run({ script: WRITES_NUMBERS, run_as: 'python3 %script%' });
    await supervisor.finished(held);
    expect(supervisor.gapAt).toBeUndefined();
    expectWhole(held);
  });

  test('answers that are lost after the events were stored lead to repeats, not to doubles', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    system.start();
    supervisor.loseAnswersTo = new Set(['started', 'log', 'finished']);
    const held = supervisor.run({ script: WRITES_NUMBERS, run_as: 'python3 %script%' });
    await supervisor.finished(held);
    expectWhole(held);
    expect(supervisor.loseAnswersTo).toEqual(new Set());
  });

  test('scripts that wait for a slot can be canceled before they start', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    system.start({ ARGUS_BOT_SLOTS: '1' });
    const cue = join(directory.path, 'cue');
    const first = supervisor.run({ script: waitsFor(cue) });
    await supervisor.until(() => first.started);
    const second = supervisor.run({ script: 'echo never' });
    await supervisor.until(() => second.isNamed);
    supervisor.cancel(second);
    expect(await supervisor.finished(second)).toMatchObject({ ending: 'not_started', stopped_by: 'cancel' });
    const third = supervisor.run({ script: 'echo third' });
    writeFileSync(cue, '');
    await supervisor.finished(third);
    expect(first.finished?.exit_code).toBe(4);
    expect(second.log.toString()).toBe('');
  });

  test('an accepted attempt that never started is started by the next process', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start({ ARGUS_BOT_SLOTS: '1' });
    const cue = join(directory.path, 'cue');
    const first = supervisor.run({ script: waitsFor(cue) });
    await supervisor.until(() => first.started);
    const second = supervisor.run({ script: 'echo second' });
    await supervisor.until(() => second.isNamed);
    await bot.end('SIGKILL');
    writeFileSync(cue, '');
    system.start({ ARGUS_BOT_SLOTS: '1' });
    await supervisor.finished(second);
    expect(second.log.toString()).toBe('second\n');
  });

  test('the spool takes the log while nobody answers, memory stays, and all arrives afterwards', async () => {
    await using system = await setUp();
    const { supervisor } = system;
    const bot = system.start();
    const held = supervisor.run({
      script: 'head -c 40000000 /dev/urandom | base64 -w 99 | head -c 40000000; echo; echo success',
    });
    await supervisor.until(() => held.started);
    supervisor.answersEvents = false;
    let peakMb = 0;
    await expect
      .poll(
        () => {
          const status = readFileSync(`/proc/${bot.child.pid}/status`, 'utf8');
          peakMb = Math.max(peakMb, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024);
          return processesOf(`ARGUS_ATTEMPT=${held.instruction.job}.1`);
        },
        { timeout: 25_000, interval: 50 },
      )
      .toEqual([]);
    supervisor.answersEvents = true;
    const finished = await supervisor.finished(held);
    expect(finished.result.stdout).toBe('success');
    expect(held.log.length).toBe(40_000_009);
    expect(peakMb).toBeLessThan(200);
  });

  test('a revoked credential is said so, and the bot keeps asking', async () => {
    await using system = await setUp();
    const bot = system.start();
    await system.supervisor.until(() => system.supervisor.polls.length > 0);
    system.supervisor.credential = 'another';
    system.supervisor.dropPoll();
    await expect.poll(() => bot.stderr, SOON).toContain('the credential of this bot was revoked');
  });
});

describe('the process', () => {
  test('a second bot on the same directory ends with a sentence', async () => {
    await using system = await setUp();
    system.start();
    await system.supervisor.until(() => system.supervisor.polls.length > 0);
    const second = system.start();
    expect(await second.ended()).toBe(1);
    expect(second.stderr).toMatch(
      /^another bot already runs on .*: stop it, or give this one its own directory \(ARGUS_BOT_DIR\)\n$/,
    );
  });

  test('SIGTERM delivers what is left and exits 0, and the scripts go on', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start();
    const cue = join(directory.path, 'cue');
    const held = supervisor.run({ script: waitsFor(cue) });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    expect(await bot.end('SIGTERM')).toBe(0);
    expect(processesOf(`ARGUS_ATTEMPT=${held.instruction.job}.1`).length).toBeGreaterThan(0);
    system.start();
    writeFileSync(cue, '');
    expect(await supervisor.finished(held)).toMatchObject({ exit_code: 4 });
  });

  test('with its parent the bot ends when stdin closes', async () => {
    await using system = await setUp();
    // without compiled modules, as a first start is: it begins anew in its process, and keeps its streams
    const cache = join(system.directory.path, 'cache');
    const bot = system.start({ ARGUS_BOT_WITH_PARENT: '1', NODE_COMPILE_CACHE: cache });
    await system.supervisor.until(() => system.supervisor.polls.length > 0);
    bot.child.stdin?.end();
    expect(await bot.ended()).toBe(0);
  });

  test('enrolment prints one line, keeps the credential to itself, and happens once', async () => {
    await using system = await setUp();
    const bot = system.start();
    await system.supervisor.until(() => system.supervisor.polls.length > 0);
    await bot.end('SIGTERM');
    expect(bot.stdout).toBe('enrolled as test-bot in demo\n');
    expect(bot.stderr).not.toContain(system.supervisor.credential);
    const next = system.start();
    await system.supervisor.until(() => system.supervisor.polls.length > 1);
    await next.end('SIGTERM');
    expect(next.stdout).toBe('');
    expect(system.supervisor.polls[0]?.info).toMatchObject({ hostname: 'test-bot', os: 'linux' });
  });
});

describe.runIf(process.getuid?.() === 0)('as a normal user', () => {
  test('scripts run with the rights of the bot, and another run user is ignored with a warning', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    chownSync(directory.path, NOBODY, NOBODY);
    const bot = new TestBot(supervisor, directory, { ARGUS_RUN_USER: 'argus-run' }, [
      'setpriv',
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
    ]);
    try {
      const held = supervisor.run({
        script: 'id -u; trap "" TERM; setsid sleep 300 & echo "$PATH"; sleep 300',
        kill_grace: 0,
      });
      await supervisor.until(() => held.log.toString().split('\n').length > 2);
      supervisor.cancel(held);
      expect(await supervisor.finished(held)).toMatchObject({ stopped_by: 'cancel', survivors: [] });
      expect(held.log.toString()).toBe(`${NOBODY}\n${process.env.PATH}\n`);
      expect(bot.stderr).toContain('ARGUS_RUN_USER is ignored');
    } finally {
      await bot.end('SIGKILL');
    }
  });
});
