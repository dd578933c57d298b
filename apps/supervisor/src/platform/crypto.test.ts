import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hashPassword,
  hashToken,
  newSecretKey,
  newToken,
  sameBytes,
  secretBox,
  verifyPassword,
} from './crypto.ts';

describe('a secret box', () => {
  const box = secretBox('a key of the instance, long enough');

  test('opens what it sealed, and seals nothing twice alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\0', 'é', '€', '😀') }), (text) => {
        const sealed = box.seal(text);
        expect(box.open(sealed)).toBe(text);
        expect(box.seal(text).equals(sealed)).toBe(false);
      }),
    );
  });

  test('throws on anything that was changed or cut', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, flip) => {
        const sealed = box.seal(text);
        const changed = Buffer.from(sealed);
        const index = at % sealed.length;
        changed[index] = (changed[index] as number) ^ flip;
        expect(() => box.open(changed)).toThrow();
        expect(() => box.open(sealed.subarray(0, index))).toThrow();
      }),
    );
  });

  test('of another key opens nothing and has another fingerprint', () => {
    const other = secretBox('another key of the instance');
    expect(() => other.open(box.seal('x'))).toThrow();
    expect(other.fingerprint).not.toBe(box.fingerprint);
    expect(secretBox('a key of the instance, long enough').fingerprint).toBe(box.fingerprint);
  });
});

describe('tokens and secret keys', () => {
  test('are random, long and tell what they are', () => {
    const tokens = Array.from({ length: 100 }, () => newToken('bot'));
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^argus_bot_[A-Za-z0-9_-]{43}$/);
    expect(newSecretKey()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashToken('a')).toHaveLength(32);
  });

  test('are compared whole', () => {
    expect(sameBytes(Buffer.from('ab'), Buffer.from('ab'))).toBe(true);
    expect(sameBytes(Buffer.from('ab'), Buffer.from('ac'))).toBe(false);
    expect(sameBytes(Buffer.from('ab'), Buffer.from('abc'))).toBe(false);
    expect(sameBytes(Buffer.of(), Buffer.of())).toBe(true);
  });
});

test('a password is known by its hash alone, and no other is', async () => {
  const stored = await hashPassword('pässwörd with spaces');
  expect(stored).not.toContain('pässwörd');
  expect(await verifyPassword('pässwörd with spaces', stored)).toBe(true);
  expect(await verifyPassword('passwort', stored)).toBe(false);
  expect(await verifyPassword('x', 'bcrypt$1$2')).toBe(false);
  expect(await verifyPassword('x', '')).toBe(false);
});
