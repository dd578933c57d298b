import { ArgusError } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checked, looksLikeForm, parseForm, parseJson } from './body.ts';

/** The code of the error that a call throws, and the field it names. */
function refusal(call: () => unknown): { code: string; field: string | undefined } | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!(error instanceof ArgusError)) throw error;
    return { code: error.code, field: error.errors?.[0]?.field };
  }
}

/** fast-check's own unit for any character takes seconds to set up. */
const ODD = fc.constantFrom(...'a"{}[]:,=&%1 \\\n\u0000\u202E', 'é', '€', '😀', '\uD800', '\uDC00');

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a JSON body', () => {
  test('is read as it is', () => {
    const safe = fc
      .jsonValue()
      .filter((value) => !/__proto__|constructor|prototype|\\u/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(safe, (value) => {
        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('that is any text at all is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: ODD }), fc.json()), (text) => {
        const found = refusal(() => parseJson(text));
        if (found) expect(['invalid_json', 'invalid_input']).toContain(found.code);
      }),
    );
  });

  test('may be nested 64 levels deep and no deeper', () => {
    expect(refusal(() => parseJson(nested(65)))).toBeUndefined();
    expect(refusal(() => parseJson(nested(66)))?.code).toBe('invalid_input');
    expect(refusal(() => parseJson(nested(10_000)))?.code).toBe('invalid_input');
    expect(refusal(() => parseJson('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)))?.code).toBe(
      'invalid_input',
    );
  });

  test('may have 20,000 fields and no more, at any depth', () => {
    const fields = (count: number) => JSON.stringify({ list: Array.from({ length: count - 1 }, () => 1) });
    expect(refusal(() => parseJson(fields(20_000)))).toBeUndefined();
    expect(refusal(() => parseJson(fields(20_001)))?.code).toBe('invalid_input');
  });

  test.each(['__proto__', 'constructor', 'prototype'])('with a key %s is refused by its path', (key) => {
    expect(refusal(() => parseJson(`{"${key}":1}`))).toEqual({ code: 'invalid_input', field: key });
    expect(refusal(() => parseJson(`{"a":[{"${key}":{"x":1}}]}`))).toEqual({
      code: 'invalid_input',
      field: `a[0].${key}`,
    });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test.each([
    ['NUL', '\\u0000'],
    ['a lone high surrogate', '\\ud800'],
    ['a lone low surrogate', '\\udc00'],
  ])('with %s in a text or a key is refused by its path', (_name, escape) => {
    expect(refusal(() => parseJson(`{"a":{"b":["x","${escape}"]}}`))).toEqual({
      code: 'invalid_input',
      field: 'a.b[1]',
    });
    expect(refusal(() => parseJson(`{"${escape}":1}`))?.code).toBe('invalid_input');
    expect(refusal(() => parseJson(`"${escape}"`))).toEqual({ code: 'invalid_input', field: 'body' });
  });

  test('keeps other odd characters: RTL marks, zero widths, pairs of surrogates', () => {
    const text = '\u202Eabc\u200B\uFEFF😀\u0001';
    expect(parseJson(JSON.stringify({ text }))).toEqual({ text });
  });
});

describe('a form', () => {
  test.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a[]=1&a[]=2', { a: ['1', '2'] }],
    ['a=1&a=2', { a: ['1', '2'] }],
    ['a[0]=x&a[1]=y', { a: ['x', 'y'] }],
    ['a[k]=v', { a: { k: 'v' } }],
    ['a%5B%5D=1', { a: ['1'] }],
    ['a=x+y%26z', { a: 'x y&z' }],
    ['a=%E2%82%AC', { a: '€' }],
    ['a=', { a: '' }],
    ['', {}],
    ['a=%zz', { a: '%zz' }],
  ])('%s is read', (text, expected) => {
    expect({ ...parseForm(text) }).toEqual(expected);
  });

  test('loses the spaces around keys and values where asked', () => {
    expect({ ...parseForm('customer+=+demo+&task+%3D=x', { trim: true }) }).toEqual({
      customer: 'demo',
      'task =': 'x',
    });
    expect({ ...parseForm('customer =%20demo', { trim: true }) }).toEqual({ customer: 'demo' });
    expect({ ...parseForm('a= b ') }).toEqual({ a: ' b ' });
  });

  test('with NUL is refused by its field', () => {
    expect(refusal(() => parseForm('a=%00'))).toEqual({ code: 'invalid_input', field: 'a' });
  });

  test.each(['__proto__[x]=1', 'a[__proto__][x]=1', 'constructor[prototype][x]=1', '__proto__=1'])(
    '%s reaches no prototype',
    (text) => {
      const found = refusal(() => parseForm(text));
      if (found) expect(found.code).toBe('invalid_input');
      expect(({} as { x?: number }).x).toBeUndefined();
    },
  );

  test('of any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a[]=&%0+.;é\u0000') }), (text) => {
        const found = refusal(() => parseForm(text, { trim: true }));
        if (found) expect(found.code).toBe('invalid_input');
      }),
    );
  });

  test('gives back what was sent', () => {
    const word = fc.stringMatching(/^[a-zé€]{1,8}$/);
    fc.assert(
      fc.property(
        fc.dictionary(
          word,
          fc.string().filter((text) => !text.includes('\0') && text.isWellFormed()),
          { noNullPrototype: true },
        ),
        (object) => {
          expect({ ...parseForm(new URLSearchParams(object).toString()) }).toEqual(object);
        },
      ),
    );
  });
});

describe('a body under a JSON content type', () => {
  test.each(['customer = demo&task = x', 'a=1', ' a=1', 'task_arguments[]=x', 'a b=c'])(
    '%j looks like a form',
    (text) => {
      expect(looksLikeForm(text)).toBe(true);
    },
  );

  test.each([
    '{"a":"b=c"}',
    '["a=b"]',
    '"a=b"',
    '  {"a=b":1}',
    '=a',
    '',
    'true',
    '12',
    'garbage',
    'a{=',
    '\n[1]',
  ])('%j does not', (text) => {
    expect(looksLikeForm(text)).toBe(false);
  });

  test('that is JSON never looks like a form', () => {
    fc.assert(fc.property(fc.json(), (text) => !looksLikeForm(text)));
  });
});

test('a value that is checked comes back itself', () => {
  const value = { a: [1, { b: 'c' }] };
  expect(checked(value)).toBe(value);
});
