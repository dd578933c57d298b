import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase } from '@argus/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allowedHosts } from '../../platform/outbound-rules.ts';
import { createOutbound } from '../../platform/outbound.ts';
import { addTask, startTestApp, type TestApp } from '../../testing/index.ts';
import { optionsIn } from './remote-options.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let user: string;
/** What the other server answers, by its path; it stands on this machine, which the test's supervisor allows. */
const answers = new Map<string, RequestListener>();
const asked: string[] = [];
let origin: string;
let port: number;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  user = app.demo.people.user.token;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers.get((request.url ?? '').split('?')[0] as string);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  origin = `http://127.0.0.1:${port}`;
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
});
afterAll(() => resources.disposeAsync());

const json =
  (value: unknown): RequestListener =>
  (_request, response) =>
    response.end(JSON.stringify(value));
const to =
  (location: string): RequestListener =>
  (_request, response) =>
    response.writeHead(302, { location }).end();

async function optionsOf(endpoint_url: string, more: object = {}, token = user) {
  const { id } = await addTask(app.platform, app.demo.id, {
    task_arguments: [
      { order: 0, type: 'input' },
      { order: 1, type: 'remote-options', endpoint_url, ...more },
    ],
  });
  return app.request('GET', `/demo/task/${id}/argument/1/options`, { token });
}

describe('the options of an address', () => {
  test('are read by the attributes that the definition names', async () => {
    answers.set(
      '/users',
      json([{ uid: 7, profile: { name: 'Ann' } }, { uid: 8, profile: {} }, { other: 1 }]),
    );
    const { status, body } = await optionsOf(`${origin}/users`, {
      id_attribute: 'uid',
      text_attribute: 'profile.name',
    });
    expect([status, body]).toEqual([
      200,
      [
        { id: '7', label: 'Ann' },
        { id: '8', label: '8' },
      ],
    ]);
  });

  test('are asked for with the e-mail of who asks', async () => {
    answers.set('/mine', json([]));
    await optionsOf(`${origin}/mine?who=%THEEYE_USER_EMAIL%&again=%THEEYE_USER_EMAIL%`);
    expect(asked.at(-1)).toBe('/mine?who=user%40demo.test&again=user%40demo.test');
  });

  test('may lie behind three redirects, not four', async () => {
    answers.set('/0', json(['a']));
    for (const step of [1, 2, 3, 4]) answers.set(`/${step}`, to(`/${step - 1}`));
    expect((await optionsOf(`${origin}/3`)).body).toEqual([{ id: 'a', label: 'a' }]);
    expect((await optionsOf(`${origin}/4`)).body.message).toContain('redirects more than 3 times');
  });

  test.each<[string, RequestListener, string]>([
    ['no JSON', (_request, response) => response.end('<html>'), 'did not answer JSON'],
    ['an object', json({ a: 1 }), 'did not answer a JSON array'],
    ['an error', (_request, response) => response.writeHead(500).end('secret inside'), 'status 500'],
    ['more than 1 MiB', json(['x'.repeat(1024 * 1024)]), 'more than 1 MiB'],
    ['nothing at all', (request) => request.socket.destroy(), 'cannot be reached'],
    ['another protocol', to('file:///etc/passwd'), 'must begin with http'],
  ])('that answers %s are refused with a sentence', async (_what, answer, message) => {
    answers.set('/wrong', answer);
    const { status, body } = await optionsOf(`${origin}/wrong?token=do-not-repeat`);
    expect([status, body.code, body.message]).toEqual([
      424,
      'remote_failed',
      expect.stringContaining(message),
    ]);
    expect(body.message).not.toContain('do-not-repeat');
  });

  test('that never come end after 5 s', { timeout: 15_000 }, async () => {
    answers.set('/slow', (_request, response) => void response.write('['));
    expect((await optionsOf(`${origin}/slow`)).body.message).toContain('no answer within 5 s');
  });

  test('are for users who see the task, and for arguments of that type', async () => {
    answers.set('/users', json(['a']));
    expect((await optionsOf(`${origin}/users`, {}, app.demo.people.viewer.token)).status).toBe(403);
    expect((await optionsOf(`${origin}/users`, {}, app.other.people.owner.token)).status).toBe(409);
    const { id } = await addTask(app.platform, app.demo.id, {
      task_arguments: [{ order: 0, type: 'input' }],
    });
    for (const order of [0, 1, 1000])
      expect(
        (await app.request('GET', `/task/${id}/argument/${order}/options`, { token: user })).status,
      ).toBe(404);
  });
});

describe('an address that leads inside is refused', () => {
  // the supervisor of the test allows 127.0.0.1 and nothing else
  test.each([
    'http://[::1]:%',
    'http://127.0.0.2:%',
    'http://0.0.0.0:%',
    'http://0x7f.2:%',
    'http://[::ffff:7f00:2]:%',
    'http://169.254.169.254',
    'http://10.0.0.1',
  ])('%s', async (address) => {
    const before = asked.length;
    const { status, body } = await optionsOf(`${address.replace('%', String(port))}/users`);
    expect([status, body.code]).toEqual([424, 'remote_failed']);
    expect(body.message).toContain('ARGUS_ALLOW_PRIVATE_URLS');
    expect(asked.length).toBe(before);
  });

  test('behind a redirect too', async () => {
    answers.set('/away', to(`http://127.0.0.2:${port}/users`));
    const { body } = await optionsOf(`${origin}/away`);
    expect(body.message).toContain('127.0.0.2');
    expect(asked.at(-1)).toBe('/away');
  });

  test('unless its name is allowed', async () => {
    answers.set('/users', json(['a']));
    const url = `http://localhost:${port}/users`;
    await expect(createOutbound(allowedHosts([])).get(url)).rejects.toMatchObject({ code: 'remote_failed' });
    expect((await createOutbound(allowedHosts(['localhost'])).get(url)).toString()).toBe('["a"]');
  });
});

describe('a list of choices', () => {
  test('gives texts and nothing else, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.option(fc.string(), { nil: undefined }),
        fc.option(fc.string(), { nil: undefined }),
        (list, id, text) => {
          for (const option of optionsIn(list, id, text))
            expect(Object.values(option).every((value) => typeof value === 'string' && value !== '')).toBe(
              true,
            );
        },
      ),
    );
  });

  test('guesses the usual names', () => {
    expect(
      optionsIn(
        [
          { id: 1, label: 'One' },
          { _id: 'x', name: 'X' },
          { value: 'v', text: 'V' },
          'plain',
          5,
          null,
          {},
          [],
        ],
        undefined,
        undefined,
      ),
    ).toEqual([
      { id: '1', label: 'One' },
      { id: 'x', label: 'X' },
      { id: 'v', label: 'V' },
      { id: 'plain', label: 'plain' },
      { id: '5', label: '5' },
    ]);
  });

  test('reaches no prototype', () => {
    expect(optionsIn([{ a: 1 }], '__proto__.constructor.name', undefined)).toEqual([]);
  });
});
