import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carriedLabels, normalLabels } from './rules.ts';

test('labels are the same whatever their order, case and number', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (labels) => {
      const twice = [...labels, ...labels.map((label) => label.toUpperCase().toLowerCase())];
      expect(normalLabels(normalLabels(labels))).toEqual(normalLabels(labels));
      expect(normalLabels(twice.toReversed())).toEqual(normalLabels(twice));
    }),
  );
});

test('a bot carries its system and processor beside what people and its settings gave it', () => {
  expect(carriedLabels(['GPU'], { os: 'linux', arch: 'x64', labels: ['rack:7', 'gpu'] })).toEqual([
    'gpu',
    'linux',
    'rack:7',
    'x64',
  ]);
  expect(carriedLabels(['gpu'], null)).toEqual(['gpu']);
});
