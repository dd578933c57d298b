import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { machine, tmpdir, type } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { endOf, ShimLink, type End, type Output, type RunOrder } from './shim-link.ts';
import { ShimPool, type Shim } from './shim-pool.ts';

/** For states that come in a moment, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000, interval: 20 };

const directory = mkdtempSync(join(tmpdir(), 'shim-'));
const pool = new ShimPool(directory, createLog('silent'));
const shims: Shim[] = [];

async function makeShim(): Promise<Shim> {
  const shim = await pool.make();
  shims.push(shim);
  return shim;
}

afterAll(() => {
  for (const { link } of shims) {
    try {
      process.kill(link.pid, 'SIGKILL');
    } catch {
      // it ended in its test
    }
  }
  rmSync(directory, { recursive: true, force: true });
});

const order = (shim: Shim, script: string, more: Partial<RunOrder> = {}): RunOrder => ({
  attempt: 'job.1',
  statusFile: join(directory, shim.id, 'status'),
  directory: '/tmp',
  user: null,
  timeoutMs: 60_000,
  graceMs: 0,
  argv: ['bash', '-c', script],
  env: { PATH: process.env.PATH ?? '' },
  ...more,
});

/** Listens, acknowledging as told, and resolves with the end. */
function follow(link: ShimLink, take: (output: Output) => void): Promise<End> {
  const { promise, resolve, reject } = Promise.withResolvers<End>();
  link.listen({
    started: () => {},
    output: take,
    ended: resolve,
    closed: () => reject(new Error('the shim closed')),
  });
  promise.catch(() => {}); // of a connection that a test leaves open
  return promise;
}

describe('a shim', () => {
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
    shim.link.run(order(shim, `head -c ${size} /dev/zero`));
    await expect.poll(() => seen.received, SOON).toBeGreaterThanOrEqual(1 << 20);
    // a second round trip: had it not stopped reading, more would have come by now
    await ShimLink.connect(join(directory, (await makeShim()).id, 's'));
    expect(seen.received).toBeLessThan((1 << 20) + (1 << 18));
    isHeld = false;
    shim.link.acknowledge(seen.received);
    const end = await ended;
    seen.peakKb = memoryKb();
    expect(end).toMatchObject({ ending: 'exited', exitCode: 0, size });
    expect(seen.received).toBe(size);
    expect(seen.peakKb).toBeLessThan(20_000);
  });

  test('sends again from where the next bot asks, also after the end', async () => {
    const shim = await makeShim();
    const ended = follow(shim.link, () => {});
    shim.link.run(order(shim, 'printf 0123456789; exit 7'));
    await ended;
    const socket = join(directory, shim.id, 's');
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

  test('writes how a run ended beside it, the same as it says', async () => {
    const shim = await makeShim();
    const ended = follow(shim.link, () => {});
    shim.link.run(order(shim, 'echo \'["result"]\'; kill -USR1 $$'));
    const end = await ended;
    expect(endOf(readFileSync(join(directory, shim.id, 'status')))).toEqual(end);
    expect(end).toMatchObject({
      ending: 'signaled',
      signal: 10,
      lastLine: { stdout: '["result"]', stderr: '' },
    });
  });

  test('ignores a second run while it knows one, and serves the next after done', async () => {
    const shim = await makeShim();
    let text = '';
    const ended = follow(shim.link, ({ data }) => (text += data.toString()));
    shim.link.run(order(shim, 'echo first'));
    shim.link.run(order(shim, 'echo second'));
    await ended;
    expect(text).toBe('first\n');
    shim.link.done();
    const next = follow(shim.link, ({ data }) => (text += data.toString()));
    shim.link.run(order(shim, 'echo third'));
    await next;
    expect(text).toBe('first\nthird\n');
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
      link.run(order({ id: '.', link }, 'echo'));
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
        shim,
        'head -c 10000000 /dev/zero | tr "\\0" x; echo; perl -e \'$| = 1; for (1..200000) { print STDOUT "a"; print STDERR "b\\n" if $_ % 3 == 0 }\'; echo; echo \'{"ok":1}\'',
      ),
    );
    expect(await ended).toMatchObject({
      size: 10_000_000 + 1 + 200_000 + 2 * 66_666 + 1 + 9,
      lastLine: { stdout: '{"ok":1}', stderr: 'b' },
    });
    expect(size).toBe(10_000_000 + 1 + 200_000 + 2 * 66_666 + 1 + 9);
  });

  test.runIf(process.getuid?.() === 0)(
    'changes user and groups, and the script can open its own streams',
    async () => {
      const shim = await makeShim();
      let text = '';
      const ended = follow(shim.link, ({ data }) => (text += data.toString()));
      shim.link.run(
        order(
          shim,
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
