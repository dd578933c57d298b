import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** Work that notes when it begins and ends when it is told to. */
function works() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    work: (name: string) => async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    },
    async endNext() {
      ends.shift()?.();
      // handing a turn on takes some turns of promises
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    },
  };
}

const never = new AbortController().signal;

test('owners take turns, whoever has how much to do', async () => {
  const { begun, work, endNext } = works();
  const turns = createTurns({ width: 1, waiting: 10 });
  const all = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) =>
    turns.run(name[0] as string, work(name), never),
  );
  for (let end = 0; end < all.length; end++) await endNext();
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((value) => ({ value })));
});

test('who leaves while waiting takes no turn, and too many are told so', async () => {
  const { begun, work, endNext } = works();
  const turns = createTurns({ width: 1, waiting: 1 });
  const first = turns.run('a', work('a1'), never);
  const left = new AbortController();
  const leaving = turns.run('b', work('b1'), left.signal);
  expect(await turns.run('c', work('c1'), never)).toBeUndefined();
  left.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  const next = turns.run('c', work('c2'), never);
  await endNext();
  await endNext();
  await Promise.all([first, next]);
  expect(begun).toEqual(['a1', 'c2']);
});

test('work that fails hands its turn on', async () => {
  const turns = createTurns({ width: 1, waiting: 1 });
  const failing = turns.run('a', () => Promise.reject(new Error('no')), never);
  const next = turns.run('a', () => Promise.resolve('yes'), never);
  await expect(failing).rejects.toThrow('no');
  expect(await next).toEqual({ value: 'yes' });
});
