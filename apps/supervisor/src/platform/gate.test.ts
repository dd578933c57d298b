import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('a gate runs so many at a time, in their order, lets so many wait and turns the others away', async () => {
  const gate = createGate({ width: 2, waiting: 3 });
  const begun: number[] = [];
  const opens: (() => void)[] = [];
  let most = 0;
  let inside = 0;
  const enter = (index: number) =>
    gate.run(async () => {
      begun.push(index);
      most = Math.max(most, ++inside);
      await new Promise<void>((resolve) => opens.push(resolve));
      inside--;
      return index;
    });
  const all = [0, 1, 2, 3, 4, 5, 6].map(enter);
  expect(await Promise.all(all.slice(5))).toEqual([undefined, undefined]);
  expect(begun).toEqual([0, 1]);
  for (let index = 0; index < 5; index++) {
    opens[index]?.();
    expect(await all[index]).toEqual({ value: index });
  }
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test('work that fails gives its place to the next', async () => {
  const gate = createGate({ width: 1, waiting: 1 });
  const failing = gate.run(() => Promise.reject(new Error('no')));
  const next = gate.run(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toEqual({ value: 'yes' });
  expect(await gate.run(async () => 'again')).toEqual({ value: 'again' });
});
