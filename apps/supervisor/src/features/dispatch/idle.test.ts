import type { BotHealth } from '@argus/contract';
import { createTestDatabase, fakeBot, until, type FakeBot, type TestDatabase } from '@argus/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addHost, addTask, startTestApp, type TestApp } from '../../testing/index.ts';
import { claimJobs } from '../jobs/index.ts';
import { poolQueries } from '../pools/index.ts';

const resources = new AsyncDisposableStack();
let database: TestDatabase;
let app: TestApp;
let token: string;
let hostId: string;
let credential: string;
let bot: FakeBot;
let made = 0;
beforeAll(async () => {
  database = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(database.connection, { idleHoldMs: 20 }));
  token = app.demo.people.admin.token;
});
afterAll(() => resources.disposeAsync());

beforeEach(async () => {
  ({ id: hostId, credential } = await addHost(app.db, app.demo.id, `idle-${++made}`));
  app.keepSecret(credential);
  bot = fakeBot({ url: app.url, credential });
  // its first poll is read in full, the next ones are not
  await bot.poll();
  await bot.poll();
});
afterEach(() => bot[Symbol.dispose]());

const task = (values: object = {}) =>
  addTask(app.platform, app.demo.id, { host_id: hostId, script_id: app.demo.script.id, ...values });
const run = async (id: string): Promise<{ id: string }> =>
  (await app.request('POST', `/task/${id}/job`, { token, body: {} })).body;
const seen = async (): Promise<Date> =>
  (
    await app.db.kysely
      .selectFrom('hosts')
      .select('last_seen_at')
      .where('id', '=', hostId)
      .executeTakeFirstOrThrow()
  ).last_seen_at as Date;

describe('a bot that comes back from a poll with nothing in it', () => {
  test('waits on although its row is locked, and is seen all the same', async () => {
    const before = await seen();
    await app.db.kysely.transaction().execute(async (transaction) => {
      await transaction.selectFrom('hosts').select('id').where('id', '=', hostId).forUpdate().execute();
      expect(await bot.poll()).toEqual([]);
      expect(await bot.poll()).toEqual([]);
    });
    await until(async () => {
      await bot.poll();
      return (await seen()) > before;
    });
  });

  test('gets what was started while it was away', async () => {
    const job = await run((await task()).id);
    const [first] = await bot.takeRuns();
    expect(first?.job).toBe(job.id);
  });

  test('gets again what an answer should have brought that was lost elsewhere', async () => {
    const { id } = await task();
    const job = await run(id);
    const [claimed] = await claimJobs(app.db, [hostId]);
    expect(claimed?.id).toBe(job.id);
    const [first] = await bot.takeRuns();
    expect(first?.job).toBe(job.id);
  });

  test('takes what waits for labels that it was given meanwhile', async () => {
    const label = `label-${made}`;
    const pool_id = await poolQueries(app.db).ensure(app.demo.id, [label]);
    const pooled = await task({ host_id: null, host_labels: [label], pool_id });
    const job = await run(pooled.id);
    await app.request('PATCH', `/host/${hostId}`, { token, body: { labels: [label] } });
    const [first] = await bot.takeRuns();
    expect(first?.job).toBe(job.id);
  });

  test('is refused once its credential is gone', async () => {
    await app.db.kysely.deleteFrom('tokens').where('host_id', '=', hostId).execute();
    await expect(until(() => bot.poll().then(() => false))).rejects.toThrow(/401|unauthorized|removed/i);
  });

  test('tells how its machine is without a look of its own, with what notes that it is there', async () => {
    const health: BotHealth = {
      cpu_percent: 1,
      cpu_count: 2,
      load: null,
      memory_total_bytes: 100,
      memory_available_bytes: 60,
      disk_total_bytes: 100,
      disk_free_bytes: 50,
      disk_min_free_bytes: 1,
    };
    const shown = async () => (await app.request('GET', `/host/${hostId}`, { token })).body.health;
    await app.db.kysely.transaction().execute(async (transaction) => {
      await transaction.selectFrom('hosts').select('id').where('id', '=', hostId).forUpdate().execute();
      expect(await bot.poll({ health })).toEqual([]);
    });
    await until(async () => {
      await bot.poll();
      return (await shown()) !== null;
    });
    const told = await shown();
    expect(told).toEqual({ at: expect.any(String), ...health });
    const before = await seen();
    await until(async () => {
      await bot.poll();
      return (await seen()) > before;
    });
    expect(await shown()).toEqual(told);
  });

  test('is read in full again when it says something new', async () => {
    await bot.poll({ slots: 3 });
    const { slots } = await app.db.kysely
      .selectFrom('hosts')
      .select('slots')
      .where('id', '=', hostId)
      .executeTakeFirstOrThrow();
    expect(slots).toBe(3);
  });
});
