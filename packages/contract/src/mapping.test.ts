import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArgumentDefinition } from './arguments.ts';
import { argumentsByPosition, mapArguments, parsePath, valueAt } from './mapping.ts';

test.each([
  ['output[0].customer.name', ['output', 0, 'customer', 'name']],
  ['output[-1]', ['output', -1]],
  ['body["a b"].c', ['body', 'a b', 'c']],
  ['headers.x-id', ['headers', 'x-id']],
])('the path %s', (path, steps) => expect(parsePath(path)).toEqual(steps));

test.each(['', '.a', 'a..b', 'a[', 'a[x]', 'a b', '[0]', 'a()', 'a["b]', 'a.0', 'a[1]b'])(
  'no path: %s',
  (path) => expect(parsePath(path)).toBeUndefined(),
);

test('what was put somewhere is found there', () => {
  const step = fc.oneof(fc.nat(3), fc.string({ minLength: 1, maxLength: 8 }));
  // as JSON has it: no -0
  const jsonValue = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), jsonValue, fc.boolean(), (steps, value, asText) => {
      const build = (at: number): unknown => {
        if (at === steps.length) return value;
        const inner = asText && at === 1 ? JSON.stringify(build(at + 1)) : build(at + 1);
        const key = steps[at] as string | number;
        return typeof key === 'number'
          ? Array.from({ length: key + 1 }, (_one, index) => (index === key ? inner : null))
          : Object.defineProperty({}, key, { value: inner, enumerable: true });
      };
      const path = `root${steps.map((key) => `[${JSON.stringify(key)}]`).join('')}`;
      const found = valueAt({ root: build(0) }, parsePath(path) ?? []);
      const isText = asText && steps.length === 2;
      expect(isText ? JSON.parse(found as string) : found).toEqual(value);
    }),
  );
});

test('what an object only inherits is not there', () => {
  for (const path of ['a.constructor', 'a.__proto__', 'a.toString', 'output.length', 'text.length'])
    expect(valueAt({ a: {}, output: [1], text: 'abc' }, parsePath(path) ?? [])).toBeUndefined();
});

test('a number in a text that no double holds keeps all of its digits', () => {
  const at = (path: string) =>
    valueAt({ output: ['{"id": 9007199254740993, "of": [{"n": 1}]}'] }, parsePath(path) ?? []);
  expect(at('output[0].id')).toBe('9007199254740993');
  expect(at('output[0].id.rawJSON')).toBeUndefined();
  expect(at('output[0].of')).toEqual([{ n: 1 }]);
});

const definition = (order: number, more: Partial<ArgumentDefinition> = {}): ArgumentDefinition => ({
  order,
  type: 'input',
  ...more,
});

test('by position each argument that can be given takes its output, and what there is none for its default', () => {
  const definitions = [
    definition(0),
    definition(1, { type: 'fixed', value: 'f' }),
    definition(2),
    definition(3, { value: 'd' }),
  ];
  expect(argumentsByPosition(definitions, ['a', 'b'])).toEqual([
    { order: 0, value: 'a' },
    { order: 2, value: 'b' },
    { order: 3, value: 'd' },
  ]);
});

test('a mapping names arguments by label or position; what leads nowhere is left out', () => {
  const definitions = [definition(0, { label: 'Name' }), definition(1)];
  expect(
    mapArguments(
      definitions,
      { Name: { from: 'output[0].n' }, '1': { from: 'output[7]' } },
      { output: ['{"n": 5}'] },
    ),
  ).toEqual([
    { order: 0, value: 5 },
    { order: 1, value: null },
  ]);
});
