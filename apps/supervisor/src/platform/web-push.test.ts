import { createECDH, createPublicKey, verify } from 'node:crypto';
import { decryptPush, newBrowserKeys } from '@argus/testing';
import { expect, test } from 'vitest';
import { encryptPush, newServerKey, PUSH_MAX_BYTES, pushAuthorization, wrongKey } from './web-push.ts';

// RFC 8291, section 5 and appendix A
const EXAMPLE = {
  text: 'When I grow up, I want to be a watermelon',
  serverPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  keys: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_' +
    'yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};
const bytes = (text: string) => Buffer.from(text, 'base64url');

test('the example of RFC 8291 is encrypted as it is written there', () => {
  const once = { salt: bytes(EXAMPLE.salt), key: bytes(EXAMPLE.serverPrivate) };
  const body = encryptPush(Buffer.from(EXAMPLE.text), EXAMPLE.keys, once);
  expect(body.toString('base64url')).toBe(EXAMPLE.body);
});

test('the longest message is as long as every push service takes, and a longer one is refused', () => {
  expect(encryptPush(Buffer.alloc(PUSH_MAX_BYTES), EXAMPLE.keys)).toHaveLength(4096);
  expect(() => encryptPush(Buffer.alloc(PUSH_MAX_BYTES + 1), EXAMPLE.keys)).toThrow('too long');
});

test('a browser reads with its keys what was written, and another one does not', () => {
  const [mine, other] = [newBrowserKeys(), newBrowserKeys()];
  for (const text of ['', 'x', 'Copia de seguridad: falló ⚠️', 'a'.repeat(PUSH_MAX_BYTES)])
    expect(decryptPush(encryptPush(Buffer.from(text), mine.given), mine)).toBe(text);
  expect(() => decryptPush(encryptPush(Buffer.from('x'), mine.given), other)).toThrow();
});

test('the same message is never encrypted alike', () => {
  const [one, other] = [1, 2].map(() => encryptPush(Buffer.from('x'), EXAMPLE.keys).toString('hex'));
  expect(one).not.toBe(other);
});

test('keys that are none are found out', () => {
  const { p256dh, auth } = EXAMPLE.keys;
  const other = createECDH('prime256v1');
  other.generateKeys();
  expect(wrongKey({ p256dh: other.getPublicKey('base64url'), auth })).toBeUndefined();
  expect(wrongKey({ p256dh, auth: auth.slice(2) })).toBe('auth');
  expect(wrongKey({ p256dh: p256dh.slice(4), auth })).toBe('p256dh');
  // on no curve
  expect(wrongKey({ p256dh: `${p256dh.slice(0, -4)}AAAA`, auth })).toBe('p256dh');
  expect(wrongKey({ p256dh: '', auth })).toBe('p256dh');
});

test('a request says who sends it, to one push service, for less than a day, signed with the key that it names', () => {
  const key = newServerKey();
  const now = 1_795_512_600_000;
  const subject = 'https://argus.example.com';
  const endpoint = 'https://push.example.net:8443/a/b?c';
  const said = pushAuthorization(key, { endpoint, subject, now });
  const [, text = '', signature = '', named] =
    /^vapid t=([\w-]+\.[\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(said) ?? [];
  expect(named).toBe(key.public);
  const point = bytes(key.public);
  expect([point.length, point[0]]).toEqual([65, 4]);
  const [header, claims] = text.split('.').map((part) => JSON.parse(bytes(part).toString()));
  expect(header).toEqual({ typ: 'JWT', alg: 'ES256' });
  expect(claims).toEqual({ aud: 'https://push.example.net:8443', sub: subject, exp: now / 1000 + 43_200 });
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
  const publicKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
  expect(verify('sha256', Buffer.from(text), publicKey, bytes(signature))).toBe(true);
});
