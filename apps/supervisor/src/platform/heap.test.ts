import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const THREADS = 8;

/** Waits until all of them are here, and then passes a large body. */
const PASS = `
  const { workerData } = require('node:worker_threads');
  import(workerData.heap).then(({ bytesPassed }) => {
    const here = new Int32Array(workerData.here);
    if (Atomics.add(here, 0, 1) + 1 === workerData.threads) Atomics.notify(here, 0);
    for (let count = Atomics.load(here, 0); count < workerData.threads; count = Atomics.load(here, 0)) Atomics.wait(here, 0, count);
    bytesPassed(64 * 1024 * 1024);
  });`;

test('threads that pass large bodies at the same moment do not disturb each other', async () => {
  const here = new SharedArrayBuffer(4);
  const heap = new URL('./heap.ts', import.meta.url).href;
  const workers = Array.from(
    { length: THREADS },
    () => new Worker(PASS, { eval: true, workerData: { heap, here, threads: THREADS } }),
  );
  // an error in a thread rejects
  const codes = await Promise.all(workers.map(async (worker) => (await once(worker, 'exit'))[0] as number));
  expect(codes).toEqual(Array<number>(THREADS).fill(0));
});
