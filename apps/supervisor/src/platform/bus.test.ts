import { expect, test } from 'vitest';
import { createBus } from './bus.ts';

const LONG_MS = 60_000;
const never = new AbortController().signal;

test('a ring wakes who waits', async () => {
  const bus = createBus();
  using bell = bus.doorbell('job:1');
  const waiting = bell.wait(LONG_MS, never);
  bus.publish('job:1');
  await waiting;
});

test('a ring between two waits ends the next one at once, and only that one', async () => {
  const bus = createBus();
  using bell = bus.doorbell('job:1');
  bus.publish('job:1');
  bus.publish('job:1');
  await bell.wait(LONG_MS, never);
  const started = performance.now();
  await bell.wait(20, never);
  expect(performance.now() - started).toBeGreaterThan(10);
});

test('no ring is lost: what changed before a ring is seen after the wait that it ends', async () => {
  const bus = createBus();
  using bell = bus.doorbell('k');
  let stored = 0;
  let seen = 0;
  const writer = (async () => {
    for (let turn = 0; turn < 200; turn++) {
      stored++;
      bus.publish('k');
      // some rings come in the same turn, some a microtask later, some after I/O
      if (turn % 3 === 0) await Promise.resolve();
      if (turn % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  while (seen < 200) {
    seen = stored;
    if (seen < 200) await bell.wait(LONG_MS, never);
  }
  await writer;
  expect(seen).toBe(200);
});

test('another key, a time that passes and an abort', async () => {
  const bus = createBus();
  using bell = bus.doorbell('a');
  bus.publish('b');
  await bell.wait(1, never);
  const leaving = new AbortController();
  const waiting = bell.wait(LONG_MS, leaving.signal);
  leaving.abort();
  await waiting;
  await bell.wait(LONG_MS, leaving.signal);
});

test('every doorbell of a key rings, and one that is disposed no more', async () => {
  const bus = createBus();
  using first = bus.doorbell('k');
  const second = bus.doorbell('k');
  bus.publish('k');
  await Promise.all([first.wait(LONG_MS, never), second.wait(LONG_MS, never)]);
  second[Symbol.dispose]();
  bus.publish('k');
  await first.wait(LONG_MS, never);
  const started = performance.now();
  await second.wait(20, never);
  expect(performance.now() - started).toBeGreaterThan(10);
});
