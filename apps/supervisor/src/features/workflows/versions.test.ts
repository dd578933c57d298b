import type { WorkflowVersion, WorkflowVersionSummary } from '@argus/contract';
import { createTestDatabase, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { automation, startTestApp, type Automation, type TestApp } from '../../testing/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let at: Automation;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection));
});
afterAll(() => resources.disposeAsync());
beforeEach(async () => {
  at = await automation(app);
});
afterEach(() => at[Symbol.dispose]());

const versionsOf = async (id: string) =>
  (await at.call('GET', `/workflow/${id}/version`)).body as WorkflowVersionSummary[];
const versionOf = async (id: string, version: number, token?: string) =>
  (await at.call('GET', `/workflow/${id}/version/${version}`, undefined, token)).body as WorkflowVersion;

test('each change is a version with its author, and says which runs are of it and go on', async () => {
  const task = await at.task('any');
  const id = await at.workflow({ steps: [{ id: 'a', task }] });
  const old = await at.run(`/workflow/${id}/job`);
  await at.end();
  await at.over(id, old.id);
  await at.run(`/workflow/${id}/job`);
  const more = {
    steps: [
      { id: 'a', task, name: 'First' },
      { id: 'b', task },
    ],
    edges: [{ from: 'a', to: 'b', on: 'any' }],
  };
  expect((await at.call('PATCH', `/workflow/${id}`, more)).status).toBe(200);
  await at.run(`/workflows/${id}/job`);

  expect(await versionsOf(id)).toMatchObject([
    { version: 2, created_by: app.demo.people.admin.email, runs: 1, open_runs: 1 },
    { version: 1, created_by: app.demo.people.admin.email, runs: 2, open_runs: 1 },
  ]);
  expect(await versionOf(id, 1)).toMatchObject({
    version: 1,
    steps: [{ id: 'a', task }],
    edges: [],
    start: ['a'],
    uses: [{ type: 'task', id: task }],
    problems: [],
  });
  expect(await versionOf(id, 2)).toMatchObject(more);
  expect((await at.call('GET', `/workflow/${id}/version/3`)).status).toBe(404);
});

test('an earlier version is restored as a new one, with its environments; the rest of the workflow stays', async () => {
  const task = await at.task('any');
  const steps = [{ id: 'a', task, env: { STEP: 'secret of a step' } }];
  const id = await at.workflow({ steps, env: { ALL: 'secret of all' }, description: 'old' });
  const changed = {
    description: 'new',
    steps: [
      { id: 'a', task },
      { id: 'b', task },
    ],
    start: ['a', 'b'],
    env: null,
  };
  expect((await at.call('PATCH', `/workflow/${id}`, changed)).status).toBe(200);

  const answer = await at.call('POST', `/workflow/${id}/restore`, { version: 1 });

  expect(answer).toMatchObject({
    status: 200,
    body: { version: 3, description: 'new', steps, edges: [], start: ['a'], env: { ALL: 'secret of all' } },
  });
  expect((await versionsOf(id)).map(({ version }) => version)).toEqual([3, 2, 1]);
  await at.run(`/workflow/${id}/job`);
  expect((await at.end()).env).toMatchObject({ STEP: 'secret of a step', ALL: 'secret of all' });
  const [entry] = (await at.call('GET', '/audit?action=workflow.restore&limit=1')).body as object[];
  expect(JSON.stringify(entry)).toContain('"restored":1');
  expect(JSON.stringify(entry)).not.toContain('secret of');
});

test('environments of a version are for admins alone, and its access list is that of the workflow', async () => {
  const { viewer, manager } = app.demo.people;
  const task = await at.task('any');
  const steps = [{ id: 'a', task, env: { STEP: 'hidden' } }];
  const id = await at.workflow({ steps, env: { ALL: 'hidden' }, acls: ['viewer', 'manager'] });
  for (const { token } of [viewer, manager]) {
    const seen = await versionOf(id, 1, token);
    expect(seen.steps).toEqual([{ id: 'a', task }]);
    expect(JSON.stringify(seen)).not.toContain('hidden');
  }
  expect((await at.call('POST', `/workflow/${id}/restore`, { version: 1 }, manager.token)).status).toBe(403);
  expect((await at.call('PATCH', `/workflow/${id}`, { acls: [] })).status).toBe(200);
  for (const path of ['version', 'version/1'])
    expect((await at.call('GET', `/workflow/${id}/${path}`, undefined, viewer.token)).status).toBe(404);
});

test('a version whose task was deleted is not restored: each step is named, with what to do', async () => {
  const [kept, gone] = [await at.task('kept'), await at.task('gone')];
  const id = await at.workflow({
    steps: [
      { id: 'a', task: kept },
      { id: 'b', task: gone },
    ],
    edges: [{ from: 'a', to: 'b' }],
  });
  await at.call('PATCH', `/workflow/${id}`, { steps: [{ id: 'a', task: kept }], edges: [] });
  expect((await at.call('DELETE', `/task/${gone}?force=true`)).status).toBe(200);

  expect((await versionOf(id, 1)).problems).toEqual([
    'The task of its step "b" was deleted: choose another.',
  ]);
  expect(await at.call('POST', `/workflow/${id}/restore`, { version: 1 })).toMatchObject({
    status: 400,
    body: {
      message:
        'Version 1 cannot be restored: the task of step "b" was deleted. Open it in the editor and choose others, or take these steps out.',
      errors: [{ field: 'steps[1].task' }],
    },
  });
  expect(await at.call('POST', `/workflow/${id}/restore`, { version: 9 })).toMatchObject({ status: 400 });
  expect((await versionsOf(id)).length).toBe(2);
});
