import type { Job } from '@argus/contract';
import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addTask, startTestApp, type TestApp } from '../../testing/index.ts';
import { deletePastRetention } from './retention.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
let token: string;
const never = new AbortController().signal;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

const task = async (keeping: object) =>
  (
    await addTask(app.platform, app.demo.id, {
      host_id: app.demo.host.id,
      script_id: app.demo.script.id,
      ...keeping,
    })
  ).id;

/** Jobs of a task, oldest first; all but those that `waiting` says have ended. */
async function jobsOf(id: string, count: number, { waiting = 0 } = {}): Promise<string[]> {
  const jobs: string[] = [];
  for (let index = 0; index < count; index++) {
    const { body } = await app.request('POST', `/task/${id}/job`, { token, body: {} });
    jobs.push(body.id);
    if (index < count - waiting) await app.request('PUT', `/job/${body.id}/cancel`, { token });
  }
  return jobs;
}

async function left(id: string): Promise<string[]> {
  const { body } = await app.request('GET', `/job?task=${id}`, { token });
  return body.map((job: { id: string }) => job.id).toReversed();
}

test('of a task that keeps two jobs the oldest ended ones go, with their logs', async () => {
  const id = await task({ retention_jobs: 2 });
  const other = await task({});
  const jobs = await jobsOf(id, 5);
  const others = await jobsOf(other, 3);
  await app.db.query(
    'chunks',
    `insert into log_chunks (job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data)
     select id, 1, 1, 'stdout', 0, 0, 1, 0, now(), 'identity', 'x' from unnest($1::text[]) as id`,
    [jobs],
  );
  expect(await deletePastRetention(app.platform, never)).toBe(3);
  expect(await left(id)).toEqual(jobs.slice(3));
  expect(await left(other)).toEqual(others);
  const chunks = await app.db.query<{ job_id: string }>(
    'left',
    'select job_id from log_chunks order by 1',
    [],
  );
  expect(chunks.map(({ job_id }) => job_id)).toEqual(jobs.slice(3));
});

test('jobs that ended before the days of their task go; what waits never does', async () => {
  const id = await task({ retention_days: 7 });
  await jobsOf(id, 3, { waiting: 1 });
  // ids tell when a job was made, so it takes others to be made earlier
  await app.db.query(
    'age_all',
    `update jobs set created_at = now() - interval '8 days',
       id = lpad(to_hex((extract(epoch from now() - interval '8 days') * 1000)::bigint), 12, '0') || substr(id, 13)
     where task_id = $1`,
    [id],
  );
  const { body } = await app.request('GET', `/job?task=${id}&sort[creation_date]=1`, { token });
  const ended = body.filter((job: Job) => job.finished_at !== null) as Job[];
  await app.db.query('age', `update jobs set finished_at = now() - interval '8 days' where id = $1`, [
    ended[0]?.id,
  ]);
  expect(await deletePastRetention(app.platform, never)).toBe(1);
  const rest = await left(id);
  expect(rest).toHaveLength(2);
  expect(rest).toContain(ended[1]?.id);
});

test('an organization keeps jobs for its own days at most, and says before how many would go', async () => {
  const id = await task({ retention_days: 90 });
  await jobsOf(id, 3, { waiting: 1 });
  await app.db.query(
    'age_cap',
    `update jobs set created_at = now() - interval '20 days', finished_at = finished_at - interval '20 days',
       id = lpad(to_hex((extract(epoch from now() - interval '20 days') * 1000)::bigint), 12, '0') || substr(id, 13)
     where task_id = $1`,
    [id],
  );
  const preview = async (days: number) =>
    (await app.request('GET', `/settings/retention/preview?job_days=${days}`, { token })).body.jobs;
  expect([await preview(30), await preview(14)]).toEqual([0, 2]);
  expect(await deletePastRetention(app.platform, never)).toBe(0);
  const set = (job_days: number | null) =>
    app.request('PUT', '/settings/retention', { token, body: { job_days, audit_days: null } });
  const { body } = await set(14);
  expect(body).toMatchObject({ job_days: 14, jobs: { count: expect.any(Number) }, disk: null });
  expect(await deletePastRetention(app.platform, never)).toBe(2);
  expect(await left(id)).toHaveLength(1);
  expect((await set(0)).body.errors[0].field).toBe('job_days');
  await set(null);
});
