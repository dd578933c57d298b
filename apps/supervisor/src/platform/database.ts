import {
  Kysely,
  PostgresDialect,
  type Generated,
  type JSONColumnType,
  type Transaction as KyselyTransaction,
} from 'kysely';
import pg from 'pg';
import type { Mapping, RunPolicy } from '@argus/contract';
import type { Log } from './log.ts';

type Time = Generated<Date>;
type Json<T extends object> = JSONColumnType<T, string | undefined>;

/** The tables as Kysely sees them. The queue's own statements are written by hand and name no types here. */
export interface Tables {
  settings: { key: string; value: JSONColumnType<object> };
  customers: {
    id: string;
    name: string;
    display_name: string;
    max_running: number | null;
    epoch: Generated<number>;
    created_at: Time;
  };
  pools: { id: string; customer_id: string; labels: string[] };
  users: {
    id: string;
    email: string;
    name: string;
    password_hash: string | null;
    instance_admin: Generated<boolean>;
    created_at: Time;
  };
  members: {
    id: string;
    customer_id: string;
    user_id: string;
    role: string;
    tags: Generated<string[]>;
    created_at: Time;
  };
  hosts: {
    id: string;
    customer_id: string;
    hostname: string;
    slots: Generated<number>;
    max_slots: number | null;
    disabled: Generated<boolean>;
    draining: Generated<boolean>;
    own_labels: Generated<string[]>;
    labels: Generated<string[]>;
    pools: Generated<string[]>;
    machine: string | null;
    kind: Generated<'bot' | 'agent'>;
    info: JSONColumnType<object | null, string | null, string | null>;
    boot: string | null;
    last_seen_at: Date | null;
    created_at: Time;
  };
  agents: {
    id: string;
    customer_id: string;
    host_id: string | null;
    slots: number;
    secret_hash: Buffer;
    token_hash: Buffer;
    created_by: string;
    created_at: Time;
    last_used_at: Date | null;
  };
  tokens: {
    id: string;
    kind: 'session' | 'integration' | 'bot' | 'enrollment';
    hash: Buffer;
    customer_id: string;
    user_id: string | null;
    host_id: string | null;
    name: Generated<string>;
    role: string | null;
    tasks: string[] | null;
    created_by: string | null;
    created_at: Time;
    expires_at: Date | null;
    last_used_at: Date | null;
  };
  one_time_links: {
    id: string;
    kind: 'invitation' | 'reset';
    hash: Buffer;
    customer_id: string;
    user_id: string;
    created_by: string;
    created_at: Time;
    expires_at: Date;
  };
  known_addresses: { user_id: string; address: string; last_at: Time };
  throttle: { key: Buffer; free_at: Date };
  blobs: { sha256: string; size: number; data: Buffer };
  scripts: {
    id: string;
    customer_id: string;
    filename: string;
    description: Generated<string>;
    version: number;
    sha256: string;
    size: number;
    created_at: Time;
    updated_at: Time;
  };
  script_versions: {
    script_id: string;
    version: number;
    filename: string;
    sha256: string;
    size: number;
    created_by: string | null;
    created_at: Time;
  };
  tasks: {
    id: string;
    customer_id: string;
    type: Generated<string>;
    name: string;
    description: Generated<string>;
    host_id: string | null;
    script_id: string | null;
    script_version: number | null;
    run_as: Generated<string>;
    task_arguments: Json<object[]>;
    env_cipher: Buffer | null;
    tags: Generated<string[]>;
    acls: Generated<string[]>;
    triggers: Generated<string[]>;
    /** Event id → where the arguments come from. */
    trigger_arguments: Json<Record<string, Mapping>>;
    /** Whether anything is started by its events. */
    watched: Generated<boolean>;
    grace_time: Generated<number>;
    timeout: number | null;
    multitasking: Generated<boolean>;
    host_labels: Generated<string[]>;
    pool_id: string | null;
    max_running: number | null;
    policy: Json<RunPolicy>;
    priority: Generated<number>;
    result_rule: Generated<string>;
    retention_days: Generated<number>;
    retention_jobs: Generated<number>;
    secret_hash: Buffer;
    secret_cipher: Buffer;
    paused: JSONColumnType<Paused | null, string | null, string | null>;
    version: Generated<number>;
    created_at: Time;
    updated_at: Time;
  };
  task_versions: {
    task_id: string;
    version: number;
    run_as: string;
    task_arguments: Json<object[]>;
    env_cipher: Buffer | null;
    timeout: number;
    result_rule: string;
    policy: Json<RunPolicy>;
    created_by: string | null;
    created_at: Time;
  };
  schedules: {
    id: string;
    customer_id: string;
    task_id: string;
    kind: string;
    name: Generated<string>;
    run_date: Date | null;
    repeat_every: string | null;
    timezone: Generated<string>;
    policy: Json<object>;
    given_cipher: Buffer | null;
    cause: JSONColumnType<object | null, string | null | undefined, string | null>;
    depth: Generated<number>;
    paused: JSONColumnType<object | null, string | null | undefined, string | null>;
    next_run_at: Date | null;
    last: JSONColumnType<object | null, string | null | undefined, string | null>;
    created_by: string;
    created_at: Time;
    updated_at: Time;
  };
  webhooks: {
    id: string;
    customer_id: string;
    name: string;
    description: Generated<string>;
    tags: Generated<string[]>;
    acls: Generated<string[]>;
    auth: string;
    tolerance: number;
    filter: JSONColumnType<object | null, string | null, string | null>;
    secret_hash: Buffer;
    secret_cipher: Buffer;
    paused: JSONColumnType<object | null, string | null, string | null>;
    created_at: Time;
    updated_at: Time;
  };
  events: { id: string; customer_id: string; emitter_type: string; emitter_id: string; name: string };
  audit: {
    id: string;
    customer_id: string | null;
    at: Time;
    actor: string;
    action: string;
    target_type: string | null;
    target_id: string | null;
    outcome: Generated<'done' | 'refused'>;
    address: string | null;
    details: JSONColumnType<Record<string, unknown>>;
  };
}

/** Who paused a task, when (ISO 8601) and why. */
export interface Paused {
  at: string;
  by: string;
  reason: string;
}

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

/** Opens a pool on PostgreSQL; `connection` is what `pg` takes (a URL or an object). */
export function openDatabase(connection: pg.PoolConfig, log: Log): Database {
  const pool = openPool(connection, log);
  const hotPool = openPool(
    // few: each plans each statement, and again whenever a table was vacuumed or analyzed.
    // Planned when tables may still be empty: reading them whole must not look cheap
    {
      ...connection,
      max: HOT_CONNECTIONS,
      options: '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
    },
    log,
  );
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    connection,
    kysely,
    query: queryOn(pool),
    async once<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]) {
      return (await pool.query<Row>(text, values as unknown[])).rows;
    },
    hot: tryingAgain(queryOn(hotPool)),
    async hotTransaction(work) {
      const client = await hotPool.connect();
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
    },
    async alive() {
      try {
        await pool.query('select 1');
        return true;
      } catch {
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([kysely.destroy(), hotPool.end()]);
    },
  };
}

function openPool(connection: pg.PoolConfig, log: Log): pg.Pool {
  // two cores answer no faster with more, and bots' polls hold no connection while they wait
  const pool = new pg.Pool({ max: 10, application_name: 'argus supervisor', ...connection });
  // a lost idle connection is replaced at the next use; without a listener it would end the process
  pool.on('error', (error) => log.warn({ err: error }, 'lost an idle database connection'));
  // so would one that is in use: between two statements of a transaction nobody else listens
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
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
