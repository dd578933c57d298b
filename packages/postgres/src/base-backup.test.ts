import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { baseBackup } from './base-backup.ts';
import { hasCluster, reachCluster } from './running-cluster.ts';
import { restoreCluster } from './restored-cluster.ts';
import { makeWorkspace, query, until } from './test-support.ts';

const left = `select slot_name as name from pg_replication_slots
  union all select 'backup' from pg_stat_progress_basebackup`;

test('the copy of a cluster to which others write ends with whole pages and the WAL it needs', async () => {
  await using place = await makeWorkspace();
  await place.fill();
  const cluster = await place.open();
  await query(
    cluster.connection,
    'create table rows as select n, repeat(md5(n::text), 20) as text from generate_series(1, 8000) n',
  );
  const over = new AbortController();
  const writing = (async () => {
    // rewrites all pages again and again, and forces checkpoints, which remove WAL
    while (!over.signal.aborted) {
      await query(cluster.connection, 'update rows set text = reverse(text)');
      await query(cluster.admin, 'select pg_switch_wal(); checkpoint');
    }
  })();
  let bytes = 0;
  let last: Buffer = Buffer.alloc(0);
  for await (const piece of baseBackup(cluster.admin, new AbortController().signal)) {
    bytes += piece.length;
    last = piece;
    // slower than the server would like to be
    if (bytes % 7 === 0) await sleep(1);
  }
  over.abort();
  await writing;
  expect(bytes).toBeGreaterThan(20_000_000);
  expect(last.length).toBeGreaterThan(0);
  expect(await query(cluster.admin, left)).toEqual([]);
  await cluster.stop();
});

test('a copy that is given up, aborted or cut off leaves nothing in the database', async () => {
  await using place = await makeWorkspace();
  await place.fill();
  const cluster = await place.open();
  const none = async () => (await query(cluster.admin, left)).length === 0;

  for await (const piece of baseBackup(cluster.admin, new AbortController().signal)) {
    expect(piece.length).toBeGreaterThan(0);
    break;
  }
  await until(none);

  const aborting = new AbortController();
  await expect(async () => {
    for await (const piece of baseBackup(cluster.admin, aborting.signal))
      aborting.abort(new Error(`enough of ${piece.length}`));
  }).rejects.toThrow('enough');
  await until(none);

  await expect(async () => {
    let bytes = 0;
    for await (const { length } of baseBackup(cluster.admin, new AbortController().signal))
      if ((bytes += length) === length)
        await query(
          cluster.admin,
          "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'walsender'",
        );
  }).rejects.toThrow(/terminat/i);
  await until(none);
  await cluster.stop();
});

test('a cluster with a tablespace elsewhere is refused by name', async () => {
  await using place = await makeWorkspace();
  await place.fill();
  const cluster = await place.open({ settings: { allow_in_place_tablespaces: 'on' } });
  await query(cluster.admin, `create tablespace elsewhere location ''`);
  await expect(async () => {
    for await (const piece of baseBackup(cluster.admin, new AbortController().signal)) void piece;
  }).rejects.toThrow('tablespaces outside of its data directory');
  await cluster.stop();
});

test('a cluster that is put together file by file appears when it is finished, and not before', async () => {
  await using place = await makeWorkspace();
  const nothing = await restoreCluster(place.dataDir);
  expect(await hasCluster(nothing.place)).toBe(false);
  await nothing.directory('base');
  await nothing.file(
    'base/1',
    (async function* () {
      yield Buffer.from('x');
    })(),
  );
  await nothing[Symbol.asyncDispose]();
  expect(await hasCluster(nothing.place)).toBe(false);

  await place.fill();
  expect(await hasCluster(nothing.place)).toBe(true);
  await expect(restoreCluster(place.dataDir)).rejects.toMatchObject({ code: 'exists' });
});

test('a running cluster is reached by whoever knows its place', async () => {
  await using place = await makeWorkspace();
  await place.fill();
  const cluster = await place.open();
  const admin = await reachCluster(cluster.place);
  expect(await query(admin as pg.ClientConfig, 'select current_user as name')).toEqual([
    { name: 'postgres' },
  ]);
  await cluster.stop();
});
