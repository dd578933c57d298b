import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  badSecretReference,
  isSecretReference,
  SECRET_NAME,
  secretNames,
  secretReference,
  textsOfSecret,
  withSecrets,
} from './secret-references.ts';

const name = fc.stringMatching(new RegExp(SECRET_NAME));

test('a secret that a text names is found, and its value stands where the name stood', () => {
  fc.assert(
    fc.property(fc.string(), name, fc.string(), fc.string(), (before, secret, value, after) => {
      fc.pre(!/[{}]/.test(before + after));
      const text = `${before}${secretReference(secret)}${after}`;
      expect(secretNames([text])).toEqual([secret]);
      expect(withSecrets(text, new Map([[secret, value]]))).toBe(`${before}${value}${after}`);
      expect(badSecretReference(text)).toBeUndefined();
    }),
  );
});

test('what the value of a secret holds is not read as another reference', () => {
  const values = new Map([
    ['A', '{secret:B}'],
    ['B', 'deep'],
  ]);
  expect(withSecrets('{secret:A}{secret:B}', values)).toBe('{secret:B}deep');
});

test('a text without references, and a reference without its secret, stay as they are', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(withSecrets(text, new Map())).toBe(text);
    }),
  );
});

test('a reference whose name no secret can have is found', () => {
  expect(badSecretReference('a {secret:my password} b')).toBe('{secret:my password}');
  expect(badSecretReference('{secret:}')).toBe('{secret:}');
  expect(badSecretReference('{secret:A} {label}')).toBeUndefined();
});

test('a text that is the name of a secret is told from one that holds more', () => {
  expect(isSecretReference('{secret:A}')).toBe(true);
  for (const text of ['', 'A', '{secret:A} ', '{secret:A}{secret:B}', 'x{secret:A}'])
    expect(isSecretReference(text), text).toBe(false);
});

test('of a secret with several lines, its long lines are kept out of logs as well', () => {
  expect(textsOfSecret('-----BEGIN-----\nabcdefgh12345\nab\n')).toEqual([
    '-----BEGIN-----\nabcdefgh12345\nab',
    '-----BEGIN-----',
    'abcdefgh12345',
  ]);
  expect(textsOfSecret('pass\n')).toEqual(['pass']);
  expect(textsOfSecret(' \n')).toEqual([]);
});
