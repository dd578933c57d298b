import { expect, test } from 'vitest';
import { createLogOnce } from './log-once.ts';

function recorder() {
  const lines: [object, string][] = [];
  let now = 0;
  const once = createLogOnce(
    { warn: ((fields: object, message: string) => void lines.push([fields, message])) as never },
    () => now,
  );
  return { lines, once, pass: (ms: number) => void (now += ms) };
}

test('the same trouble is one line a minute, and the next line says how often it was left out', () => {
  const { lines, once, pass } = recorder();
  for (let times = 0; times < 5; times++) once('a', { host: 1 }, 'refused');
  once('b', { host: 2 }, 'refused');
  expect(lines).toEqual([
    [{ host: 1 }, 'refused'],
    [{ host: 2 }, 'refused'],
  ]);
  pass(60_000);
  once('a', { host: 1 }, 'refused');
  pass(60_000);
  once('a', { host: 1 }, 'refused');
  expect(lines.slice(2)).toEqual([
    [{ host: 1, not_logged: 4 }, 'refused'],
    [{ host: 1 }, 'refused'],
  ]);
});

test('keys that nobody repeats are forgotten', () => {
  const { lines, once } = recorder();
  once('first', {}, 'refused');
  for (let key = 0; key < 1000; key++) once(String(key), {}, 'refused');
  once('first', {}, 'refused');
  expect(lines).toHaveLength(1002);
});
