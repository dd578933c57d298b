import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import {
  MigrationError,
  numberOf,
  pendingMigrations,
  type Applied,
  type Migration,
} from './migration-plan.ts';

export type MigrateOptions = { log: Log; signal?: AbortSignal };

/** Any constant does; advisory locks belong to one database. */
const lockKey = 7_246_501;

/** Between two tries to get the lock: milliseconds. */
const lockInterval = 100;

/** As the first line of a file: runs it outside a transaction. */
const noTransaction = '-- no transaction';

/**
 * Brings the schema up to date with the files `000001_name.sql` … of a directory: each once, in order, in a
 * transaction of its own. Safe when several programs do it at once; needs a connection that keeps its session
 * (no transaction pooler).
 *
 * A file whose first line is `-- no transaction` holds one statement (PostgreSQL makes several into a transaction)
 * that can be repeated: it runs again if it was interrupted.
 * @returns the names of the files that were applied now.
 * @throws MigrationError naming the file. Rejects also once `signal` is aborted, between two migrations or while it waits for others.
 */
export async function migrate(
  connection: string | pg.ClientConfig,
  dir: string,
  { log, signal }: MigrateOptions,
): Promise<{ applied: string[] }> {
  const files = await readMigrations(dir);
  const client = new pg.Client(connection);
  // A connection that breaks fails the statement that waits; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await lock(client, signal);
    await client.query('set statement_timeout = 0');
    const applied = await readApplied(client);
    const pending = pendingMigrations(files, applied);
    // to who starts it for the first time they are one step
    const level = applied.length === 0 ? 'debug' : 'info';
    const begin = performance.now();
    for (const migration of pending) {
      signal?.throwIfAborted();
      const startedAt = performance.now();
      await apply(client, migration);
      log({ level, msg: 'applied migration', file: migration.name, ms: msSince(startedAt) });
    }
    if (applied.length === 0)
      log({ level: 'info', msg: 'made the tables', migrations: pending.length, ms: msSince(begin) });
    return { applied: pending.map(({ name }) => name) };
  } finally {
    // The end of the session releases the lock.
    await client.end();
  }
}

const msSince = (time: number) => Math.round(performance.now() - time);

async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(dir, name), 'utf8');
      const sha256 = createHash('sha256').update(sql).digest('hex');
      return {
        number: numberOf(name),
        name,
        sql,
        sha256,
        transactional: sql.split(/\r?\n/, 1)[0]?.trim() !== noTransaction,
      };
    }),
  );
}

/**
 * Asks again and again instead of waiting in the server: a session that waits there holds a snapshot, and
 * `create index concurrently` of the one that has the lock would wait for that.
 */
async function lock(client: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      lockKey,
    ]);
    if (rows[0]?.locked) return;
    await sleep(lockInterval, undefined, { signal });
  }
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  await client.query(`
    create table if not exists schema_migrations (
      number integer primary key,
      name text not null,
      sha256 text not null,
      applied_at timestamptz not null default now()
    )`);
  const { rows } = await client.query<Applied>(
    'select number, name, sha256 from schema_migrations order by number',
  );
  return rows;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    if (migration.transactional) await inTransaction(client, migration);
    else await runAndRecord(client, migration);
  } catch (cause) {
    const outcome = migration.transactional
      ? 'Nothing of it was kept'
      : 'It runs outside a transaction: parts of it may remain';
    throw new MigrationError(
      'failed',
      `${migration.name} failed${lineIn(migration.sql, cause)}: ${messageOf(cause)}. ${outcome}.`,
      { cause },
    );
  }
}

async function inTransaction(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await runAndRecord(client, migration);
    await client.query('commit');
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function runAndRecord(client: pg.Client, { number, name, sql, sha256 }: Migration): Promise<void> {
  await client.query(sql);
  await client.query('insert into schema_migrations (number, name, sha256) values ($1, $2, $3)', [
    number,
    name,
    sha256,
  ]);
}

/** ` at line n`, where PostgreSQL told a position in the text. */
function lineIn(sql: string, error: unknown): string {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN;
  return position > 0 ? ` at line ${sql.slice(0, position - 1).split('\n').length}` : '';
}
