import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createBatcher, share } from './batcher.ts';

/** Runs that end when the test says so. */
function heldRuns() {
  const runs: { items: number[]; end(): void; fail(): void }[] = [];
  const run = (items: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      runs.push({
        items,
        end: () => resolve(items.map((item) => item * 10)),
        fail: () => reject(new Error('no luck')),
      });
    });
  return { runs, run };
}

/** Lets all that can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a batcher', () => {
  afterEach(() => void vi.useRealTimers());

  test('runs the calls of one turn together, in their order', async () => {
    const { runs, run } = heldRuns();
    const call = createBatcher(run, { max: 10, concurrency: 1 });
    const results = Promise.all([call(1), call(2), call(3)]);
    await settle();
    expect(runs.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    runs[0]?.end();
    expect(await results).toEqual([10, 20, 30]);
  });

  test('that breathes lets calls gather after a run that many shared, and only then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    const { runs, run } = heldRuns();
    const call = createBatcher(run, { max: 10, concurrency: 1, breathes: true });
    const shared = Promise.all([1, 2, 3, 4].map(call));
    await settle();
    vi.advanceTimersByTime(8);
    runs[0]?.end();
    await shared;
    const later = [call(5)];
    await settle();
    expect(runs).toHaveLength(1);
    vi.advanceTimersByTime(7);
    later.push(call(6));
    await settle();
    expect(runs).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await settle();
    expect(runs[1]?.items).toEqual([5, 6]);
    vi.advanceTimersByTime(8);
    runs[1]?.end();
    await Promise.all(later);
    void call(7);
    await settle();
    expect(runs[2]?.items).toEqual([7]);
  });

  test('lets calls gather while its runs are busy', async () => {
    const { runs, run } = heldRuns();
    const call = createBatcher(run, { max: 10, concurrency: 1 });
    const first = call(1);
    await settle();
    const later = Promise.all([call(2), call(3)]);
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    expect(await first).toBe(10);
    await settle();
    expect(runs[1]?.items).toEqual([2, 3]);
    runs[1]?.end();
    expect(await later).toEqual([20, 30]);
  });

  test('fails each call of a failed run and goes on', async () => {
    const { runs, run } = heldRuns();
    const call = createBatcher(run, { max: 10, concurrency: 1 });
    const failed = Promise.allSettled([call(1), call(2)]);
    await settle();
    runs[0]?.fail();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = call(3);
    await settle();
    runs[1]?.end();
    expect(await next).toBe(30);
  });

  test('answers every call with its own result, within its limits, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer(), { maxLength: 6 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        async (turns, max, concurrency) => {
          let running = 0;
          const call = createBatcher<number, number>(
            async (items) => {
              running++;
              expect(running).toBeLessThanOrEqual(concurrency);
              expect(items.length).toBeLessThanOrEqual(max);
              expect(items.length).toBeGreaterThan(0);
              await settle();
              running--;
              return items.map((item) => item + 1);
            },
            { max, concurrency },
          );
          const calls: Promise<number>[] = [];
          for (const turn of turns) {
            calls.push(...turn.map(call));
            await settle();
          }
          expect(await Promise.all(calls)).toEqual(turns.flat().map((item) => item + 1));
        },
      ),
      { numRuns: 30 },
    );
  });
});

test('a call whose result is an error fails alone', async () => {
  const call = createBatcher<number, number>(
    (items) => Promise.resolve(items.map((item) => (item === 2 ? new Error('two') : item * 10))),
    { max: 10, concurrency: 1 },
  );
  const results = await Promise.allSettled([call(1), call(2), call(3)]);
  expect(results).toMatchObject([{ value: 10 }, { reason: { message: 'two' } }, { value: 30 }]);
});

test('whoever waits with few is served beside those with many', () => {
  const item = fc.record({ owner: fc.constantFrom('a', 'b', 'c'), n: fc.nat() });
  fc.assert(
    fc.property(fc.array(item), fc.integer({ min: 1, max: 20 }), (waiting, max) => {
      const { batch, rest } = share(waiting, max, ({ owner }) => owner);
      expect(batch).toHaveLength(Math.min(max, waiting.length));
      expect([...batch, ...rest].toSorted((a, b) => waiting.indexOf(a) - waiting.indexOf(b))).toEqual(
        waiting,
      );
      const count = (items: typeof waiting, who: string) => items.filter(({ owner }) => owner === who).length;
      for (const owner of ['a', 'b', 'c']) {
        // of each owner the oldest go first
        const own = waiting.filter((each) => each.owner === owner);
        expect(batch.filter((each) => each.owner === owner)).toEqual(own.slice(0, count(batch, owner)));
        // who still waits has got as much as anybody else, but for the last round
        if (count(rest, owner) === 0) continue;
        for (const other of ['a', 'b', 'c'])
          expect(count(batch, other)).toBeLessThanOrEqual(count(batch, owner) + 1);
      }
    }),
  );
});
