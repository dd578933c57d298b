import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, readContent } from './content.ts';
import { bodyForMappings, outputOf, problemOfTime, withoutSecrets, type Content } from './rules.ts';
import { givenSecret, newSecret, verify } from './signature.ts';

const read = (text: string, type?: string) => readContent(Buffer.from(text), type);
const output = (text: string, type?: string) => outputOf(read(text, type));
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

describe('a body', () => {
  test.each([
    ['["a","b"]', JSON_TYPE, ['a', 'b']],
    ['["a",1,null,{"b":2},[3]]', JSON_TYPE, ['a', '1', 'null', '{"b":2}', '[3]']],
    ['[]', JSON_TYPE, []],
    ['{"a":1}', JSON_TYPE, ['{"a":1}']],
    ['{"id":12345678901234567890}', JSON_TYPE, ['{"id":12345678901234567890}']],
    ['"text"', JSON_TYPE, ['text']],
    ['"[\\"a\\",2]"', JSON_TYPE, ['a', '2']],
    ['42', JSON_TYPE, ['42']],
    ['true', JSON_TYPE, ['true']],
    ['null', JSON_TYPE, [null]],
    ['', JSON_TYPE, [null]],
    [' \n', undefined, [null]],
    ['{"a":', JSON_TYPE, ['{"a":']],
    ['{"a":1}', undefined, ['{"a":1}']],
    ['hello', undefined, ['hello']],
    ['hello', 'text/plain', ['hello']],
    ['["a",1]', 'text/plain; charset=utf-8', ['a', '1']],
    ['[not a list', 'text/plain', ['[not a list']],
    ['<a/>', 'application/xml', ['<a/>']],
    ['a=1&b=two', FORM, ['{"a":"1","b":"two"}']],
    ['{"a":1}', FORM, ['{"a":1}']],
    ['hello', FORM, ['hello']],
    ['{"a":1}', 'application/vnd.github+json', ['{"a":1}']],
    ['\uFEFF{"a":1}', JSON_TYPE, ['{"a":1}']],
  ])('%j of the type %s gives the arguments %j', (text, type, expected) => {
    expect(output(text, type)).toEqual(expected);
  });

  test('that is no text is kept as base64', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x01]);
    expect(readContent(bytes, JSON_TYPE)).toEqual({ kind: 'binary', text: '//4AAQ==', value: '//4AAQ==' });
    expect(readContent(Buffer.from('a\0b'), 'text/plain').kind).toBe('binary');
  });

  test('that no database or command line takes stays the text that it is', () => {
    const deep = '['.repeat(70) + ']'.repeat(70);
    for (const text of ['{"a":"\\u0000"}', '["\\ud800"]', '{"\\u0000":1}', deep, '['.repeat(500_000)])
      expect(read(text, JSON_TYPE)).toEqual({ kind: 'text', text, value: text });
    expect(output('["\\u0000"]', 'text/plain')).toEqual(['["\\u0000"]']);
  });

  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.string({ unit: 'binary', maxLength: 200 }).map((text) => Buffer.from(text)),
    fc.json().map((text) => Buffer.from(text)),
  );
  const type = fc.constantFrom(undefined, JSON_TYPE, FORM, 'text/plain', 'multipart/form-data', '', ';', 'x');

  test('of any kind is read, read again alike, and makes arguments that can be stored', () => {
    fc.assert(
      fc.property(bytes, type, (body, type) => {
        const content = readContent(body, type);
        expect(contentOf(content.kind, content.text)).toEqual(content);
        for (const one of outputOf(content)) {
          expect(one === null || (one.isWellFormed() && !one.includes('\0'))).toBe(true);
        }
        // PostgreSQL takes no such escape in jsonb
        expect(JSON.stringify(bodyForMappings(content))).not.toMatch(/(^|[^\\])(\\\\)*\\u(0000|d[89a-f])/);
      }),
    );
  });

  test('of JSON loses nothing: a list is its elements, everything else one argument that says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (given) => {
        const text = JSON.stringify(given);
        // as JSON says it: it has no -0
        const value: unknown = JSON.parse(text);
        const content = read(text, JSON_TYPE);
        fc.pre(content.kind === 'json');
        const made = outputOf(content);
        if (Array.isArray(value))
          expect(made).toEqual(value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))));
        else if (typeof value === 'object' && value !== null)
          expect(JSON.parse(made[0] as string)).toEqual(value);
      }),
    );
  });

  test('gives mappings its objects as they came, and its texts as they are', () => {
    const mapped = (content: Content) => bodyForMappings(content);
    expect(mapped(read('{"id":12345678901234567890}', JSON_TYPE))).toBe('{"id":12345678901234567890}');
    expect(mapped(read('"text"', JSON_TYPE))).toBe('text');
    expect(mapped(read('a=1', FORM))).toEqual({ a: '1' });
    expect(mapped(read('', JSON_TYPE))).toBe(null);
  });
});

test('headers that hold tokens or signatures are kept from everybody', () => {
  const headers = {
    authorization: 'a',
    cookie: 'b',
    'x-hub-signature-256': 'c',
    'webhook-signature': 'd',
    'x-gitlab-token': 'e',
    'X-API-Key': 'f',
    'x-github-event': 'push',
  };
  expect(withoutSecrets(headers)).toEqual({ 'x-github-event': 'push' });
});

describe('a signature', () => {
  const now = 1_700_000_000;
  const sign = (key: string | Buffer, text: string | Uint8Array, encoding: 'hex' | 'base64') =>
    createHmac('sha256', key).update(text).digest(encoding);
  const body = fc.uint8Array({ maxLength: 300 });

  const github = (secret: string, payload: Uint8Array, headers: Record<string, string>) =>
    verify({ auth: 'github', secret, tolerance: 300 }, { headers, body: payload, now });

  // GitHub's own example
  test('of GitHub fits its documentation', () => {
    const headers = {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    };
    expect(github("It's a Secret to Everybody", Buffer.from('Hello, World!'), headers)).toEqual({
      kind: 'right',
      sender: { id: '72d3162e-cc78-11e3-81ab-4c9367dc0958', at: undefined },
    });
  });

  // the example of the specification of Standard Webhooks
  test('of Standard Webhooks fits its specification', () => {
    const verdict = verify(
      { auth: 'standard', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', tolerance: 300 },
      {
        headers: {
          'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
          'webhook-timestamp': '1614265330',
          'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
        },
        body: Buffer.from('{"test": 2432232314}'),
        now: 1_614_265_400,
      },
    );
    expect(verdict.kind).toBe('right');
  });

  test('of GitHub is right for the very bytes and secret, and for nothing else', () => {
    fc.assert(
      fc.property(body, fc.string({ minLength: 1 }), fc.nat(), (payload, secret, place) => {
        const signature = `sha256=${sign(secret, payload, 'hex')}`;
        const headers = { 'x-hub-signature-256': signature };
        expect(github(secret, payload, headers).kind).toBe('right');
        expect(github(`${secret}x`, payload, headers).kind).toBe('wrong');
        expect(github(secret, Buffer.concat([payload, Buffer.from('x')]), headers).kind).toBe('wrong');
        const at = 7 + (place % 64);
        const other = signature[at] === '0' ? '1' : '0';
        const changed = signature.slice(0, at) + other + signature.slice(at + 1);
        expect(github(secret, payload, { 'x-hub-signature-256': changed }).kind).toBe('wrong');
      }),
    );
  });

  test.each(['', 'sha256=', 'sha1=abc', `sha256=${'0'.repeat(63)}`, `sha512=${'0'.repeat(64)}`, '\0'])(
    'of GitHub that is %j is wrong',
    (signature) => {
      expect(github('secret', Buffer.from('x'), { 'x-hub-signature-256': signature }).kind).toBe('wrong');
    },
  );

  const standard = (
    secret: string,
    payload: Uint8Array,
    { id = 'msg_1', time = now, signatures }: { id?: string; time?: number; signatures?: string } = {},
  ) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const right = `v1,${sign(key, Buffer.concat([Buffer.from(`${id}.${time}.`), payload]), 'base64')}`;
    return {
      right,
      headers: {
        'webhook-id': id,
        'webhook-timestamp': `${time}`,
        'webhook-signature': signatures ?? right,
      },
    };
  };
  const verdictOf = (secret: string, payload: Uint8Array, headers: Record<string, string>, at = now) =>
    verify({ auth: 'standard', secret, tolerance: 300 }, { headers, body: payload, now: at }).kind;

  test('of Standard Webhooks covers id, time and body, and one of several is enough', () => {
    const secret = newSecret('standard');
    fc.assert(
      fc.property(
        body,
        fc.string({ minLength: 1 }).filter((id) => id.trim() !== ''),
        (payload, id) => {
          const { headers, right } = standard(secret, payload, { id });
          expect(verdictOf(secret, payload, headers)).toBe('right');
          expect(verdictOf(newSecret('standard'), payload, headers)).toBe('wrong');
          expect(verdictOf(secret, payload, { ...headers, 'webhook-id': `${id}x` })).toBe('wrong');
          expect(verdictOf(secret, payload, { ...headers, 'webhook-timestamp': `${now + 1}` })).toBe('wrong');
          const several = `v1,AAAA v1a,${right.slice(3)} ${right} v2,x`;
          expect(verdictOf(secret, payload, { ...headers, 'webhook-signature': several })).toBe('right');
          expect(
            verdictOf(secret, payload, { ...headers, 'webhook-signature': `v2,${right.slice(3)}` }),
          ).toBe('wrong');
        },
      ),
    );
  });

  test('of Standard Webhooks that lacks a header is wrong, and one whose time is no number is not taken', () => {
    const secret = newSecret('standard');
    const { headers } = standard(secret, Buffer.from('x'));
    for (const name of Object.keys(headers)) {
      const { [name]: _left, ...rest } = headers as Record<string, string>;
      expect(verdictOf(secret, Buffer.from('x'), rest)).toBe('wrong');
    }
    const odd = standard(secret, Buffer.from('x'), { time: Number.NaN });
    expect(verdictOf(secret, Buffer.from('x'), odd.headers)).toBe('late');
  });

  test('of Standard Webhooks is taken within its window alone, on both sides', () => {
    const secret = newSecret('standard');
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), (apart) => {
        const { headers } = standard(secret, Buffer.from('x'), { time: now - apart });
        expect(verdictOf(secret, Buffer.from('x'), headers)).toBe(Math.abs(apart) <= 300 ? 'right' : 'late');
      }),
    );
  });

  test('says how far its time is off', () => {
    expect(problemOfTime(now - 301, now, 300)).toMatch('301 s ago');
    expect(problemOfTime(now + 400, now, 300)).toMatch('400 s ahead');
    expect(problemOfTime(now - 300, now, 300)).toBeUndefined();
  });
});

test('a secret that another system made is taken as it writes it', () => {
  const base64 = Buffer.alloc(24, 7).toString('base64');
  expect(givenSecret('standard', `whsec_${base64}`)).toEqual({ secret: `whsec_${base64}` });
  expect(givenSecret('standard', base64)).toEqual({ secret: `whsec_${base64}` });
  expect(givenSecret('github', 'it is a secret')).toEqual({ secret: 'it is a secret' });
  for (const [auth, given] of [
    ['secret', 'x'],
    ['github', ' x'],
    ['standard', 'whsec_'],
    ['standard', 'whsec_AAAA'],
    ['standard', 'not base64!'],
  ] as const)
    expect(givenSecret(auth, given)).toHaveProperty('problem');
});
