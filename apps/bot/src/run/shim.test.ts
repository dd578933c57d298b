import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { machine, type } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, order, ShimBench } from '../testing/shims.ts';
import { endOf, ShimLink } from './shim-link.ts';

/** For states that come in a moment, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000, interval: 20 };

const bench = new ShimBench();
const { directory } = bench;
let helper: string;

beforeAll(async () => {
  helper = await bench.compiledHelper();
});

afterAll(() => bench[Symbol.dispose]());

/** Whether a process has ended, be it that nobody has waited for it yet. */
function isDead(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || /^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'));
}

describe('a shim', () => {
  const makeShim = () => bench.make(helper);

  test('is small', async () => {
    const { link } = await makeShim();
    expect(
      Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${link.pid}/smaps_rollup`, 'utf8'))?.[1]),
    ).toBeLessThan(12_000);
  });

  test('is a valid perl program without warnings', async () => {
    const child = spawn('perl', ['-wc', join(import.meta.dirname, 'shim.pl')]);
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await new Promise((resolve) => child.once('close', resolve));
    expect(said).toMatch(/^\S+ syntax OK\n$/);
  });

  test('holds back a script whose output nobody takes, in bounded memory, and loses nothing of it', async () => {
    const shim = await makeShim();
    const size = 200_000_000;
    const seen: { acknowledged: number; received: number; peakKb: number } = {
      acknowledged: 0,
      received: 0,
      peakKb: 0,
    };
    let isHeld = true;
    const memoryKb = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${shim.link.pid}/status`, 'utf8'))?.[1]);
    const ended = follow(shim.link, ({ offset, data }) => {
      expect(offset).toBe(seen.received);
      seen.received += data.length;
      if (!isHeld) shim.link.acknowledge(seen.received);
    });
    shim.link.run(order(bench.slot(shim, 'status'), `head -c ${size} /dev/zero`));
    await expect.poll(() => seen.received, SOON).toBeGreaterThanOrEqual(4 << 20);
    // a second round trip: had it not stopped reading, more would have come by now
    await ShimLink.connect(bench.slot(await makeShim(), 's'));
    expect(seen.received).toBeLessThan((4 << 20) + (1 << 18));
    isHeld = false;
    shim.link.acknowledge(seen.received);
    const end = await ended;
    seen.peakKb = memoryKb();
    expect(end).toMatchObject({ ending: 'exited', exitCode: 0, size });
    expect(seen.received).toBe(size);
    expect(seen.peakKb).toBeLessThan(20_000);
  });

  test.each([
    ['this system', `${type()} ${machine()}`],
    ['a system whose calls it does not know', 'other'],
  ])(
    'on %s ends when nobody can reach it any more, though nobody took the end of its script',
    async (_on, system) => {
      const socket = join(directory, `alone-${system.replaceAll(/\W/g, '')}`);
      const child = spawn('perl', [join(import.meta.dirname, 'shim.pl'), socket, '1', system], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const exited = new Promise((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => child.stdout.once('close', resolve).resume());
      const { link } = await ShimLink.connect(socket);
      const ended = follow(link, () => {});
      link.run(order(bench.slot({ id: '.', link }, 'status'), 'echo'));
      await ended;
      rmSync(socket);
      link.close();
      expect(await exited).toBe(0);
    },
  );

  test('takes lines of 10 MB and a million tiny writes', async () => {
    const shim = await makeShim();
    let size = 0;
    const ended = follow(shim.link, ({ offset, data }) => {
      size += data.length;
      shim.link.acknowledge(offset + data.length);
    });
    shim.link.run(
      order(
        bench.slot(shim, 'status'),
        'head -c 10000000 /dev/zero | tr "\\0" x; echo; perl -e \'$| = 1; for (1..200000) { print STDOUT "a"; print STDERR "b\\n" if $_ % 3 == 0 }\'; echo; echo \'{"ok":1}\'',
      ),
    );
    expect(await ended).toMatchObject({
      size: 10_000_000 + 1 + 200_000 + 2 * 66_666 + 1 + 9,
      lastLine: { stdout: '{"ok":1}', stderr: 'b' },
    });
    expect(size).toBe(10_000_000 + 1 + 200_000 + 2 * 66_666 + 1 + 9);
  });
});

describe.each([['perl'], ['the spawn helper']])('a shim that starts with %s', (launcher) => {
  const makeShim = () => bench.make(launcher === 'perl' ? null : helper);

  test('sends again from where the next bot asks, also after the end', async () => {
    const shim = await makeShim();
    const ended = follow(shim.link, () => {});
    shim.link.run(order(bench.slot(shim, 'status'), 'printf 0123456789; exit 7'));
    await ended;
    const socket = bench.slot(shim, 's');
    for (const from of [0, 4, 10]) {
      const { link, state } = await ShimLink.connect(socket);
      expect(state.running?.attempt).toBe('job.1');
      let text = '';
      const again = follow(link, ({ data }) => (text += data.toString()));
      link.goOn(from);
      expect(await again).toMatchObject({ exitCode: 7, size: 10 });
      expect(text).toBe('0123456789'.slice(from));
    }
  });

  test('writes how a run ended beside it, the same as it says, when the bot is gone', async () => {
    const shim = await makeShim();
    const ended = follow(shim.link, () => {});
    shim.link.run(order(bench.slot(shim, 'status'), 'echo \'["result"]\'; kill -USR1 $$'));
    const end = await ended;
    shim.link.close();
    await expect.poll(() => existsSync(bench.slot(shim, 'status')), SOON).toBe(true);
    expect(endOf(readFileSync(bench.slot(shim, 'status')))).toEqual(end);
    expect(end).toMatchObject({
      ending: 'signaled',
      signal: 10,
      lastLine: { stdout: '["result"]', stderr: '' },
    });
  });

  test.each([
    ['nosuchprogram', '/tmp', 'nosuchprogram: No such file or directory'],
    ['/tmp', '/tmp', '/tmp: Permission denied'],
    ['/bin/true', '/nosuch/directory', '/nosuch/directory: No such file or directory'],
  ])('says why %s in %s cannot be started', async (program, place, error) => {
    const shim = await makeShim();
    const ended = follow(shim.link, () => {});
    shim.link.run(order(bench.slot(shim, 'status'), '', { argv: [program], directory: place }));
    expect(await ended).toMatchObject({ ending: 'not_started', error, usage: null });
  });

  test('passes 1 MB of arguments, and a text without #! to the shell', async () => {
    const shim = await makeShim();
    const script = bench.slot(shim, 'script');
    writeFileSync(script, 'printf "%s %s" "$#" "${#1}"', { mode: 0o755 });
    const arg = 'x'.repeat(100_000);
    for (const count of [1, 10]) {
      let text = '';
      const ended = follow(shim.link, ({ data }) => (text += data.toString()));
      const argv = [script, ...Array.from({ length: count }, () => arg)];
      shim.link.run(order(bench.slot(shim, 'status'), '', { argv }));
      expect(await ended).toMatchObject({ ending: 'exited', exitCode: 0 });
      expect(text).toBe(`${count} 100000`);
      shim.link.done();
    }
  });

  test('goes on where its helper is killed', async () => {
    const shim = await makeShim();
    const children = () => readFileSync(`/proc/${shim.link.pid}/task/${shim.link.pid}/children`, 'utf8');
    const before = children();
    if (launcher === 'perl') return expect(before).toBe('');
    process.kill(Number(before), 'SIGKILL');
    // not while it dies: then nobody would know whether it began the script
    await expect.poll(() => isDead(Number(before)), SOON).toBe(true);
    for (const code of [3, 4]) {
      const ended = follow(shim.link, () => {});
      shim.link.run(order(bench.slot(shim, 'status'), `exit ${code}`));
      expect(await ended).toMatchObject({ ending: 'exited', exitCode: code });
      shim.link.done();
    }
    // there is another one for the runs to come
    await expect.poll(children, SOON).toMatch(/^\d+ $/);
    expect(children()).not.toBe(before);
  });

  test('ignores a second run while it knows one, and serves the next after done', async () => {
    const shim = await makeShim();
    let text = '';
    const ended = follow(shim.link, ({ data }) => (text += data.toString()));
    shim.link.run(order(bench.slot(shim, 'status'), 'echo first'));
    shim.link.run(order(bench.slot(shim, 'status'), 'echo second'));
    await ended;
    expect(text).toBe('first\n');
    shim.link.done();
    const next = follow(shim.link, ({ data }) => (text += data.toString()));
    shim.link.run(order(bench.slot(shim, 'status'), 'echo third'));
    await next;
    expect(text).toBe('first\nthird\n');
  });

  test.runIf(process.getuid?.() === 0)(
    'changes user and groups, and the script can open its own streams',
    async () => {
      const shim = await makeShim();
      let text = '';
      const ended = follow(shim.link, ({ data }) => (text += data.toString()));
      shim.link.run(
        order(
          bench.slot(shim, 'status'),
          'id -u; id -g; id -G; echo x >/dev/stderr; grep ^Cap[EP] /proc/self/status | tr -d "\\n"; ls /proc/self/fd | tr "\\n" " "',
          { user: { uid: 12345, gid: 23456, groups: [34567] } },
        ),
      );
      await ended;
      expect(text).toBe(
        '12345\n23456\n23456 34567\nx\nCapPrm:\t0000000000000000CapEff:\t00000000000000000 1 2 3 ',
      );
    },
  );
});
