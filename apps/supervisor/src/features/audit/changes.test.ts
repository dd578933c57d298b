import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changes } from './changes.ts';

test('a change is told with what was and what is', () => {
  expect(
    changes(
      { name: 'a', tags: ['x'], timeout: null, same: 1 },
      { name: 'b', tags: ['x', 'y'], timeout: 5, same: 1 },
    ),
  ).toEqual({
    name: { from: 'a', to: 'b' },
    tags: { from: ['x'], to: ['x', 'y'] },
    timeout: { from: null, to: 5 },
  });
});

test('a field that was not sent is no change, one that is new was nothing before', () => {
  expect(changes({ a: 1, b: 2 }, { b: 3 })).toEqual({ b: { from: 2, to: 3 } });
  expect(changes({}, { c: 1 })).toEqual({ c: { from: null, to: 1 } });
});

test('secrets are told as changed, and nothing of them is in it', () => {
  const told = changes({ env: { A: 'old secret' } }, { env: { A: 'new secret' } }, { secret: ['env'] });
  expect(Object.keys(told)).toEqual(['env']);
  expect(JSON.stringify(told)).not.toMatch(/old|new/);
});

test('long values are cut', () => {
  const told = changes(
    { text: '' },
    { text: 'x'.repeat(100_000), list: Array.from({ length: 9000 }, () => 'y') },
  );
  expect(JSON.stringify(told).length).toBeLessThan(3000);
});

test('equal objects are no change, whatever the order of their fields; others are', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(object, object, (a, b) => {
      const turned = Object.fromEntries(Object.entries(a).reverse());
      expect(changes({ a }, { a: turned })).toEqual({});
      if (Object.keys(a).length !== Object.keys(b).length)
        expect(changes({ a }, { a: b })).toHaveProperty('a');
    }),
  );
});
