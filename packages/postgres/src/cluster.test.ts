import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { expect, test } from 'vitest';
import { restartDelay, type ClusterEvent } from './keep-running.ts';
import { exists } from './files.ts';
import { commandLineOf } from './process.ts';
import { makeWorkspace, query, until } from './test-support.ts';

const forkManager = (dataDir: string) =>
  fork(new URL('./test-manager.ts', import.meta.url), [dataDir], { execArgv: [] });

/** Lets a manager in a process of its own open the cluster and commit rows, then kills that process. */
async function leaveServer(dataDir: string): Promise<{ pid: number; rows: number }> {
  const manager = forkManager(dataDir);
  let left = { pid: 0, rows: 0 };
  manager.on('message', (message: { pid: number; rows: number }) => (left = message));
  await until(() => left.rows > 50 || manager.exitCode !== null);
  manager.kill('SIGKILL');
  if (manager.exitCode === null && manager.signalCode === null) await once(manager, 'exit');
  expect(left.rows).toBeGreaterThan(50);
  return left;
}

test('the first start makes a database that keeps data, the second finds it', async () => {
  await using workspace = await makeWorkspace();
  {
    await using cluster = await workspace.open({ fsync: true });
    await query(cluster.connection, 'create table kept as select 42 as answer');
  }
  await using cluster = await workspace.open({ fsync: true });
  expect(cluster.adopted).toBe(false);
  expect(await query(cluster.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('only the database user and root can enter the directory of the socket; the application is no superuser', async () => {
  await using workspace = await makeWorkspace('with space & sign');
  await using cluster = await workspace.open();
  const socketDir = await stat(cluster.place.socketDir);
  expect(socketDir.mode & 0o777).toBe(0o700);
  expect(socketDir.uid).toBe((await stat(cluster.place.data)).uid);
  for (const connection of [cluster.connection, { connectionString: cluster.url }]) {
    const rows = await query(
      connection,
      `select current_user::text as "user", current_setting('is_superuser') as superuser`,
    );
    expect(rows).toEqual([{ user: 'argus', superuser: 'off' }]);
  }
  expect(await query(cluster.admin, `select current_setting('is_superuser') as superuser`)).toEqual([
    { superuser: 'on' },
  ]);
});

test('commits are durable unless the caller says otherwise, and settings can be passed', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  await using cluster = await workspace.open({
    fsync: true,
    settings: { work_mem: '3MB', listen_addresses: '*' },
  });
  const names = [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'wal_compression',
    'jit',
    'work_mem',
    'listen_addresses',
  ];
  const rows = await query(
    cluster.connection,
    `select name, setting from pg_settings where name in ('${names.join("','")}')`,
  );
  expect(Object.fromEntries(rows.map((row) => [row['name'], row['setting']]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_compression: 'pglz',
    jit: 'off',
    work_mem: '3072',
    listen_addresses: '',
  });
});

test('a server that is killed comes back with its data, and subscribers hear of both', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  await using cluster = await workspace.open({ fsync: true });
  const events: ClusterEvent[] = [];
  const unheard: ClusterEvent[] = [];
  cluster.subscribe((event) => events.push(event));
  cluster.subscribe((event) => unheard.push(event))();
  await query(cluster.connection, 'create table kept as select 42 as answer');
  const before = cluster.pid;
  process.kill(before, 'SIGKILL');
  await until(() => events.length === 2);
  expect(events).toEqual([
    { kind: 'down', reason: 'signal SIGKILL' },
    { kind: 'up', pid: cluster.pid, adopted: false },
  ]);
  expect(unheard).toEqual([]);
  expect(cluster.pid).not.toBe(before);
  expect(await query(cluster.connection, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(workspace.logged).toContainEqual(
    expect.objectContaining({ level: 'error', reason: 'signal SIGKILL' }),
  );
});

// these three wait more than they work
test.concurrent('a server that is left by a killed manager is adopted, and no acknowledged row is lost', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const { pid: orphan, rows: acknowledged } = await leaveServer(workspace.dataDir);
  await using cluster = await workspace.open({ fsync: true });
  expect(cluster).toMatchObject({ adopted: true, pid: orphan });
  const [{ rows } = {}] = await query(cluster.connection, 'select count(*)::int as rows from acknowledged');
  expect(rows).toBeGreaterThanOrEqual(acknowledged);

  process.kill(orphan, 'SIGKILL');
  await until(() => cluster.pid !== orphan);
  expect(cluster.adopted).toBe(false);
  const [again = {}] = await query(cluster.connection, 'select count(*)::int as rows from acknowledged');
  expect(again['rows']).toBe(rows);
});

test.concurrent('a server that is left with other settings is not adopted but replaced', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const orphan = await leaveServer(workspace.dataDir);
  await using cluster = await workspace.open({ fsync: true, settings: { work_mem: '5MB' } });
  expect(cluster.adopted).toBe(false);
  expect(await commandLineOf(orphan.pid)).toBeUndefined();
  expect(await query(cluster.connection, 'show work_mem')).toEqual([{ work_mem: '5MB' }]);
});

test.concurrent('a server that is left and hangs is ended by force and replaced', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const orphan = await leaveServer(workspace.dataDir);
  process.kill(orphan.pid, 'SIGSTOP');
  await using cluster = await workspace.open({ fsync: true });
  expect(cluster.adopted).toBe(false);
  expect(await commandLineOf(orphan.pid)).toBeUndefined();
}, 60_000);

test('stopping ends the server, and may be asked for twice', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const cluster = await workspace.open();
  await Promise.all([cluster.stop(), cluster.stop()]);
  expect(await commandLineOf(cluster.pid)).toBeUndefined();
  await expect(query(cluster.connection, 'select 1')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
});

test('stopping does not wait for a client that is busy', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const cluster = await workspace.open();
  const busy = query(cluster.connection, 'select pg_sleep(600)').then(
    () => 'finished',
    () => 'cut off',
  );
  await until(
    async () =>
      (
        await query(
          cluster.admin,
          `select from pg_stat_activity where query = 'select pg_sleep(600)' and wait_event = 'PgSleep'`,
        )
      ).length === 1,
  );
  await cluster.stop();
  expect(await busy).toBe('cut off');
});

test('a pid file that names another program does not keep the server from starting', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const first = await workspace.open();
  await first.stop();
  const { uid, gid } = await stat(first.place.data);
  const other = spawn('sleep', ['600'], { uid, gid });
  try {
    await writeFile(join(first.place.data, 'postmaster.pid'), `${other.pid}\n${first.place.data}\n1\n5432\n`);
    await writeFile(join(first.place.socketDir, '.s.PGSQL.5432.lock'), `${other.pid}\n`);
    await using cluster = await workspace.open();
    expect(cluster.adopted).toBe(false);
    expect(other.exitCode).toBeNull();
  } finally {
    other.kill('SIGKILL');
  }
});

test('a first start that is killed in the middle is done anew by the next one', async () => {
  await using workspace = await makeWorkspace();
  const root = join(workspace.dataDir, 'postgres');
  const unfinished = async () =>
    (await readdir(root).catch(() => [])).filter((name) => name.startsWith('data.unfinished-'));
  const manager = forkManager(workspace.dataDir);
  const ended = once(manager, 'exit');
  await until(async () => {
    const [name] = await unfinished();
    return name !== undefined && (await exists(join(root, name, 'PG_VERSION')));
  });
  manager.kill('SIGKILL');
  await ended;
  expect(await unfinished()).toHaveLength(1);
  await using cluster = await workspace.open();
  expect(cluster.adopted).toBe(false);
  expect(await query(cluster.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('an opening that is aborted leaves no server', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  await (await workspace.open()).stop();
  const abort = new AbortController();
  const opening = workspace.open({ signal: abort.signal });
  abort.abort(new Error('not any more'));
  await expect(opening).rejects.toThrow();
  await using cluster = await workspace.open();
  expect(cluster.adopted).toBe(false);
});

test('a data directory that is too deep for a socket gets a short one', async () => {
  await using workspace = await makeWorkspace(Array(8).fill('a-rather-long-name').join('/'));
  await using cluster = await workspace.open();
  expect(cluster.place.socketDir.length).toBeLessThan(60);
  expect((await stat(cluster.place.socketDir)).mode & 0o777).toBe(0o700);
  expect(await query(cluster.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a pool goes on after a restart of the server', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  await using cluster = await workspace.open();
  const pool = new pg.Pool(cluster.connection);
  pool.on('error', () => undefined);
  try {
    await pool.query('create table kept as select 42 as answer');
    const before = cluster.pid;
    process.kill(before, 'SIGINT');
    await until(() => cluster.pid !== before);
    expect((await pool.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
  } finally {
    await pool.end();
  }
});

test('a setting that PostgreSQL does not know is named in the error', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  await expect(workspace.open({ settings: { no_such_setting: '1' } })).rejects.toMatchObject({
    code: 'bad_setting',
    message: expect.stringContaining('no_such_setting'),
  });
});

test('a database of another major version is refused and left alone', async () => {
  await using workspace = await makeWorkspace();
  await workspace.fill();
  const first = await workspace.open();
  await first.stop();
  await writeFile(join(first.place.data, 'PG_VERSION'), '17\n');
  await expect(workspace.open()).rejects.toMatchObject({
    code: 'wrong_version',
    message: expect.stringContaining('17'),
  });
});

test('the wait before a restart grows from 50–100 ms to at most 5 s', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (attempt, random) => {
        const delay = restartDelay(attempt, random);
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(5_000);
        expect(restartDelay(attempt + 1, random)).toBeGreaterThanOrEqual(delay);
      },
    ),
  );
});
