import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
});
afterAll(() => resources.disposeAsync());

type Person = keyof TestApp['demo']['people'];
const as = (person: Person, method: string, path: string, body?: object) =>
  app.request(method, path, { token: app.demo.people[person].token, ...(body && { body }) });
const save = (person: Person, name: string, more: object = {}) =>
  as(person, 'POST', '/saved-view', { page: 'tasks', name, search: { q: 'tag:nightly' }, ...more });
const namesOf = async (person: Person, page = 'tasks') =>
  (await as(person, 'GET', `/saved-view?page=${page}`)).body.map(({ name }: { name: string }) => name);

test('a view is one’s own until it is shared, and then everybody’s to use but not to change', async () => {
  const { status, body } = await save('user', ' Nightly ', { search: { q: 'tag:nightly -state:paused' } });
  expect([status, body]).toEqual([
    201,
    expect.objectContaining({
      name: 'Nightly',
      search: { q: 'tag:nightly -state:paused' },
      shared: false,
      mine: true,
    }),
  ]);
  const path = `/saved-view/${body.id}`;
  expect(await namesOf('user')).toEqual(['Nightly']);
  expect(await namesOf('viewer')).toEqual([]);
  // what is not shared does not exist for others, admins included
  expect((await as('admin', 'PATCH', path, { name: 'Mine' })).status).toBe(404);

  expect((await as('user', 'PATCH', path, { shared: true })).body.shared).toBe(true);
  expect(await namesOf('viewer')).toEqual(['Nightly']);
  const refused = await as('manager', 'DELETE', path);
  expect([refused.status, refused.body.message]).toEqual([
    403,
    expect.stringContaining('admins change this'),
  ]);
  expect((await as('admin', 'PATCH', path, { name: 'Every night' })).body).toMatchObject({
    name: 'Every night',
    mine: false,
    shared: true,
  });
  expect((await as('user', 'DELETE', path)).status).toBe(200);
  expect(await namesOf('viewer')).toEqual([]);
});

test('views are of one list, and a name is given once', async () => {
  await save('user', 'Red');
  await save('user', 'Red', { page: 'jobs', search: { state: 'failure' } });
  expect([await namesOf('user'), await namesOf('user', 'jobs')]).toEqual([['Red'], ['Red']]);
  const { status, body } = await save('user', 'RED');
  expect([status, body.errors[0].field]).toEqual([409, 'name']);
  // somebody else's names are theirs
  expect((await save('manager', 'Red')).status).toBe(201);
});

test('who may only look keeps views for themselves, and programs keep none', async () => {
  expect((await save('viewer', 'Just mine')).status).toBe(201);
  const shared = await save('viewer', 'For all', { shared: true });
  expect([shared.status, shared.body.message]).toEqual([403, expect.stringContaining('role user')]);
  const token = await as('admin', 'POST', '/token', { name: 'program' });
  const { status } = await app.request('POST', '/saved-view', {
    token: token.body.token,
    body: { page: 'tasks', name: 'x', search: {} },
  });
  expect(status).toBe(403);
});

test('an empty name and what is no text are refused by name', async () => {
  expect((await save('user', '  ')).body.errors[0].field).toBe('name');
  const { status, body } = await save('user', 'Objects', { search: { q: { deep: 1 } } });
  expect([status, body.errors[0].field]).toEqual([400, 'search.q']);
});
