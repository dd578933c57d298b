import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskProblem } from './disk.ts';
import { BotDirectory, processesOf, TestBot } from './testing/bot.ts';
import { TestSupervisor } from './testing/supervisor.ts';

/** A small file system for a bot; undefined where this user may not mount one. */
function smallDisk(mib: number) {
  const home = new BotDirectory();
  // who runs scripts passes through: else they, and their shims, were elsewhere and stayed there
  chmodSync(home.path, 0o711);
  const path = join(home.path, 'disk');
  mkdirSync(path);
  const mount = (...words: string[]) => spawnSync('mount', [...words, path], { encoding: 'utf8' });
  if (mount('-t', 'tmpfs', '-o', `size=${mib}m,mode=711`, 'none').status !== 0) {
    home[Symbol.dispose]();
    return undefined;
  }
  // they keep the file system busy
  const endAll = () => {
    for (const pid of processesOf(home.path)) spawnSync('kill', ['-9', String(pid)]);
  };
  return {
    home,
    /** As a directory of a bot. */
    directory: { path } as BotDirectory,
    fill() {
      try {
        for (;;) appendFileSync(join(path, 'fill'), Buffer.alloc(64 * 1024));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(join(path, 'fill'), { force: true }),
    /** Whether it is now: not as long as something has a file on it open. */
    becomeReadOnly() {
      endAll();
      return mount('-o', 'remount,ro').status === 0;
    },
    [Symbol.dispose]() {
      endAll();
      spawnSync('umount', ['-l', path]);
      home[Symbol.dispose]();
    },
  };
}

const probe = smallDisk(1);
probe?.[Symbol.dispose]();
const mayMount = probe !== undefined;

const ENV = { ARGUS_BOT_MIN_FREE_MB: '4' };
/** More than the journal has in reserve, also compressed. */
const LINES = 90_000;
const digest = (i: number) => createHash('sha256').update(String(i)).digest('hex');
const writesDigests = (cue: string) => `import hashlib, os, sys, time
print("ready", flush=True)
while not os.path.exists(${JSON.stringify(cue)}): time.sleep(0.02)
for i in range(${LINES}): print(hashlib.sha256(str(i).encode()).hexdigest())
sys.exit(4)`;

describe('the disk of a bot', { timeout: 120_000 }, () => {
  test('is no problem with enough free, and one below the floor or without the right to write', () => {
    using home = new BotDirectory();
    expect(diskProblem(home.path, 1)).toBeUndefined();
    expect(diskProblem(home.path, Number.MAX_SAFE_INTEGER)).toMatch(/its disk is full: .* MiB are free/);
    expect(diskProblem(join(home.path, 'none'), 1)).toMatch(/cannot write to .*none/);
  });

  test.runIf(mayMount)(
    'that fills up loses no job and starts none twice; with room again all goes on',
    async () => {
      using disk = smallDisk(24)!;
      await using supervisor = await TestSupervisor.start();
      const bot = new TestBot(supervisor, disk.directory, ENV);
      const cue = join(disk.home.path, 'cue');
      const running = supervisor.run({ script: writesDigests(cue), run_as: 'python3 %script%' });
      await supervisor.until(() => running.stream('stdout').includes('ready'));

      // full, and the supervisor takes no log: that has nowhere to go but its pipe
      supervisor.answersEvents = false;
      disk.fill();
      await supervisor.until(() =>
        supervisor.polls.some(({ info }) => info?.problem?.includes('disk is full')),
      );
      expect(supervisor.polls.at(-1)?.slots).toBe(0);
      const { health } = supervisor.polls.findLast(({ info }) => info?.problem)!;
      expect(health).toMatchObject({ disk_total_bytes: 24 * 2 ** 20, disk_min_free_bytes: 4 * 2 ** 20 });
      expect(health?.disk_free_bytes).toBeLessThan(4 * 2 ** 20);
      appendFileSync(cue, '');
      await supervisor.until(() => bot.stderr.includes('its journal cannot be written'));
      // handed out all the same: it is not named, for the journal does not have it, and so it comes again and again
      const waits = supervisor.run({ script: 'echo once; exit 5' });
      const seen = supervisor.polls.length;
      await supervisor.until(() => supervisor.polls.length > seen + 2);
      expect(supervisor.polls.at(-1)?.attempts).toMatchObject([{ job: running.instruction.job }]);
      expect(bot.child.exitCode).toBeNull();

      // killed in the middle of it, and started again on the full disk
      await bot.end('SIGKILL');
      await using next = new TestBot(supervisor, disk.directory, ENV);
      supervisor.answersEvents = true;
      await supervisor.until(() => supervisor.polls.at(-1)?.boot !== supervisor.polls[0]?.boot);
      expect(supervisor.polls.at(-1)).toMatchObject({ slots: 0, info: { problem: expect.any(String) } });
      expect(waits.started).toBeUndefined();

      disk.makeRoom();
      expect(await supervisor.finished(running)).toMatchObject({ ending: 'exited', exit_code: 4 });
      const whole = ['ready', ...Array.from({ length: LINES }, (_, i) => digest(i)), ''];
      expect(running.log.toString() === whole.join('\n')).toBe(true);
      expect(await supervisor.finished(waits)).toMatchObject({ ending: 'exited', exit_code: 5 });
      expect(waits.stream('stdout')).toBe('once\n');
      await supervisor.until(() => supervisor.polls.at(-1)?.slots === 10);
      expect(await next.end('SIGTERM')).toBe(0);
    },
  );

  test.runIf(mayMount)('that is read-only at the start is said in a sentence', async () => {
    using disk = smallDisk(24)!;
    await using supervisor = await TestSupervisor.start();
    await using bot = new TestBot(supervisor, disk.directory, ENV);
    await supervisor.until(() => supervisor.polls[0]);
    expect(await bot.end('SIGTERM')).toBe(0);
    await supervisor.until(() => disk.becomeReadOnly());
    await using unable = new TestBot(supervisor, disk.directory, ENV);
    expect(await unable.ended()).toBe(1);
    expect(unable.stderr).toMatch(
      /^.*journal\.db cannot be used \(.*\): make room on its disk and let the bot write/,
    );
    expect(diskProblem(disk.directory.path, 1)).toMatch(/mounted read-only/);
  });

  test('that cannot be written at the start is said in a sentence with what to do', async () => {
    using home = new BotDirectory();
    await using supervisor = await TestSupervisor.start();
    const place = { path: join(home.path, 'file', 'bot') } as BotDirectory;
    appendFileSync(join(home.path, 'file'), '');
    await using bot = new TestBot(supervisor, place);
    expect(await bot.ended()).toBe(1);
    expect(bot.stderr).toMatch(/^the bot cannot work in .*name another directory in ARGUS_BOT_DIR\n$/);
  });
});
