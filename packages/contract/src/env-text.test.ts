import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArgusError } from './errors.ts';
import { parseEnv } from './env-text.ts';

describe('the environment of a task', () => {
  test.each([
    ['an object', { A: '1', _b2: '' }, { A: '1', _b2: '' }],
    ['lines', 'A=1\nB= x y \n\n# comment\r\nC=a=b', { A: '1', B: ' x y ', C: 'a=b' }],
    ['JSON text', ' {"A":"1"} ', { A: '1' }],
    ['nothing', '', {}],
    ['an empty value', 'A=', { A: '' }],
  ])('is read from %s', (_name, given, expected) => {
    expect(parseEnv(given)).toEqual(expected);
  });

  test('means the same as object, as JSON text and as lines', () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/).filter((text) => !text.startsWith('ARGUS_'));
    const value = fc.string().filter((text) => !/[\r\n\0]/.test(text) && text.isWellFormed());
    fc.assert(
      fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (env) => {
        const lines = Object.entries(env).map(([key, text]) => `${key}=${text}`);
        expect(parseEnv(JSON.stringify(env))).toEqual(env);
        expect(parseEnv(lines.join('\n'))).toEqual(env);
        expect(parseEnv(env)).toEqual(env);
      }),
    );
  });

  test.each([
    ['a name with a dash', { 'A-B': '1' }, 'env.A-B'],
    ['a name that begins with a digit', '1A=x', 'env.1A'],
    ['an empty name', { '': 'x' }, 'env.'],
    ['a built-in name', { THEEYE_JOB: '{}' }, 'env.THEEYE_JOB'],
    ['a name of ours', 'ARGUS_RESULT_FILE=/x', 'env.ARGUS_RESULT_FILE'],
    ['a value that is no text', '{"A":1}', 'env.A'],
    ['NUL in a value', '{"A":"x\\u0000"}', 'env.A'],
    ['half a character in a value', '{"A":"\\ud800"}', 'env.A'],
    ['a line without =', 'A=1\nnonsense', 'env'],
    ['a line that begins with =', '=x', 'env'],
    ['broken JSON', '{"A":', 'env'],
    ['a name that reaches prototypes', '__proto__=x', 'env.__proto__'],
  ])('with %s is refused by name', (_name, given, field) => {
    let thrown: unknown;
    try {
      parseEnv(given);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ArgusError);
    expect((thrown as ArgusError).errors?.[0]?.field).toBe(field);
  });

  test('other names of the same family are free', () => {
    expect(parseEnv({ THEEYE_TOKEN: 't', THEEYE_JOB_2: 'x' })).toEqual({
      THEEYE_TOKEN: 't',
      THEEYE_JOB_2: 'x',
    });
  });
});
