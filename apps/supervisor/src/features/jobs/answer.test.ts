import type { Job } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resultAnswer } from './answer.ts';

const job = (output: string[], state: Job['state'] = 'success'): Job =>
  ({
    id: '0123456789abcdef01234567',
    lifecycle: 'finished',
    state,
    output,
    exit_code: 0,
    signal: null,
    reason: 'exit code 0',
    event_name: null,
    components: null,
    next: null,
  }) as unknown as Job;
const response = (value: unknown) => job([JSON.stringify({ response: value })]);

describe('what an ended job answers', () => {
  test.each([
    ['its first output, parsed', job(['{"a":1}', '2']), {}, 200, { a: 1 }],
    ['another one', job(['{"a":1}', '2']), { parse: '1' }, 200, 2],
    ['text that is no JSON as it is', job(['plain text']), {}, 200, 'plain text'],
    ['null without output', job([]), {}, 200, null],
    ['500 where it failed', job(['{"a":1}'], 'failure'), {}, 500, { a: 1 }],
    [
      'the status of the script',
      job(['{"statusCode":418,"a":1}'], 'failure'),
      {},
      418,
      { statusCode: 418, a: 1 },
    ],
    ['no status that redirects', job(['{"statusCode":302}']), {}, 200, { statusCode: 302 }],
    ['no status that is none', job(['{"statusCode":7}']), {}, 200, { statusCode: 7 }],
    ['the list of outputs', job(['a', 'b']), { output: '' }, 200, ['a', 'b']],
    ['the body of a response', response({ statusCode: 201, body: { made: true } }), {}, 201, { made: true }],
    ['a response without body', response({ statusCode: '404' }), {}, 404, { statusCode: '404' }],
  ])('%s', (_name, ended, wish, status, body) => {
    expect(resultAnswer(ended, wish)).toMatchObject({ status, body });
  });

  test('says how it went, or all of itself', () => {
    const ended = job(['x'], 'failure');
    expect(resultAnswer(ended, { result: '' })).toMatchObject({
      status: 500,
      body: { state: 'failure', code: 0, output: ['x'] },
    });
    expect(resultAnswer(ended, { full: '' }).body).toBe(ended);
  });

  test('takes the headers on the list, and no others', () => {
    const headers = {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="a.csv"',
      'Set-Cookie': 'session=stolen',
      Location: 'https://elsewhere.example',
      'Content-Security-Policy': 'none',
      'X-Accel-Redirect': '/etc/passwd',
      'Retry-After': 5,
    };
    expect(resultAnswer(response({ headers, body: 'a,b\n' }), {})).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="a.csv"',
        'retry-after': '5',
      },
      body: 'a,b\n',
      text: true,
    });
  });

  test.each([
    'text/html',
    'TEXT/HTML; charset=utf-8',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'text/javascript',
  ])('never calls itself %s, which a browser would run', (type) => {
    expect(resultAnswer(response({ headers: { 'content-type': type }, body: '<b>' }), {}).headers).toEqual(
      {},
    );
  });

  test('has a status and headers that HTTP can carry, whatever a script wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 3 }), fc.jsonValue(), (outputs, value) => {
        for (const ended of [
          job(outputs),
          response(value),
          response({ headers: value, statusCode: value, body: value }),
        ]) {
          const { status, headers } = resultAnswer(ended, {});
          expect(status >= 200 && status <= 599 && !(status >= 300 && status < 400)).toBe(true);
          for (const text of Object.values(headers)) expect(text).toMatch(/^[\x20-\x7e]+$/);
        }
      }),
    );
  });
});
