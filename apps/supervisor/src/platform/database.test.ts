import { createTestDatabase, until, type TestDatabase } from '@argus/testing';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDatabaseDown, openDatabase, type Database } from './database.ts';
import type { Log } from './log.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.connection, pino({ level: 'silent' }) as Log);
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const BACKEND = 'select pg_backend_pid() as pid';

/** Ends a connection from PostgreSQL's side; resolves when it is gone. */
async function terminate(pid: number): Promise<void> {
  await db.once('select pg_terminate_backend($1)', [pid]);
  await until(
    async () => (await db.once('select 1 from pg_stat_activity where pid = $1', [pid])).length === 0,
  );
}

// an error event that nobody listens to would end the process, and this test with it
describe('a connection that breaks between two statements of a transaction', () => {
  test('fails the next statement as a database that is away, and nothing else', async () => {
    const failed = db.hotTransaction(async (query) => {
      const [row] = await query<{ pid: number }>('backend', BACKEND, []);
      await terminate(row!.pid);
      await query('one', 'select 1', []);
    });
    expect(await failed.catch(isDatabaseDown)).toBe(true);
    expect(await db.hot('one', 'select 1 as one', [])).toEqual([{ one: 1 }]);
  });

  test('the same in a transaction of the query builder', async () => {
    const failed = db.kysely.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await terminate(rows[0]!.pid);
      await sql`select 1`.execute(trx);
    });
    expect(await failed.catch(isDatabaseDown)).toBe(true);
    expect(await db.alive()).toBe(true);
  });
});

describe('statements of the queue', () => {
  const backend = async (query: Database['query']) =>
    (await query<{ pid: number }>('backend', BACKEND, []))[0]?.pid;

  /** Keeps a connection until it is let go. */
  async function hold() {
    const here = Promise.withResolvers<number | undefined>();
    const end = Promise.withResolvers<void>();
    const over = db.hotTransaction(async (query) => {
      here.resolve(await backend(query));
      await end.promise;
    });
    return {
      pid: await here.promise,
      async letGo() {
        end.resolve();
        await over;
      },
    };
  }

  test('go to the first connection that is free, whichever came back last', async () => {
    const first = await hold();
    const second = await hold();
    expect(second.pid).not.toBe(first.pid);
    expect(await backend(db.hot)).not.toBe(first.pid);
    await first.letGo();
    await second.letGo();
    expect(await backend(db.hot)).toBe(first.pid);
    expect(await backend(db.hot)).toBe(first.pid);
  });

  test('wait for each other, in the order in which they came, where all connections are in use', async () => {
    const held: Awaited<ReturnType<typeof hold>>[] = [];
    while (held.length < 6) held.push(await hold());
    expect(new Set(held.map(({ pid }) => pid)).size).toBe(6);
    const order: string[] = [];
    const waiting = ['one', 'two', 'three'].map(async (name) => {
      const pid = await backend(db.hot);
      order.push(name);
      return pid;
    });
    // another pool answers meanwhile, so that they had every chance to
    expect(await db.alive()).toBe(true);
    expect(order).toEqual([]);
    await held[3]?.letGo();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([held[3]?.pid]));
    expect(order).toEqual(['one', 'two', 'three']);
    for (const one of held) await one.letGo();
  });
});
