import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, order, ShimBench } from '../testing/shims.ts';
import { MACHINE } from './launcher.ts';
import { ShimLink, type End, type RunOrder } from './shim-link.ts';

/** For states that come in a moment, on a machine that has other things to do as well. */
const SOON = { timeout: 20_000, interval: 20 };

const isRoot = process.getuid?.() === 0;

/** Each run has a user of its own, so that what is left of it is found whatever it did to itself. */
let nextUid = 3_000_000_000 + (process.pid % 30_000) * 1000;

const bench = new ShimBench();
const plain = new ShimBench({ without: ['tree', 'limits', 'memory', 'pids'] });
let helper: string;

beforeAll(async () => {
  helper = await bench.compiledHelper();
});

afterAll(() => {
  bench[Symbol.dispose]();
  plain[Symbol.dispose]();
});

/** Living processes of a user. */
function processesOfUser(uid: number): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || statSync(`/proc/${pid}`).uid !== uid) return [];
      const [, name = '', state] = /\((.*)\) (.)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
      return state === 'Z' || state === 'X' ? [] : [`${name} (pid ${pid})`];
    } catch {
      return []; // ended meanwhile
    }
  });
}

/** Runs a script that says when it is ready, has it stopped then, and gives its end. */
async function stopped(
  link: ShimLink,
  statusFile: string,
  script: string,
  more: Partial<RunOrder>,
): Promise<End> {
  const ended = follow(link, ({ offset, data }) => {
    link.acknowledge(offset + data.length);
    if (data.includes('ready')) link.stop('cancel');
  });
  link.run(order(statusFile, script, more));
  return ended;
}

// each must be harmless where a test fails: nothing makes more than some hundred processes
const TREES: [string, string][] = [
  ['ignores TERM', 'trap "" TERM; (trap "" TERM; sleep 300) & echo ready; sleep 300'],
  [
    'double-forked into a session of its own',
    '(setsid bash -c "trap \\"\\" TERM; sleep 300 & wait; sleep 300" &); echo ready; sleep 300',
  ],
  ['went on under nohup', 'nohup sleep 300 >/dev/null 2>&1 & echo ready; sleep 300'],
  ['was stopped', 'sleep 300 & kill -STOP $!; echo ready; kill -STOP $$'],
  [
    'is a daemon without our environment and with the pipes closed',
    'env -i /usr/bin/setsid /bin/sh -c "(trap \\"\\" TERM; exec >&- 2>&-; sleep 300; sleep 300) &" ; echo ready; sleep 300',
  ],
  [
    'holds the pipes open in another session',
    'trap "" TERM; setsid sh -c "trap \\"\\" TERM; while :; do sleep 0.05; echo more; done" & echo ready; wait',
  ],
  [
    'is a fork bomb that its own limit holds at 200 processes',
    'ulimit -u 200; trap "" TERM; exec 2>/dev/null; (sleep 0.3; echo ready) & bomb() { bomb | bomb & }; while :; do bomb; sleep 0.01; done',
  ],
];

const WAYS: [string, () => ShimBench, () => string | null][] = [
  ['cgroups and the spawn helper', () => bench, () => helper],
  ['cgroups and perl', () => bench, () => null],
  ['no cgroups and the spawn helper', () => plain, () => helper],
  ['no cgroups and perl', () => plain, () => null],
];

describe.runIf(isRoot).each(WAYS)('with %s a stop leaves nothing of a tree that', (_way, way, starter) => {
  test.concurrent.each(TREES)('%s', async (_name, script) => {
    const shim = await way().make(starter());
    const uid = nextUid++;
    const user = { uid, gid: uid, groups: [] };
    const end = await stopped(shim.link, way().slot(shim, 'status'), script, { user });
    expect(end).toMatchObject({ stoppedBy: 'cancel', ending: 'signaled', survivors: [] });
    expect(processesOfUser(uid)).toEqual([]);
    // and the slot serves the next
    shim.link.done();
    const next = follow(shim.link, () => {});
    shim.link.run(order(way().slot(shim, 'status'), 'exit 3', { user }));
    expect(await next).toMatchObject({ ending: 'exited', exitCode: 3, leftRunning: [] });
  });
});

describe.runIf(isRoot)('for a bot that is not root', () => {
  test.each([['the spawn helper'], ['perl']])(
    'a stop leaves nothing either, started by %s',
    async (launcher) => {
      const uid = nextUid++;
      const directory = mkdtempSync(join(tmpdir(), 'shim-'));
      try {
        chownSync(directory, uid, uid);
        const socket = join(directory, 's');
        const asUser = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
        const program = join(directory, 'spawn');
        copyFileSync(helper, program);
        chmodSync(program, 0o755);
        const offers = launcher === 'perl' ? [] : [`helper=${program}`];
        const shim = spawn(
          'setpriv',
          [...asUser, 'perl', join(import.meta.dirname, 'shim.pl'), socket, '60', MACHINE, ...offers],
          { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env.PATH, PERLIO: 'unix' } },
        );
        await new Promise((resolve) => shim.stdout.once('close', resolve).resume());
        for (const [, script] of TREES) {
          const { link } = await ShimLink.connect(socket);
          expect(link.launcher).toBe(launcher === 'perl' ? 'perl' : 'spawn helper');
          const end = await stopped(link, join(directory, 'status'), script, {});
          expect(end).toMatchObject({ stoppedBy: 'cancel', survivors: [] });
          const left = processesOfUser(uid).filter((name) => !/^(perl|argus-spawn|spawn) /.test(name));
          expect(left).toEqual([]);
          link.done();
          link.close();
        }
        shim.kill('SIGKILL');
        await expect.poll(() => processesOfUser(uid), SOON).toEqual([]);
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );
});

describe.runIf(isRoot)('a fence', () => {
  test('stops a script whose bot is gone, with its own grace', async () => {
    const shim = await bench.make(helper);
    const uid = nextUid++;
    const script = 'trap "" TERM; echo ready; setsid sleep 300 & sleep 300';
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    void follow(shim.link, () => resolve());
    shim.link.run(
      order(bench.slot(shim, 'status'), script, {
        user: { uid, gid: uid, groups: [] },
        graceMs: 60_000,
        fence: { deadlineNs: Number(process.hrtime.bigint()) + 300e9, graceMs: 100 },
      }),
    );
    await ready;
    shim.link.moveFence(Number(process.hrtime.bigint()) + 0.2e9);
    shim.link.close();
    await expect.poll(() => processesOfUser(uid), SOON).toEqual([]);
    const { link } = await ShimLink.connect(bench.slot(shim, 's'));
    const end = follow(link, () => {});
    link.goOn(0);
    expect(await end).toMatchObject({ stoppedBy: 'fence', ending: 'signaled', survivors: [] });
  });

  test('that has passed already keeps a script from starting: it may run elsewhere', async () => {
    const shim = await bench.make(helper);
    const ended = follow(shim.link, () => {});
    shim.link.run(
      order(bench.slot(shim, 'status'), 'echo started', {
        fence: { deadlineNs: Number(process.hrtime.bigint()) - 1, graceMs: 100 },
      }),
    );
    expect(await ended).toMatchObject({ stoppedBy: 'fence', ending: 'not_started', size: 0 });
  });

  test('that is moved in time stops nothing, and hurries a stop that takes longer than it', async () => {
    const shim = await bench.make(helper);
    const uid = nextUid++;
    const { link } = shim;
    const now = () => Number(process.hrtime.bigint());
    const ended = follow(link, ({ data }) => {
      if (data.includes('ready')) link.moveFence(now() + 300e9);
      else {
        link.stop('cancel');
        link.moveFence(now() + 0.1e9);
      }
    });
    link.run(
      order(bench.slot(shim, 'status'), 'trap "" TERM; echo ready; sleep 1.5; echo still here; sleep 300', {
        user: { uid, gid: uid, groups: [] },
        graceMs: 600_000,
        fence: { deadlineNs: now() + 1e9, graceMs: 100 },
      }),
    );
    expect(await ended).toMatchObject({ stoppedBy: 'cancel', survivors: [] });
    expect(processesOfUser(uid)).toEqual([]);
  });
});
