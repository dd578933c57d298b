import { ArgusError } from '@argus/contract';
import { expect, test } from 'vitest';
import { presentedToken } from './token.ts';

const present = (header?: string, query: object = {}, body?: unknown, cookies: Record<string, string> = {}) =>
  presentedToken(header, query as Record<string, unknown>, body, cookies);

test.each([
  ['the header', present('Bearer t'), { token: 't', from: 'header' }],
  ['the header in lower case', present('bearer   t '), { token: 't', from: 'header' }],
  ['the query', present(undefined, { access_token: 't' }), { token: 't', from: 'query' }],
  ['the body', present(undefined, {}, { access_token: 't' }), { token: 't', from: 'body' }],
  ['the cookie', present(undefined, {}, undefined, { argus_session: 't' }), { token: 't', from: 'cookie' }],
])('a token is taken from %s', (_place, found, expected) => {
  expect(found).toEqual(expected);
});

test('a token that was sent on purpose wins over the cookie', () => {
  expect(present('Bearer t', {}, undefined, { argus_session: 'c' })?.token).toBe('t');
});

test.each([
  ['header and query', () => present('Bearer t', { access_token: 't' })],
  ['header and body', () => present('Bearer t', {}, { access_token: 't' })],
  ['query and body', () => present(undefined, { access_token: 't' }, { access_token: 't' })],
  ['the query twice', () => present(undefined, { access_token: ['a', 'b'] })],
  ['the body as an object', () => present(undefined, {}, { access_token: { $ne: '' } })],
])('a token in %s is refused', (_places, call) => {
  expect(call).toThrow(ArgusError);
});

test.each([undefined, '', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'Token t'])(
  '%j is no token',
  (header) => {
    expect(present(header)).toBeUndefined();
  },
);
