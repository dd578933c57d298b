import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, order, ShimBench } from '../testing/shims.ts';
import type { End, RunOrder } from './shim-link.ts';

const isRoot = process.getuid?.() === 0;
let nextUid = 3_200_000_000 + (process.pid % 30_000) * 1000;

const bench = new ShimBench();
const plain = new ShimBench({ without: ['tree', 'limits', 'memory', 'pids'] });
const { memory, pids, limits, tree } = bench.launcher.cgroups;
const countsMemory = memory !== undefined || limits !== undefined;
const countsProcesses = pids !== undefined || limits !== undefined;
let helper: string;

beforeAll(async () => {
  helper = await bench.compiledHelper();
});

afterAll(() => {
  bench[Symbol.dispose]();
  plain[Symbol.dispose]();
});

async function run(
  on: ShimBench,
  starter: string | null,
  script: string,
  more: Partial<RunOrder>,
  stopAt?: string,
): Promise<End & { text: string }> {
  const shim = await on.make(starter);
  const uid = nextUid++;
  let text = '';
  const ended = follow(shim.link, ({ offset, data }) => {
    text += data.toString();
    if (stopAt !== undefined && text.includes(stopAt)) shim.link.stop('cancel');
    shim.link.acknowledge(offset + data.length);
  });
  const user = isRoot ? { uid, gid: uid, groups: [] } : null;
  shim.link.run(order(on.slot(shim, 'status'), script, { user, ...more }));
  return { ...(await ended), text };
}

const MB = 1024 * 1024;
const EATS_MEMORY = `exec python3 -c 'import sys
b = []
for i in range(400): b.append(bytearray(1024 * 1024))
print("had it all")'`;
const BURNS = 'while :; do :; done';

describe.each([['the spawn helper'], ['perl']])('started by %s', (launcher) => {
  const starter = () => (launcher === 'perl' ? null : helper);

  test.runIf(countsMemory)(
    'a script that takes more memory than its limit is killed, and the kernel counted it',
    async () => {
      const end = await run(bench, starter(), EATS_MEMORY, { limits: { memory_bytes: 60 * MB } });
      expect(end).toMatchObject({ ending: 'signaled', signal: 9, limit: 'memory', survivors: [], text: '' });
      expect(end.usage?.memory_bytes).toBeGreaterThan(50 * MB);
      expect(end.usage?.memory_bytes).toBeLessThanOrEqual(60 * MB);
    },
  );

  test.runIf(countsMemory)('a part of the tree that is killed for memory ends all of it', async () => {
    const script = `(${EATS_MEMORY}) & trap "" TERM; sleep 300`;
    const end = await run(bench, starter(), script, { limits: { memory_bytes: 60 * MB } });
    expect(end).toMatchObject({ stoppedBy: 'limit', limit: 'memory', survivors: [] });
  });

  test.runIf(countsProcesses)('a fork bomb stays within its limit, and the limit is told', async () => {
    const script = 'trap "" TERM; bomb() { bomb | bomb & }; while :; do bomb; done';
    const end = await run(bench, starter(), script, { limits: { processes: 40 } }, 'Resource temporarily');
    expect(end).toMatchObject({ stoppedBy: 'cancel', limit: 'processes', survivors: [] });
  });

  test.runIf(countsProcesses)('a script that only met the limit keeps its own end', async () => {
    const script = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3 & done; wait; exit 4';
    const end = await run(bench, starter(), script, { limits: { processes: 5 } });
    expect(end).toMatchObject({ ending: 'exited', limit: 'processes', stoppedBy: null });
  });

  test('processor time is that of the whole tree: several that stay below it together are stopped', async () => {
    const script = `${BURNS} & ${BURNS} & ${BURNS} & echo ready; wait`;
    const end = await run(bench, starter(), script, { limits: { cpu_seconds: 1 } });
    expect(end).toMatchObject({ stoppedBy: 'limit', limit: 'cpu', survivors: [] });
    expect(end.usage?.cpu_ms).toBeGreaterThanOrEqual(990);
  });

  test('time that ended children used counts, also where the script itself ends well between two looks', async () => {
    const burns = (seconds: number) => `python3 -c '
import time
while time.process_time() < ${seconds}: pass'`;
    const both = [bench, plain].map((on) =>
      run(on, starter(), `${burns(0.55)} & ${burns(0.55)} & wait; exit 0`, { limits: { cpu_seconds: 1 } }),
    );
    for (const end of await Promise.all(both)) expect(end.limit).toBe('cpu');
  });

  test('without cgroups limits are those of the kernel for processes, and only what is known is told', async () => {
    const [memory, processes, sum, single] = await Promise.all([
      run(plain, starter(), EATS_MEMORY, { limits: { memory_bytes: 100 * MB } }),
      run(plain, starter(), 'for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3 & done; wait', {
        limits: { processes: 5 },
      }),
      run(plain, starter(), `${BURNS} & ${BURNS} & wait`, { limits: { cpu_seconds: 1 } }),
      run(plain, starter(), `trap "" XCPU; ${BURNS}`, { limits: { cpu_seconds: 1 } }),
    ]);
    expect(memory).toMatchObject({ ending: 'exited', exitCode: 1, limit: null });
    expect(memory.text).toContain('MemoryError');
    if (isRoot) expect(processes.text).toContain('Resource temporarily unavailable');
    expect(processes.limit).toBeNull();
    // the sum is looked at each second; by then the kernel may have ended both for their own time
    expect(sum.limit).toBe('cpu');
    expect(single).toMatchObject({ ending: 'signaled', limit: 'cpu' });
  });

  test('what a run used is told, with what its children used', async () => {
    const script = `python3 -c 'b = bytearray(50 * 1024 * 1024)'; python3 -c '
import time
while time.process_time() < 0.5: pass'`;
    const { usage } = await run(bench, starter(), script, {});
    expect(usage?.cpu_ms).toBeGreaterThanOrEqual(500);
    expect(usage?.cpu_ms).toBeLessThan(5000);
    expect(usage?.memory_bytes).toBeGreaterThan(50 * MB);
    expect(usage?.memory_bytes).toBeLessThan(150 * MB);
  });
});

test.runIf(tree !== undefined)(
  'cgroups of runs are gone afterwards, and those of slots with their bench',
  async () => {
    const own = new ShimBench();
    await run(own, null, 'true', { limits: { memory_bytes: 100 * MB, processes: 10 } });
    const places = Object.values(own.launcher.cgroups) as string[];
    const directories = (path: string) =>
      readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(places.flatMap(directories).map(({ parentPath }) => parentPath)).toEqual([
      own.launcher.cgroups.tree,
    ]);
    own[Symbol.dispose]();
    await expect.poll(() => places.filter((path) => existsSync(path))).toEqual([]);
  },
);
