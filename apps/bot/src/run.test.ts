import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotDirectory, processesOf, TestBot } from './testing/bot.ts';
import type { Held, RunOptions } from './testing/held.ts';
import { TestSupervisor } from './testing/supervisor.ts';

/** For states that come in a moment, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000, interval: 20 };

let supervisor: TestSupervisor;
let directory: BotDirectory;
let bot: TestBot;

beforeAll(async () => {
  supervisor = await TestSupervisor.start();
  directory = new BotDirectory();
  bot = new TestBot(supervisor, directory, {
    ARGUS_BOT_PASS_ENV: 'PASSED_ON',
    PASSED_ON: 'yes',
    SECRET_OF_THE_BOT: 'hidden',
  });
});

afterAll(async () => {
  await bot.end('SIGTERM');
  directory[Symbol.dispose]();
  await supervisor.close();
});

async function run(options: RunOptions) {
  const held = supervisor.run(options);
  const finished = await supervisor.finished(held);
  return { held, finished, stdout: held.stream('stdout'), stderr: held.stream('stderr') };
}

/** Processes of an attempt that still live, wherever they went. */
function processesLeft({ instruction }: Held): number[] {
  return processesOf(`ARGUS_ATTEMPT=${instruction.job}.1`);
}

describe('a bot runs scripts', () => {
  test('both streams, in order and tagged, and the exit code arrive', async () => {
    const { finished, held, stderr } = await run({
      script: 'echo out; sleep 0.05; echo err >&2; sleep 0.05; echo out2 >/dev/stdout; exit 3',
    });
    expect(finished).toMatchObject({
      ending: 'exited',
      exit_code: 3,
      signal: null,
      error: null,
      stopped_by: null,
      survivors: [],
      left_running: [],
    });
    expect(held.log.toString()).toBe('out\nerr\nout2\n');
    expect(stderr).toBe('err\n');
    expect(held.started?.pid).toBeGreaterThan(1);
    expect(finished.duration_ms).toBeGreaterThanOrEqual(100);
  });

  test.each([
    ['bash', 'bash %script%', 'echo $((1+1))'],
    ['python3', 'python3 %script%', 'print(1+1)'],
    ['perl', 'perl %script%', 'print 1+1, "\\n"'],
    ['node', 'node %script%', 'console.log(1+1)'],
    ['the file itself', '', '#!/bin/sh\necho $((1+1))'],
    ['a file without #!', '', 'echo $((1+1))'],
    ['a pipe in a shell', 'bash %script% | cat', 'echo $((1+1))'],
  ])('with %s', async (_name, run_as, script) => {
    const { finished, stdout } = await run({ run_as, script });
    expect(finished).toMatchObject({ ending: 'exited', exit_code: 0 });
    expect(stdout).toBe('2\n');
  });

  test('any arguments arrive exactly', async () => {
    const arg = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.string({
          unit: fc.constantFrom(...' \t\n\r\'"\\$`*?~#!&|;<>(){}[]%=-é😀\x01\x7f'),
          maxLength: 20,
        }),
      )
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(
        fc.array(arg, { maxLength: 6 }),
        fc.constantFrom('bash %script%', '', 'true && bash %script% 2>&1'),
        async (args, run_as) => {
          const { held } = await run({ script: '#!/bin/bash\nprintf "%s\\0" "$#" "$@"', args, run_as });
          expect(held.log.toString()).toBe([args.length, ...args, ''].join('\0'));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a signal is named, and is not the exit code 137', async () => {
    expect((await run({ script: 'kill -KILL $$' })).finished).toMatchObject({
      ending: 'signaled',
      signal: 'SIGKILL',
      exit_code: null,
    });
    expect((await run({ script: 'exit 137' })).finished).toMatchObject({
      ending: 'exited',
      signal: null,
      exit_code: 137,
    });
  });

  test('a command that does not exist gets a sentence', async () => {
    const { finished } = await run({ script: 'x', run_as: 'nosuchshell %script%' });
    expect(finished).toMatchObject({
      ending: 'not_started',
      error: 'nosuchshell: No such file or directory',
      duration_ms: null,
    });
  });

  test('a script whose interpreter is missing says which', async () => {
    const { finished } = await run({ script: '#!/usr/bin/nosuch -x\n', run_as: '', filename: 'deploy.sh' });
    expect(finished.error).toMatch(
      /deploy\.sh: the interpreter \/usr\/bin\/nosuch of its first line was not found$/,
    );
  });

  test('a line that cannot be read gets a sentence', async () => {
    expect((await run({ script: 'x', run_as: 'bash "%script%' })).finished).toMatchObject({
      ending: 'not_started',
      error: 'run_as has a quote that is not closed',
    });
  });

  test('the environment holds what it should and nothing of the bot', async () => {
    const { stdout } = await run({
      script: 'env -0',
      env: { GIVEN: 'a\nb', ARGUS_RESULT_FILE: '/forged', EMPTY: '' },
    });
    const env = Object.fromEntries(
      stdout.split('\0').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
    );
    expect(env).toMatchObject({
      GIVEN: 'a\nb',
      EMPTY: '',
      PASSED_ON: 'yes',
      LANG: 'C.UTF-8',
      ARGUS_ATTEMPT: expect.stringMatching(/^[0-9a-f]{24}\.1$/) as string,
    });
    expect(env.ARGUS_RESULT_FILE).toContain(directory.path);
    expect(env.ARGUS_ARTIFACTS_DIR).toContain(directory.path);
    const ofBot = /^(SECRET|ARGUS_(?!ATTEMPT|RESULT|ARTIFACTS)|NODE)/;
    expect(Object.keys(env).filter((name) => ofBot.test(name))).toEqual([]);
    expect(stdout).not.toContain(supervisor.credential);
  });

  test('a result comes from the last line that is not blank, or from the result file', async () => {
    const { finished } = await run({
      script:
        'echo no; printf \'{"state":"failure"}\\r\\n\\n  \\n\'; echo success >&2; printf "%s" \'["x"]\' > "$ARGUS_RESULT_FILE"',
    });
    expect(finished.result).toEqual({ file: '["x"]', stdout: '{"state":"failure"}', stderr: 'success' });
    expect((await run({ script: 'printf "[1,2]"' })).finished.result.stdout).toBe('[1,2]');
    const { finished: odd } = await run({ script: 'printf "[\\"a\\0b\\"]" > "$ARGUS_RESULT_FILE"' });
    expect(odd.result.file).toBe('["a\uFFFDb"]');
    expect((await run({ script: 'echo hello' })).finished.result).toEqual({
      file: null,
      stdout: null,
      stderr: null,
    });
  });

  test('a last line over 1 MiB is log, not a result', async () => {
    const { finished, held } = await run({
      script: 'print("success"); print("[" + "1," * 600000 + "1]")',
      run_as: 'python3 %script%',
    });
    expect(finished.result.stdout).toBeNull();
    expect(held.log.length).toBeGreaterThan(1_200_000);
  });

  test('a result file that leads elsewhere is not followed', async () => {
    const { finished } = await run({ script: 'ln -s /etc/hostname "$ARGUS_RESULT_FILE"' });
    expect(finished.result.file).toBeNull();
  });

  test('output of any bytes is kept as it is', async () => {
    const { held } = await run({
      script: 'head -c 3000000 /dev/zero | tr "\\0" "\\377"; head -c 100 /dev/urandom >&2; echo',
    });
    expect(held.log.length).toBe(3_000_101);
    // two pipes: what comes last on one may be read after what comes later on the other
    const stdout = held.bytes('stdout');
    expect(stdout.length).toBe(3_000_001);
    expect(stdout.subarray(0, 3_000_000).every((byte) => byte === 0xff)).toBe(true);
  });

  test('a log past its limit is dropped, and says so', async () => {
    const { finished, held } = await run({
      script: 'for i in $(seq 1 3000); do echo "line $i"; done; echo success',
      log_limit: 1024,
    });
    expect(held.log.toString()).toMatch(
      /^line 1\n[^]*\n… log limit of 1 KiB reached, the rest is not kept\n$/,
    );
    expect(finished.log_dropped_bytes).toBeGreaterThan(20_000);
    expect(finished.result.stdout).toBe('success');
  });

  test('output is live: a prompt without a line end arrives while the script waits', async () => {
    const held = supervisor.run({
      script: 'printf "name? "; until [ -e go ]; do sleep 0.02; done; echo done',
      run_as: 'bash %script%',
    });
    await supervisor.until(() => held.log.toString() === 'name? ');
    supervisor.cancel(held);
    expect(await supervisor.finished(held)).toMatchObject({
      stopped_by: 'cancel',
      ending: 'signaled',
      signal: 'SIGTERM',
    });
  });

  test('each attempt has its own directory, which is gone afterwards', async () => {
    const { stdout } = await run({ script: 'mkdir -p a/b; touch a/b/c; chmod 0 a/b; pwd; echo "$0"' });
    const [cwd = '', script = ''] = stdout.split('\n');
    expect(script.endsWith('/script/script.sh')).toBe(true);
    const next = await run({ script: 'ls -A' });
    expect(next.stdout).toBe('');
    await expect.poll(() => existsSync(cwd), SOON).toBe(false);
  });

  test('a name is never a path', async () => {
    const { stdout } = await run({ script: 'echo "$0"', filename: '../../../etc/-rf $(id).sh' });
    expect(stdout).toMatch(/\/script\/_rf __id_\.sh\n$/);
  });

  test('a script is fetched once and used again', async () => {
    const before = supervisor.scriptRequests;
    await run({ script: 'echo the same' });
    await run({ script: 'echo the same', args: ['1'] });
    expect(supervisor.scriptRequests).toBe(before + 1);
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test('scripts run as the run user, alone', async () => {
    const { stdout } = await run({ script: 'id -un; id -Gn; umask; ls -ld . | cut -c1-10' });
    expect(stdout).toBe('argus-run\nargus-run\n0022\ndrwx------\n');
  });

  test('a script reads neither the credential nor the journal nor the sockets, and changes no script', async () => {
    const { finished, stdout } = await run({
      script: `for file in credential journal.db slots scripts; do ls ${directory.path}/$file/ 2>&1; cat ${directory.path}/$file 2>&1; done | grep -v denied; echo x >> "$0" || echo safe`,
    });
    expect(finished.exit_code).toBe(0);
    expect(stdout).toBe(
      `ls: cannot access '${directory.path}/credential/': Not a directory\nls: cannot access '${directory.path}/journal.db/': Not a directory\nsafe\n`,
    );
    expect(readFileSync(`${directory.path}/credential`, 'utf8')).toContain(supervisor.credential);
  });
});

describe('stop stops', () => {
  const escapes: [string, string][] = [
    ['a tree that ignores TERM', 'trap "" TERM; (trap "" TERM; sleep 300) & echo ready; sleep 300'],
    [
      'a double fork in its own session',
      '(setsid bash -c "trap \\"\\" TERM; sleep 300 & wait; sleep 300" &) ; echo ready; sleep 300',
    ],
    ['nohup', 'nohup sleep 300 >/dev/null 2>&1 & echo ready; sleep 300'],
    ['a stopped process', 'sleep 300 & kill -STOP $!; echo ready; kill -STOP $$'],
    ['a process without the marker', 'env -i /usr/bin/setsid /bin/sleep 300 & echo ready; sleep 300'],
    [
      'a fork storm',
      'trap "" TERM; for i in $(seq 25); do (trap "" TERM; end=$((SECONDS+40)); while [ $SECONDS -lt $end ]; do sleep 0.02 & wait $!; done) & done; echo ready; wait',
    ],
  ];

  test.each(escapes)('a timeout ends %s', async (_name, script) => {
    const { held, finished } = await run({ script, timeout: 1, kill_grace: 0 });
    expect(finished).toMatchObject({ stopped_by: 'timeout', survivors: [], ending: 'signaled' });
    expect(processesLeft(held)).toEqual([]);
  });

  test.each(escapes)('a cancel ends %s', async (_name, script) => {
    const held = supervisor.run({ script, kill_grace: 0 });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    supervisor.cancel(held);
    const finished = await supervisor.finished(held);
    expect(finished).toMatchObject({ stopped_by: 'cancel', survivors: [], ending: 'signaled' });
    expect(processesLeft(held)).toEqual([]);
  });

  test('a script that cleans up after TERM within the grace ends with its own exit code', async () => {
    const held = supervisor.run({
      script: 'trap "echo cleaned; exit 5" TERM; echo ready; while :; do sleep 0.02; done',
      kill_grace: 20,
    });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    supervisor.cancel(held);
    expect(await supervisor.finished(held)).toMatchObject({
      stopped_by: 'cancel',
      ending: 'exited',
      exit_code: 5,
    });
    expect(held.stream('stdout')).toBe('ready\ncleaned\n');
  });

  test('a forgotten attempt is stopped without a word', async () => {
    const held = supervisor.run({
      script: 'trap "" TERM; echo ready; sleep 300 & wait; sleep 300',
      kill_grace: 0,
    });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    supervisor.forget(held);
    await supervisor.until(() =>
      supervisor.polls.at(-1)?.attempts.every(({ job }) => job !== held.instruction.job),
    );
    // its end is not reported: a run of the same slot count afterwards shows that the bot goes on
    await run({ script: 'true' });
    expect(held.finished).toBeUndefined();
  });

  test('an attempt that the supervisor calls stale is stopped and dropped', async () => {
    const held = supervisor.run({ script: 'while :; do echo tick; sleep 0.05; done', kill_grace: 0 });
    await supervisor.until(() => held.started);
    held.isStale = true;
    const other = await run({
      script: `until ! grep -qsa ARGUS_ATTEMPT=${held.instruction.job}.1 /proc/[0-9]*/environ; do sleep 0.05; done; echo gone`,
      timeout: 20,
    });
    expect(other.stdout).toBe('gone\n');
    expect(held.finished).toBeUndefined();
  });
});

describe('limits', () => {
  test('that ended a script are told with its end, and what it used', async () => {
    const { finished } = await run({
      script: 'while :; do :; done & while :; do :; done',
      limits: { cpu_seconds: 1 },
    });
    // whether the kernel or the shim stopped it depends on who looked first
    expect(finished).toMatchObject({ limit: 'cpu', survivors: [] });
    expect(finished.usage?.cpu_ms).toBeGreaterThanOrEqual(990);
    expect((await run({ script: 'true' })).finished.limit).toBeNull();
  });

  test('and how they are enforced are part of what a bot tells of itself, beside the run of its machine', () => {
    const { info, machine } = supervisor.polls[0]!;
    expect(Object.keys(info?.capabilities ?? {})).toEqual(['launcher', 'tree', 'memory', 'processes', 'cpu']);
    expect(machine).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  });
});

describe('a script with a fence', () => {
  test('goes on while requests that name it are answered, and is gone in time after the last one', async () => {
    // the poll that brings it is a new one: the 8 s count from when that was sent
    await run({ script: 'true' });
    // with no grace it is stopped 6 s before they are over
    const held = supervisor.run({
      script: 'for i in $(seq 16); do echo $i; sleep 0.25; done; sleep 300',
      fence: 8,
      kill_grace: 0,
    });
    const finished = await supervisor.finished(held);
    expect(finished).toMatchObject({ stopped_by: 'fence', ending: 'signaled', survivors: [] });
    expect(held.log.toString().split('\n')).toHaveLength(17);
  });
});

describe('what a script leaves behind', () => {
  test('is left alone and named, and the next script has a clean tree', async () => {
    const { held, finished } = await run({ script: 'sleep 300 & echo $!' });
    const pid = held.stream('stdout').trim();
    expect(finished).toMatchObject({
      ending: 'exited',
      exit_code: 0,
      left_running: [`sleep (pid ${pid})`],
      survivors: [],
    });
    expect(finished.duration_ms).toBeLessThan(2000);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    expect((await run({ script: 'true' })).finished.left_running).toEqual([]);
    process.kill(Number(pid), 'SIGKILL');
  });

  test('output of a background process that ends right after the script is not lost', async () => {
    const { held, finished } = await run({ script: 'exec > >(sed s/^/said:/); echo one; echo two' });
    expect(finished.left_running).toEqual([]);
    expect(held.log.toString()).toBe('said:one\nsaid:two\n');
  });
});

test('what ended while a poll was under way is not started again by its answer', async () => {
  await using supervisor = await TestSupervisor.start();
  using directory = new BotDirectory();
  const bot = new TestBot(supervisor, directory, {});
  try {
    const slow = supervisor.run({ script: 'read -r _ </dev/stdin; sleep 0.3' });
    // the poll that names the first one, and so not what its end brings
    await supervisor.until(() => slow.isNamed);
    const next = supervisor.runWithNextEnd({ script: 'echo once' });
    await supervisor.finished(next);
    const polls = supervisor.polls.length;
    supervisor.tellOnWaitingPoll(next);
    await supervisor.until(() => supervisor.polls.length > polls);
    const last = supervisor.run({ script: 'echo last' });
    await supervisor.finished(last);
    expect(next.received.filter(({ type }) => type === 'finished')).toHaveLength(1);
    expect(supervisor.polls.at(-1)?.attempts.map(({ job }) => job)).not.toContain(next.instruction.job);
  } finally {
    await bot.end('SIGTERM');
  }
});
