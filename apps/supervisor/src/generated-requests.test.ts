/** Requests that nobody would write, generated from the contract: whatever comes in, no answer is a 5xx. */
import type { OperationId } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addPerson,
  allOperations,
  pathOf,
  samplesOf,
  startTestApp,
  type Samples,
  type TestApp,
} from './testing/index.ts';

const RUNS_EACH = 12;

const resources = new AsyncDisposableStack();
let app: TestApp;
let samples: Samples;
let master: string;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  samples = samplesOf(app);
  master = (await addPerson(app.db, app.demo.id, 'master@demo.test', 'owner', { instanceAdmin: true })).token;
});
afterAll(() => resources.disposeAsync());

const hostile = fc.constantFrom<unknown>(
  '',
  ' ',
  '\0',
  '\uD800',
  '\u202E',
  '%00',
  "'",
  '__proto__',
  '../../etc/passwd',
  '${7*7}',
  '<script>',
  'x'.repeat(70_000),
  -1,
  1e308,
  2 ** 53,
  0.1,
  null,
  true,
  [],
  {},
  [[]],
  'f'.repeat(24),
  '2026-02-30T25:61:61Z',
);
const any = fc.oneof(
  { weight: 2, arbitrary: hostile },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

/** Where in a value something is put in place of what is there, each step by its rank among the keys. */
const place = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 4 });

/** A copy with one place changed: a field's value, a field taken away, or one added. */
function mutated(value: unknown, [step = 0, ...rest]: readonly number[], put: unknown, how: number): unknown {
  if (typeof value !== 'object' || value === null) return put;
  const entries: [string, unknown][] = Object.entries(value);
  const index = entries.length === 0 ? -1 : step % entries.length;
  const changed =
    how === 0
      ? entries.filter((_, at) => at !== index)
      : how === 1 || index < 0
        ? [...entries, [typeof put === 'string' ? put.slice(0, 40) : 'nope', put] as [string, unknown]]
        : entries.map(([key, one], at): [string, unknown] => [
            key,
            at === index ? (rest.length > 0 ? mutated(one, rest, put, how) : put) : one,
          ]);
  return Array.isArray(value) ? changed.map(([, one]) => one) : Object.fromEntries(changed);
}

/** Text that may be a header's value. */
const headerText = fc.oneof(
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  }),
  fc.constantFrom(
    'x'.repeat(300),
    'é',
    '*',
    '0',
    '-1',
    'null',
    ';',
    ',',
    '"',
    '1.1',
    'gzip;q=2',
    '99999999999999999999.5',
  ),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-encoding',
    'accept-language',
    'authorization',
    'cookie',
    'forwarded',
    'idempotency-key',
    'if-match',
    'if-modified-since',
    'if-none-match',
    'last-event-id',
    'origin',
    'range',
    'referer',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-http-method-override',
    'x-request-id',
  ),
  headerText,
  { maxKeys: 4 },
);

const TYPES = [
  'application/json',
  'Application/JSON; charset=utf-7',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=latin1',
  'multipart/form-data; boundary=b',
  'multipart/form-data; boundary="b',
  'multipart/mixed; boundary=b',
  'text/plain',
  'text/html',
  'application/octet-stream',
  'nonsense',
  '/',
  'a/b; c=d; e',
];
const body = fc.record({
  // most say truly what they are, so that they get beyond the first door
  type: fc.oneof(
    { weight: 2, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom('', ...TYPES) },
  ),
  shape: fc.oneof(
    { weight: 2, arbitrary: fc.constant('json') },
    { weight: 1, arbitrary: fc.constantFrom('form', 'multipart', 'cut', 'noise') },
  ),
  noise: fc.string({ unit: 'binary', maxLength: 200 }),
  path: place,
  put: any,
  how: fc.nat({ max: 2 }),
});

const query = fc.dictionary(
  fc.constantFrom(
    'own',
    'where[name]',
    'where[name][$in][]',
    'where[$where]',
    'sort[name]',
    'include[id]',
    'a[b][c]',
    'limit',
    'cursor',
    '',
  ),
  fc.oneof(hostile.map(String), fc.string()),
  { maxKeys: 3 },
);

/** A form as a browser would send the fields of an object; what is nested becomes `a[b]`. */
function formOf(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [['value', String(value)]];
  return Object.entries(value).flatMap(([key, one]): [string, string][] =>
    Array.isArray(one)
      ? one.map((item): [string, string] => [`${key}[]`, textOf(item)])
      : typeof one === 'object' && one !== null
        ? Object.entries(one).map(([inner, item]): [string, string] => [`${key}[${inner}]`, textOf(item)])
        : [[key, textOf(one)]],
  );
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
}

function payloadOf(value: unknown, shape: string, noise: string): string {
  switch (shape) {
    case 'form':
      return new URLSearchParams(formOf(value)).toString();
    case 'multipart':
      return `${formOf(value)
        .map(([name, text], index) => {
          const file =
            index % 3 === 2 ? `; filename="${noise.replaceAll(/["\r\n]/g, '').toWellFormed()}"` : '';
          return `--b\r\ncontent-disposition: form-data; name="${name.replaceAll(/["\r\n]/g, '')}"${file}\r\n\r\n${text}\r\n`;
        })
        .join('')}--b--\r\n`;
    case 'cut': {
      const text = JSON.stringify(value) ?? '';
      return text.slice(0, Math.floor(text.length / 2));
    }
    case 'noise':
      return noise;
    default:
      return JSON.stringify(value) ?? '';
  }
}

// a session that ends itself leaves nothing to ask with
const asked = allOperations.filter(([id]) => id !== 'logout');
test.each(asked)(
  '%s takes any request without a 5xx',
  async (id: OperationId, { method, permission, query: known }) => {
    const names = Object.keys(known.properties);
    const open = permission === 'public' || permission === 'secret';
    const token = open ? undefined : permission === 'bot' ? app.demo.host.credential : master;
    await fc.assert(
      fc.asyncProperty(body, headers, query, fc.nat(), async (made, sent, asks, pick) => {
        const sample = await samples[id]();
        const payload = payloadOf(
          mutated(sample.body ?? {}, made.path, made.put, made.how),
          made.shape,
          made.noise,
        );
        const search = new URLSearchParams(
          Object.entries(asks).map(([name, text]) => [
            name === 'own' ? (names[pick % Math.max(1, names.length)] ?? 'own') : name,
            text.slice(0, 3000).toWellFormed(),
          ]),
        ).toString();
        const { status, text } = await app.request(
          method,
          pathOf(id, sample.params) + (search && `?${search}`),
          {
            token,
            ...(method !== 'GET' && { body: payload }),
            headers: { ...(method !== 'GET' && { 'content-type': made.type }), ...sent },
          },
        );
        if (status >= 500) expect.fail(`${status} ${text}`);
      }),
      { numRuns: RUNS_EACH, endOnFailure: true },
    );
  },
);

test('nothing that went wrong was unexpected', () => {
  expect(app.logged.filter((line) => line.includes('"an unexpected error"'))).toEqual([]);
});
