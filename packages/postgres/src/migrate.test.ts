import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster, Connection } from './index.ts';
import { migrate } from './migrate.ts';
import { makeDirectory, makeWorkspace, query, until, type Workspace } from './test-support.ts';

let workspace: Workspace;
let cluster: Cluster;

beforeAll(async () => {
  workspace = await makeWorkspace();
  await workspace.fill();
  cluster = await workspace.open();
}, 30_000);

afterAll(async () => {
  await cluster?.stop();
  await workspace?.[Symbol.asyncDispose]();
});

let databases = 0;
const log = () => undefined;

/** A new database, and a directory with these files. */
async function project(files: Record<string, string>) {
  const database = `migrations_${++databases}`;
  await query(cluster.connection, `create database ${database}`);
  const { path: dir, ...disposal } = await makeDirectory();
  const write = async (more: Record<string, string>) => {
    for (const [name, sql] of Object.entries(more)) await writeFile(join(dir, name), sql);
  };
  await write(files);
  const connection: Connection = { ...cluster.connection, database };
  return {
    connection,
    dir,
    write,
    migrate: (signal?: AbortSignal) => migrate(connection, dir, { log, signal }),
    tables: async () =>
      (
        await query(
          connection,
          `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
        )
      ).map((row) => row['name']),
    ...disposal,
  };
}

const one = { '000001_one.sql': 'create table one (id integer); insert into one values (1);' };
const two = { '000002_two.sql': 'create table two (id integer);' };

test('migrations are applied in order, each once', async () => {
  await using it = await project({ ...two, ...one, 'README.md': 'not a migration' });
  expect(await it.migrate()).toEqual({ applied: ['000001_one.sql', '000002_two.sql'] });
  expect(await it.migrate()).toEqual({ applied: [] });
  await it.write({ '000010_ten.sql': 'create table ten (id integer)' });
  expect(await it.migrate()).toEqual({ applied: ['000010_ten.sql'] });
  expect(
    await query(
      it.connection,
      'select number, name, length(sha256) as digits from schema_migrations order by 1',
    ),
  ).toEqual([
    { number: 1, name: '000001_one.sql', digits: 64 },
    { number: 2, name: '000002_two.sql', digits: 64 },
    { number: 10, name: '000010_ten.sql', digits: 64 },
  ]);
});

test('two that migrate at once apply each migration once, and leave no lock', async () => {
  await using it = await project({ ...one, ...two, '000003_slow.sql': 'select pg_sleep(0.3)' });
  const results = await Promise.all([it.migrate(), it.migrate(), it.migrate()]);
  expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual([
    '000001_one.sql',
    '000002_two.sql',
    '000003_slow.sql',
  ]);
  const locks = `select from pg_locks join pg_database d on d.oid = database where locktype = 'advisory' and datname = current_database()`;
  await until(async () => (await query(it.connection, locks)).length === 0);
});

test('an index is built concurrently while another one waits to migrate', async () => {
  await using it = await project({
    ...one,
    '000002_index.sql': '-- no transaction\ncreate index concurrently if not exists by_id on one (id)',
  });
  const results = await Promise.all([it.migrate(), it.migrate()]);
  expect(results.flatMap(({ applied }) => applied)).toHaveLength(2);
  expect(
    await query(
      it.connection,
      `select indisvalid as valid from pg_index where indexrelid = 'by_id'::regclass`,
    ),
  ).toEqual([{ valid: true }]);
});

test('a file that was changed after it was applied is refused by name', async () => {
  await using it = await project(one);
  await it.migrate();
  await it.write({ '000001_one.sql': 'create table one (id bigint);', ...two });
  await expect(it.migrate()).rejects.toMatchObject({
    code: 'changed',
    message: expect.stringContaining('000001_one.sql'),
  });
  expect(await it.tables()).toEqual(['one', 'schema_migrations']);
});

test('a migration that fails leaves nothing, names its line, and can be corrected', async () => {
  await using it = await project({
    ...one,
    '000002_bad.sql': 'create table two (id integer);\nselect 1;\nselect nonsense;',
  });
  await expect(it.migrate()).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringMatching(/000002_bad\.sql.* line 3.*nonsense/),
  });
  expect(await it.tables()).toEqual(['one', 'schema_migrations']);
  await it.write({ '000002_bad.sql': 'create table two (id integer);' });
  expect(await it.migrate()).toEqual({ applied: ['000002_bad.sql'] });
});

test('a database that is newer than the files is refused', async () => {
  await using it = await project({ ...one, ...two });
  await it.migrate();
  await rm(join(it.dir, '000002_two.sql'));
  await expect(it.migrate()).rejects.toMatchObject({
    code: 'newer_database',
    message: expect.stringContaining('000002_two.sql'),
  });
});

test('one that waits for another can be aborted', async () => {
  await using it = await project(one);
  const holder = new pg.Client(it.connection);
  await holder.connect();
  try {
    await holder.query('select pg_advisory_lock(7246501)');
    const abort = new AbortController();
    const waiting = it.migrate(abort.signal);
    await until(
      async () =>
        (
          await query(
            it.connection,
            `select from pg_stat_activity where query like 'select pg_try_advisory_lock%' and datname = current_database() and pid <> pg_backend_pid()`,
          )
        ).length > 0,
    );
    abort.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    expect(await it.tables()).toEqual([]);
  } finally {
    await holder.end();
  }
});
