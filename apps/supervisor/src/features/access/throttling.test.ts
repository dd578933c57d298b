import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  addPerson,
  PASSWORD,
  startSupervisor,
  startTestApp,
  type TestApp,
  type TestSupervisor,
} from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
const fromAnywhere = { trustedProxies: ['127.0.0.1'] };
let app: TestApp;
/** Another supervisor on the same database. */
let second: TestSupervisor;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection, fromAnywhere));
  second = resources.use(await startSupervisor(connection, fromAnywhere));
});
afterAll(() => resources.disposeAsync());

let places = 0;
/** An address that nobody has used. */
const newPlace = () => `198.51.${++places >> 8}.${places & 255}`;
const from = (address: string) => ({ 'x-forwarded-for': address });
const login = (email: string, password: string, address: string, on: TestSupervisor = app) =>
  on.request('POST', '/auth/login', { body: { email, password }, headers: from(address) });
const newPerson = () => addPerson(app.db, app.demo.id, `p${++places}@demo.test`, 'user');

async function statuses(
  count: number,
  ask: (index: number) => Promise<{ status: number }>,
): Promise<number[]> {
  const found = [];
  for (let index = 0; index < count; index++) found.push((await ask(index)).status);
  return found;
}

/** Asks until somebody is refused; answers how many were let through, and in how many seconds. */
async function untilRefused(
  ask: (index: number) => Promise<{ status: number }>,
): Promise<{ admitted: number; seconds: number }> {
  const started = performance.now();
  for (let admitted = 0; ; admitted++) {
    const { status } = await ask(admitted);
    if (status === 429) return { admitted, seconds: (performance.now() - started) / 1000 };
    expect(status).toBeLessThan(429);
  }
}

/** A burst, and on a slow machine one more for each step of time that passed. */
function expectBurst(
  { admitted, seconds }: { admitted: number; seconds: number },
  burst: number,
  everySeconds: number,
): void {
  expect(admitted).toBeGreaterThanOrEqual(burst);
  expect(admitted).toBeLessThanOrEqual(burst + Math.ceil(seconds / everySeconds));
}

test('an account that is tried from one place is closed there for seconds, and not elsewhere', async () => {
  const { email } = await newPerson();
  const place = newPlace();
  expect(await statuses(6, () => login(email, 'wrong', place))).toEqual([401, 401, 401, 401, 401, 429]);
  const refused = await login(email, PASSWORD, place);
  expect(refused.body).toMatchObject({
    code: 'too_many_requests',
    message: expect.stringMatching(/in \d+ s/),
  });
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(10);
  expect((await login(email.toUpperCase(), PASSWORD, place)).status).toBe(429);
  expect((await login(email, PASSWORD, newPlace())).status).toBe(200);
  expect((await login((await newPerson()).email, PASSWORD, place)).status).toBe(200);
});

test('another supervisor, or one that starts anew, has the same count', async () => {
  const { email } = await newPerson();
  const place = newPlace();
  await statuses(5, () => login(email, 'wrong', place));
  expect((await login(email, PASSWORD, place, second)).status).toBe(429);
});

test('accounts that exist and those that do not are closed alike', async () => {
  const [here, there] = [newPlace(), newPlace()];
  const { email } = await newPerson();
  expect(await statuses(7, () => login('nobody@demo.test', 'wrong', here))).toEqual(
    await statuses(7, () => login(email, 'wrong', there)),
  );
});

test('one place that tries many accounts is closed, all its addresses of IPv6 together', async () => {
  const found = await untilRefused((index) =>
    login(`a${index}@demo.test`, 'wrong', `2001:db8:1:1::${index + 1}`),
  );
  expectBurst(found, 20, 5);
  expect((await login('a@demo.test', 'wrong', '2001:db8:1:2::1')).status).toBe(401);
});

test('strangers in many places cannot keep somebody out where they signed in before', async () => {
  const { email } = await newPerson();
  const home = newPlace();
  expect((await login(email, PASSWORD, home)).status).toBe(200);
  expectBurst(await untilRefused(() => login(email, 'wrong', newPlace())), 20, 30);
  const elsewhere = await login(email, PASSWORD, newPlace());
  expect(elsewhere.status).toBe(429);
  expect(Number(elsewhere.headers['retry-after'])).toBeLessThanOrEqual(30);
  expect((await login(email, PASSWORD, home)).status).toBe(200);
  expect((await login(email, PASSWORD, home, second)).status).toBe(200);
});

test('who signs in rightly is never counted', async () => {
  const { email } = await newPerson();
  const place = newPlace();
  expect(new Set(await statuses(40, () => login(email, PASSWORD, place)))).toEqual(new Set([200]));
});

test('tries at the same moment are all counted', async () => {
  const { email } = await newPerson();
  const place = newPlace();
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_none, index) =>
      login(email, `wrong ${index}`, place, index % 2 ? app : second),
    ),
  );
  // five, and one more if ten seconds passed
  expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(6);
});

test('wrong secret keys are refused for a while, right ones are not', async () => {
  const { id, secret } = app.demo.task;
  const run = (key: string, address: string) =>
    app.request('POST', `/task/${id}/secret/${key}/job`, { headers: from(address) });
  const place = newPlace();
  expectBurst(await untilRefused(() => run('0'.repeat(64), place)), 30, 2);
  expect((await run(secret, place)).status).toBe(200);
  expect((await run('0'.repeat(64), newPlace())).status).toBe(403);
});

test('wrong links and enrolment codes count like wrong secret keys', async () => {
  const place = newPlace();
  const headers = from(place);
  const tries = [
    () => app.request('POST', '/auth/link', { headers, body: { token: 'x' } }),
    () => app.request('POST', '/auth/invitation', { headers, body: { token: 'x', password: 'long enough' } }),
    () =>
      app.request('POST', '/auth/password/reset', { headers, body: { token: 'x', password: 'long enough' } }),
    () => app.request('POST', '/bot/enroll', { headers, body: { code: 'x'.repeat(40), hostname: 'h' } }),
  ];
  expectBurst(await untilRefused((index) => (tries[index % 4] as (typeof tries)[0])()), 30, 2);
});

test('links to a new password are asked for so often from one place and no more', async () => {
  const headers = from(newPlace());
  const found = await untilRefused((index) =>
    app.request('POST', '/auth/password/forgot', { headers, body: { email: `f${index}@demo.test` } }),
  );
  expectBurst(found, 30, 10);
});
