import { createTestDatabase, until } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/index.ts';
import { rebuildBloatedIndexes } from './index-upkeep.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
});
afterAll(() => resources.disposeAsync());

const floorBytes = 256 * 1024;
const bytesOf = async (index: string) =>
  (
    await app.db.once<{ bytes: number; valid: boolean }>(
      `select pg_relation_size($1::text::regclass) as bytes, (select indisvalid from pg_index where indexrelid = $1::text::regclass) as valid`,
      [index],
    )
  )[0];

test('an index in which one of many entries is left on each page is built anew, a full one stays', async () => {
  await app.db.once(
    `insert into audit (id, customer_id, actor, action) select lpad(to_hex(n), 24, '0'), $1, 'somebody', 'made' from generate_series(1, 40000) n`,
    [app.demo.id],
  );
  await app.db.once('vacuum analyze audit', []);
  expect(await rebuildBloatedIndexes(app.platform, { floorBytes })).toEqual([]);

  await app.db.once(`delete from audit where action = 'made' and id not like '%00'`, []);
  await app.db.once('vacuum analyze audit', []);
  const before = await bytesOf('audit_pkey');
  expect(await rebuildBloatedIndexes(app.platform, { floorBytes })).toContain('public.audit_pkey');
  const after = await bytesOf('audit_pkey');
  expect(after?.valid).toBe(true);
  expect(after?.bytes).toBeLessThan((before?.bytes ?? 0) / 10);
  expect(await rebuildBloatedIndexes(app.platform, { floorBytes })).toEqual([]);
});

test('an index that needs its size for the width of its keys is built anew once, and again when it has doubled', async () => {
  await app.db.once('create table wide (n integer, key text)', []);
  await app.db.once('create index wide_key on wide (key)', []);
  const add = (from: number) =>
    app.db.once(
      `insert into wide select n, (select string_agg(md5(n || ' ' || part), '') from generate_series(1, 40) part) from generate_series($1::integer, $1::integer + 999) n`,
      [from],
    );
  const before = new Map<string, number>();
  const rebuild = async () => {
    await app.db.once('vacuum analyze wide', []);
    return rebuildBloatedIndexes(app.platform, { floorBytes, before });
  };
  await add(0);
  expect(await rebuild()).toEqual(['public.wide_key']);
  expect(await rebuild()).toEqual([]);
  for (const from of [1_000, 2_000, 3_000]) await add(from);
  expect(await rebuild()).toEqual(['public.wide_key']);
});

test('what a broken rebuild left behind is removed', async () => {
  await app.db.once('create table kept_apart (n integer)', []);
  await app.db.once('insert into kept_apart values (1), (1)', []);
  const broken = app.db.once('create unique index concurrently kept_apart_n_ccnew on kept_apart (n)', []);
  await expect(broken).rejects.toThrow(/could not create unique index/);
  // an error is told a moment before the session has undone what it did
  const underWay = 'select 1 from pg_stat_progress_create_index where datname = current_database()';
  await until(async () => (await app.db.once(underWay, [])).length === 0);
  await rebuildBloatedIndexes(app.platform);
  const left = await app.db.once(`select 1 from pg_class where relname = 'kept_apart_n_ccnew'`, []);
  expect(left).toEqual([]);
});
