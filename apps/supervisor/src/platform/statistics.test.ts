import { createTestDatabase } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../testing/index.ts';

const resources = new AsyncDisposableStack();
let app: TestApp;
beforeAll(async () => {
  const { connection } = resources.use(await createTestDatabase());
  app = resources.use(await startTestApp(connection));
});
afterAll(() => resources.disposeAsync());

// one column that a later migration adds, and leaves at 100, makes each ANALYZE of its table take five times as long
test('PostgreSQL takes a small sample of jobs and attempts, for each of their columns and indexed expressions', async () => {
  const sampled = await app.db.once(
    `select c.relname as relation, a.attname as column, a.attstattarget as target
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where a.attnum > 0 and not a.attisdropped and coalesce(a.attstattarget, 100) > 20 and (
       c.relname in ('jobs', 'attempts')
       or (c.oid, a.attnum) in (
         select i.indexrelid, key.place from pg_index i, unnest(i.indkey) with ordinality as key(attribute, place)
         where i.indrelid in ('jobs'::regclass, 'attempts'::regclass) and key.attribute = 0
       )
     )`,
    [],
  );
  expect(sampled).toEqual([]);
});
