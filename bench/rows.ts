import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { CUSTOMER, type Server } from './server.ts';

// Rows written past the API where that would take too long: what the columns mean is in the supervisor's migrations.

/** Uses a connection of its own to the supervisor's database; it does not outlive a restart of the server. */
export async function withDatabase<T>(server: Server, use: (database: pg.Client) => Promise<T>): Promise<T> {
  const database = new pg.Client(await server.database());
  // a lost connection fails its next statement; unheard, it would end the process with all servers left behind
  database.on('error', () => undefined);
  await database.connect();
  try {
    return await use(database);
  } finally {
    await database.end();
  }
}

/** Does work on both halves of a list at once, over two connections: a statement alone leaves one of two cores idle. */
export async function inHalves<T>(
  server: Server,
  list: readonly T[],
  work: (database: pg.Client, half: readonly T[]) => Promise<unknown>,
): Promise<void> {
  const halves = [list.filter((_, place) => place % 2 === 0), list.filter((_, place) => place % 2 === 1)];
  await Promise.all(halves.map((half) => withDatabase(server, (database) => work(database, half))));
}

export interface Customer {
  id: string;
  name: string;
}

export interface StoredBot {
  id: string;
  credential: string;
}

export function newId(): string {
  return Date.now().toString(16).padStart(12, '0') + randomBytes(6).toString('hex');
}

/** An SQL expression for an id as the server makes them: `from` and a millisecond for each number `n`, then what is random. */
export const idOf = (salt: string, from = '1790000000000'): string =>
  `lpad(to_hex(${from} + n), 12, '0') || substr(md5(${salt} || n::text), 1, 12)`;

/** A new secret, and what is stored of it. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: createHash('sha256').update(token).digest() };
}

/** The organization of the first start. */
export async function firstCustomer(database: pg.Client): Promise<Customer> {
  const { rows } = await database.query<Customer>('select id, name from customers where name = $1', [
    CUSTOMER,
  ]);
  return rows[0] as Customer;
}

/** Bots that have enrolled, named `prefix-1` and so on, each with a credential of its own. */
export async function addBots(
  database: pg.Client,
  { id: customer }: Customer,
  prefix: string,
  count: number,
): Promise<StoredBot[]> {
  const bots = Array.from({ length: count }, () => ({ id: newId(), tokenId: newId(), ...newToken() }));
  await database.query(
    `with bot as (
       select * from unnest($2::text[], $3::text[], $4::bytea[]) with ordinality as b(id, token_id, hash, number)
     ), host as (
       insert into hosts (id, customer_id, hostname) select id, $1, $5 || '-' || number from bot
     )
     insert into tokens (id, kind, hash, customer_id, host_id, name) select token_id, 'bot', hash, $1, id, $5 || '-' || number from bot`,
    [
      customer,
      bots.map(({ id }) => id),
      bots.map(({ tokenId }) => tokenId),
      bots.map(({ hash }) => hash),
      prefix,
    ],
  );
  return bots.map(({ id, token }) => ({ id, credential: token }));
}

/** Deletes the bots of `addBots`, with all that is theirs. */
export async function removeBots(database: pg.Client, { id }: Customer, prefix: string): Promise<void> {
  await database.query(`delete from hosts where customer_id = $1 and hostname like $2 || '-%'`, [id, prefix]);
}

/** A script without content. */
export async function addScript(database: pg.Client, { id: customer }: Customer): Promise<string> {
  const script = newId();
  await database.query(
    `with blob as (insert into blobs (sha256, size, data) values ($3, 0, '') on conflict do nothing)
     insert into scripts (id, customer_id, filename, version, sha256, size) values ($1, $2, 'bench.sh', 1, $3, 0)`,
    [script, customer, createHash('sha256').digest('hex')],
  );
  return script;
}

/** A script task of a bot as it is kept, and its first version. */
export interface TaskRows {
  hosts: readonly string[];
  count: number;
  multitasking: boolean;
  script: string;
  /** Makes the ids other than those of another call. */
  salt: string;
}

/** Tasks that take turns on these bots. Answers their ids, in order. */
export async function addTasks(
  database: pg.Client,
  { id: customer }: Customer,
  { hosts, count, multitasking, script, salt }: TaskRows,
): Promise<string[]> {
  const { rows } = await database.query<{ id: string }>(
    `with task as (
       insert into tasks (id, customer_id, name, host_id, script_id, multitasking, secret_hash, secret_cipher)
       select ${idOf('$1::text')}, $2, $1 || ' ' || n, ($3::text[])[1 + n % cardinality($3::text[])], $4, $5, '\\x00', '\\x00'
       from generate_series(1, $6::integer) as n
       returning id
     ), version as (
       insert into task_versions (task_id, version, run_as, task_arguments, timeout, result_rule)
       select id, 1, 'bash %script%', '[]', 600, 'exit_code' from task
     )
     select id from task order by id`,
    [salt, customer, hosts, script, multitasking, count],
  );
  return rows.map(({ id }) => id);
}

/** So many jobs that wait for the bots of their tasks, which take turns; older than any that is made later. */
export async function addWaitingJobs(
  database: pg.Client,
  tasks: readonly string[],
  count: number,
): Promise<void> {
  await database.query(
    `insert into jobs (id, customer_id, task_id, task_version, name, host_id, lifecycle, exclusive, timeout,
       script_id, script_version, script_sha256, script_filename, script_size, origin, started_by)
     select ${idOf('$1::text')}, t.customer_id, t.id, t.version, t.name, t.host_id, 'ready', not t.multitasking, 600,
       s.id, s.version, s.sha256, s.filename, s.size, 'api', 'token "bench"'
     from generate_series(1, $3::integer) as n
     join unnest($2::text[]) with ordinality as o(task_id, number) on o.number = 1 + n % cardinality($2::text[])
     join tasks t on t.id = o.task_id join scripts s on s.id = t.script_id`,
    [tasks[0], tasks, count],
  );
}

/** So many jobs that ended well some days ago, as they are kept: each with its one attempt, of tasks that take turns. */
export async function addEndedJobs(
  database: pg.Client,
  tasks: readonly string[],
  count: number,
  { daysAgo = 0 } = {},
): Promise<void> {
  await database.query(
    `with job as (
       insert into jobs (id, customer_id, task_id, task_version, name, host_id, lifecycle, state, reason_code, reason, exit_code, timeout,
         arguments, output, origin, started_by, acls, attempt, created_at, assigned_at, started_at, finished_at)
       select ${idOf('$1::text', '(extract(epoch from at) * 1000)::bigint - $3')}, t.customer_id, t.id, 1, t.name, t.host_id, 'finished', 'success', 'exit_code', 'exit code 0', 0, 600,
         '["90"]', '["a line of output"]', 'api', 'token "bench"', array['user', 'team:ops'], 1, at, at, at, at
       from generate_series(1, $3::integer) as n
       join unnest($2::text[]) with ordinality as o(task_id, number) on o.number = 1 + n % cardinality($2::text[])
       join tasks t on t.id = o.task_id cross join (select now() - make_interval(days => $4)) as past(at)
       returning id, customer_id, host_id, finished_at
     )
     insert into attempts (job_id, attempt, customer_id, host_id, lease, delivered, finished_at, outcome, log_bytes, log_lines)
     select id, 1, customer_id, host_id, id, true, finished_at, 'exited', 1000, 20 from job`,
    [tasks[0], tasks, count, daysAgo],
  );
}
