import { Kysely, PostgresDialect, type Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';
import { createLines } from './lines.ts';
import { createLogOnce, type LogOnce } from './log-once.ts';
import type { Log } from './log.ts';
import type { Tables } from './tables.ts';

export interface Database extends AsyncDisposable {
  /** What a client of its own connects with, as a thread has one. */
  readonly connection: pg.PoolConfig;
  /** For objects that people define. */
  readonly kysely: Kysely<Tables>;
  /** A statement written by hand, prepared once per connection under `name`. */
  query<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]>;
  /** A statement put together for one call: planned anew each time, never kept prepared. */
  once<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /**
   * The same for the statements of the queue, on connections that plan each of them once and for all: planning them
   * anew costs up to 3 ms, and their plan depends on no value.
   */
  hot: Database['query'];
  /** Several of them in one transaction: each sees what others committed before it began. */
  hotTransaction<T>(work: (query: Database['query']) => Promise<T>): Promise<T>;
  /** Whether PostgreSQL answers now. */
  alive(): Promise<boolean>;
}

export type Transaction = KyselyTransaction<Tables>;

/** Does its work within a transaction that is under way, or else within one of its own. */
export function inTransaction<T>(
  kysely: Kysely<Tables>,
  tx: Transaction | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return tx === undefined ? kysely.transaction().execute(work) : work(tx);
}

// all int8 of ours (offsets, exit codes) are below 2^53
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Statements of the queue that run at once: of each kind one, and two that store logs. */
const HOT_CONNECTIONS = 6;
/**
 * They stay so long without use, milliseconds: a new one plans all that it is asked for, some 30 ms, while a job waits.
 */
const HOT_IDLE_MS = 300_000;

/** Opens a pool on PostgreSQL; `connection` is what `pg` takes (a URL or an object). */
export function openDatabase(connection: pg.PoolConfig, log: Log): Database {
  const logOnce = createLogOnce(log);
  const pool = openPool(connection, logOnce);
  // few: each plans each statement, and again whenever a table was vacuumed or analyzed
  const lines = createLines(
    () =>
      openPool(
        {
          ...connection,
          max: 1,
          idleTimeoutMillis: HOT_IDLE_MS,
          // planned when tables may still be empty: reading them whole must not look cheap
          options: '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
        },
        logOnce,
      ),
    HOT_CONNECTIONS,
  );
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    connection,
    kysely,
    query: queryOn(pool),
    async once<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) {
      return (await pool.query<Row>(text, values as unknown[])).rows;
    },
    hot: tryingAgain((name, text, values) => lines.use((pool) => queryOn(pool)(name, text, values))),
    hotTransaction: (work) => lines.use((pool) => transaction(pool, work)),
    async alive() {
      try {
        await pool.query('select 1');
        return true;
      } catch {
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([kysely.destroy(), lines[Symbol.asyncDispose]()]);
    },
  };
}

function openPool(connection: pg.PoolConfig, logOnce: LogOnce): pg.Pool {
  // two cores answer no faster with more, and bots' polls hold no connection while they wait
  const pool = new pg.Pool({ max: 10, application_name: 'argus supervisor', ...connection });
  // a lost idle connection is replaced at the next use; without a listener it would end the process
  pool.on('error', (error) => logOnce('lost', told(error), 'lost an idle database connection'));
  // so would one that is in use: between two statements of a transaction nobody else listens
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function transaction<T>(pool: pg.Pool, work: (query: Database['query']) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: unknown;
  try {
    await client.query('begin');
    const result = await work(queryOn(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((reason: unknown) => (broken = reason));
    throw error;
  } finally {
    // a connection that cannot even roll back is not given to anybody else
    client.release(broken instanceof Error ? broken : undefined);
  }
}

function queryOn(pool: pg.Pool | pg.PoolClient): Database['query'] {
  return async <Row extends pg.QueryResultRow>(name: string, text: string, values: readonly unknown[]) => {
    const { rows } = await pool.query<Row>({ name, text, values: values as unknown[] });
    return rows;
  };
}

/** SQLSTATEs of a statement that was undone as a whole because of others, and may succeed when it is done again. */
const UNDONE = new Set(['40P01', '40001']);

function tryingAgain(query: Database['query']): Database['query'] {
  return async (name, text, values) => {
    try {
      return await query(name, text, values);
    } catch (error) {
      if (!UNDONE.has(String((error as { code?: unknown } | null)?.code))) throw error;
      return query(name, text, values);
    }
  };
}

/** Whether an error says that PostgreSQL is away (restarting, shutting down, out of connections). */
export function isDatabaseDown(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  // a request that outlives the pool: the supervisor is stopping
  if (error instanceof Error && error.message.startsWith('Cannot use a pool after calling end')) return true;
  if (typeof code !== 'string')
    return (
      error instanceof Error &&
      /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/.test(
        error.message,
      )
    );
  // 08: connection exceptions, 57P: shutdown and crash, 53: out of resources; the rest are the socket's own
  return (
    /^(08|57P|53)/.test(code) || ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code)
  );
}

/** How the log tells of an error: a database that is away in its own words, anything else with its stack. */
export function told(error: unknown): { reason: string } | { err: unknown } {
  return isDatabaseDown(error) ? { reason: (error as Error).message } : { err: error };
}

/** SQLSTATE of a broken unique constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const { code, constraint: name } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && (constraint === undefined || name === constraint);
}

/** SQLSTATE of a row that others still refer to. */
export function isStillReferenced(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  // 23001: a reference declared with `on delete restrict`
  return code === '23503' || code === '23001';
}
