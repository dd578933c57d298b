import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BotDirectory, TestBot } from './testing/bot.ts';
import type { RunOptions } from './testing/held.ts';
import { TestSupervisor } from './testing/supervisor.ts';

const SOON = { timeout: 20_000, interval: 20 };
const MIB = 2 ** 20;

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const textsOf = (files: Record<string, Buffer>) =>
  Object.fromEntries(Object.entries(files).map(([name, data]) => [name, data.toString()]));

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

describe('what a script leaves in ARGUS_ARTIFACTS_DIR', () => {
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
  beforeEach(() => {
    Object.assign(supervisor.artifacts, { isKnown: true, isHeld: true, refusesWith: undefined });
  });

  async function run(options: RunOptions) {
    const held = supervisor.run(options);
    const finished = await supervisor.finished(held);
    const { job } = held.instruction;
    return {
      held,
      finished,
      files: supervisor.artifacts.of(job),
      leftOut: supervisor.artifacts.leftOut(job),
      offers: supervisor.artifacts.offers.filter((one) => one.job === job).length,
    };
  }

  test('is with the supervisor when the end is told, whatever its name and folder', async () => {
    const { files, finished, leftOut } = await run({
      script: `cd "$ARGUS_ARTIFACTS_DIR" && mkdir -p 'a b/ñ/.c' && echo one > 'a b/ñ/.c/two words'
        printf 'x' > "$(printf 'line\\nbreak')"; : > empty; echo hidden > .hidden; echo "-" > -rf; exit 3`,
    });
    expect(finished.exit_code).toBe(3);
    expect(textsOf(files)).toEqual({
      'a b/ñ/.c/two words': 'one\n',
      'line\nbreak': 'x',
      empty: '',
      '.hidden': 'hidden\n',
      '-rf': '-\n',
    });
    expect(leftOut).toBeNull();
  });

  test('is nothing: nothing is offered, and the directory is gone afterwards', async () => {
    const { offers, held } = await run({
      script: 'echo "$ARGUS_ARTIFACTS_DIR"; ls -A "$ARGUS_ARTIFACTS_DIR"',
    });
    expect(offers).toBe(0);
    const path = held.stream('stdout').trim();
    expect(path).toContain(`/${held.instruction.job}.1/artifacts`);
    await expect.poll(() => existsSync(path), SOON).toBe(false);
  });

  test('is kept of files alone: links, pipes, sockets and their like are named as left out, and hold nobody', async () => {
    const { files, leftOut } = await run({
      run_as: 'python3 %script%',
      script: `import os, socket
os.chdir(os.environ["ARGUS_ARTIFACTS_DIR"])
os.symlink("/etc/passwd", "passwd")
os.symlink("/etc", "etc")
os.mkfifo("pipe")
s = socket.socket(socket.AF_UNIX); s.bind("socket")
open(b"\\xff\\xfe", "w").write("no text")
open("plain", "w").write("kept")`,
    });
    expect(textsOf(files)).toEqual({ plain: 'kept' });
    expect(leftOut?.count).toBe(5);
    expect(leftOut?.files.map(({ name, reason }) => `${name}: ${reason}`).toSorted()).toEqual([
      'etc: not_a_file',
      'passwd: not_a_file',
      'pipe: not_a_file',
      'socket: not_a_file',
      '\uFFFD\uFFFD: bad_name',
    ]);
  });

  test.runIf(process.getuid?.() === 0)('is not what only the bot may read', async () => {
    const secret = join(directory.path, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'of-root'), 'a secret');
    const cue = join(directory.path, 'cue');
    const held = supervisor.run({
      script: `cd "$ARGUS_ARTIFACTS_DIR"; echo x > own; pwd; until [ -e ${cue} ]; do sleep 0.02; done`,
    });
    const place = await supervisor.until(() => /^(.+)\n/.exec(held.stream('stdout'))?.[1]);
    // as a script could where the kernel lets it: a hard link, and a directory that is not its own
    linkSync(join(secret, 'of-root'), join(place, 'linked'));
    renameSync(secret, join(place, 'moved'));
    writeFileSync(cue, '');
    await supervisor.finished(held);
    const { job } = held.instruction;
    expect(textsOf(supervisor.artifacts.of(job))).toEqual({ own: 'x\n' });
    expect(supervisor.artifacts.leftOut(job)?.files.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'linked', reason: 'foreign' },
      { name: 'moved', reason: 'foreign' },
    ]);
  });

  test('is kept up to its limits: what is too large or too much is named', async () => {
    const { files, leftOut } = await run({
      script: 'cd "$ARGUS_ARTIFACTS_DIR" && truncate -s 268435457 large && touch $(seq -f n%g 1001)',
    });
    expect(Object.keys(files)).toHaveLength(1000);
    expect(leftOut).toEqual({
      count: 2,
      files: [
        { name: 'large', reason: 'too_large' },
        { name: 'n999', reason: 'too_many' },
      ],
    });
  });

  test('of 100 MiB goes in pieces, with little memory', async () => {
    const status = () => readFileSync(`/proc/${bot.child.pid}/status`, 'latin1');
    const peak = () => Number(/VmHWM:\s+(\d+) kB/.exec(status())?.[1]) / 1024;
    writeFileSync(`/proc/${bot.child.pid}/clear_refs`, '5');
    const before = peak();
    const { files, held } = await run({
      script: `head -c ${100 * MIB} /dev/urandom > "$ARGUS_ARTIFACTS_DIR/big"; sha256sum < "$ARGUS_ARTIFACTS_DIR/big"`,
    });
    expect(held.stream('stdout')).toBe(`${sha256(files['big'] as Buffer)}  -\n`);
    expect(peak() - before).toBeLessThan(32);
  });

  test('is sent again where an answer was lost, from where it is missing', async () => {
    supervisor.artifacts.loseAnswers = 2;
    const before = supervisor.artifacts.pieces;
    const { files, held } = await run({
      script: `head -c ${5 * MIB + 7} /dev/urandom > "$ARGUS_ARTIFACTS_DIR/big"; sha256sum < "$ARGUS_ARTIFACTS_DIR/big"`,
    });
    expect(held.stream('stdout')).toBe(`${sha256(files['big'] as Buffer)}  -\n`);
    expect(supervisor.artifacts.pieces - before).toBe(6 + 2);
  });

  test('is kept of what was stopped, too', async () => {
    const held = supervisor.run({
      script: 'echo partial > "$ARGUS_ARTIFACTS_DIR/report"; echo ready; sleep 300',
    });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    supervisor.cancel(held);
    expect(await supervisor.finished(held)).toMatchObject({ stopped_by: 'cancel' });
    expect(textsOf(supervisor.artifacts.of(held.instruction.job))).toEqual({ report: 'partial\n' });
  });

  test.each([
    ['does not know of artifacts', { isKnown: false }, 'There is no such path'],
    ['has given the attempt up', { isHeld: false }, 'not held'],
    ['says that it is too much', { refusesWith: 413 }, 'answered 413'],
  ])('is not kept where the supervisor %s: the end is told all the same', async (_what, how, said) => {
    Object.assign(supervisor.artifacts, how);
    const from = bot.stderr.length;
    const { finished, files } = await run({ script: 'echo x > "$ARGUS_ARTIFACTS_DIR/a"; echo success' });
    expect(finished).toMatchObject({ exit_code: 0, result: { stdout: 'success' } });
    expect(files).toEqual({});
    await expect.poll(() => bot.stderr.slice(from), SOON).toContain(said);
  });

  test('is not needed by any other script meanwhile, and its attempt is named in polls', async () => {
    supervisor.artifacts.isStuck = true;
    const held = supervisor.run({ script: 'echo x > "$ARGUS_ARTIFACTS_DIR/a"' });
    const before = supervisor.artifacts.pieces;
    await supervisor.until(() => supervisor.artifacts.pieces > before);
    const { held: other } = await run({ script: 'echo meanwhile' });
    expect(other.stream('stdout')).toBe('meanwhile\n');
    const polls = supervisor.polls.length;
    supervisor.dropPoll();
    await supervisor.until(() => supervisor.polls.length > polls);
    expect(supervisor.polls.at(-1)?.attempts).toContainEqual(
      expect.objectContaining({ job: held.instruction.job, phase: 'ended' }),
    );
    expect(held.finished).toBeUndefined();
    supervisor.artifacts.goOn();
    await supervisor.finished(held);
  });

  test('is kept as far as it is there when a person stops the job meanwhile; the rest is named', async () => {
    supervisor.artifacts.isStuck = true;
    const before = supervisor.artifacts.pieces;
    const held = supervisor.run({
      script: `cd "$ARGUS_ARTIFACTS_DIR"; echo x > a; head -c ${3 * MIB} /dev/urandom > b`,
    });
    await supervisor.until(() => supervisor.artifacts.pieces > before);
    const polls = supervisor.polls.length;
    supervisor.cancel(held);
    // the next poll comes when the cancel was taken
    await supervisor.until(() => supervisor.polls.length > polls);
    supervisor.artifacts.goOn();
    expect(await supervisor.finished(held)).toMatchObject({ ending: 'exited', stopped_by: null });
    const { job } = held.instruction;
    expect(textsOf(supervisor.artifacts.of(job))).toEqual({ a: 'x\n' });
    expect(supervisor.artifacts.leftOut(job)?.files).toEqual([{ name: 'b', reason: 'stopped' }]);
  });
});

describe('a bot that is killed while files of a script are on their way', () => {
  test.each(['before any piece', 'between pieces'])(
    '%s sends them and tells the end when it is back',
    async (when) => {
      await using system = await setUp();
      const { supervisor } = system;
      const bot = system.start();
      supervisor.artifacts.isStuck = when === 'before any piece';
      const held = supervisor.run({
        script: `head -c ${40 * MIB} /dev/urandom > "$ARGUS_ARTIFACTS_DIR/big"; sha256sum < "$ARGUS_ARTIFACTS_DIR/big"; exit 5`,
      });
      await supervisor.until(() => supervisor.artifacts.pieces > 0);
      await bot.end('SIGKILL');
      expect(held.finished).toBeUndefined();
      supervisor.artifacts.isStuck = false;
      system.start();
      expect(await supervisor.finished(held)).toMatchObject({ ending: 'exited', exit_code: 5 });
      const { big } = supervisor.artifacts.of(held.instruction.job);
      expect(held.stream('stdout')).toBe(`${sha256(big as Buffer)}  -\n`);
    },
  );

  test('while the supervisor is away loses none of them', async () => {
    await using system = await setUp();
    const { supervisor, directory } = system;
    const bot = system.start();
    const cue = join(directory.path, 'cue');
    const held = supervisor.run({
      script: `echo kept > "$ARGUS_ARTIFACTS_DIR/a"; echo ready; until [ -e ${cue} ]; do sleep 0.02; done`,
    });
    await supervisor.until(() => held.log.toString() === 'ready\n');
    supervisor.isUp = false;
    writeFileSync(cue, randomBytes(1));
    await expect.poll(() => bot.stderr, SOON).toContain('files of a script were not delivered');
    await bot.end('SIGKILL');
    system.start();
    supervisor.isUp = true;
    expect(await supervisor.finished(held)).toMatchObject({ exit_code: 0 });
    expect(textsOf(supervisor.artifacts.of(held.instruction.job))).toEqual({ a: 'kept\n' });
  });
});
