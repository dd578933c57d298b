import { expect, test } from 'vitest';
import { byProblem, eachOf, type Outcome } from './each-of.ts';

const things = Array.from({ length: 10 }, (_, index) => ({ id: String(index), name: `No. ${index}` }));
const tell = (error: unknown) => (error as Error).message;

test('each thing is done once, a few at a time, and told by itself where it fails', async () => {
  const outcomes: Outcome[] = [];
  let now = 0;
  let most = 0;
  await eachOf(
    things,
    async ({ id }) => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      now--;
      if (id === '3') throw new Error('It is paused.');
    },
    { signal: new AbortController().signal, onDone: (outcome) => outcomes.push(outcome), tell },
  );
  expect(outcomes.map(({ id }) => id).toSorted()).toEqual(things.map(({ id }) => id));
  expect(most).toBe(4);
  expect(byProblem(outcomes)).toEqual([
    ['It is paused.', [{ id: '3', name: 'No. 3', problem: 'It is paused.' }]],
  ]);
});

test('after a stop nothing is begun, and what was begun is told', async () => {
  const stop = new AbortController();
  const outcomes: Outcome[] = [];
  await eachOf(things, async ({ id }) => id === '1' && stop.abort(), {
    signal: stop.signal,
    onDone: (outcome) => outcomes.push(outcome),
    tell,
  });
  expect(outcomes.length).toBeLessThanOrEqual(4);
});
