import type pg from 'pg';
import { openConnections, requestBytes, type HttpConnection } from './http.ts';
import type { Report } from './report.ts';
import {
  addEndedJobs,
  addScript,
  idOf,
  inHalves,
  newId,
  newToken,
  withDatabase,
  type Customer,
} from './rows.ts';
import type { Server } from './server.ts';
import { median } from './statistics.ts';

const FEW = 1_000;
const TASKS = 10_000;
const JOBS = 1_000_000;
const PAGE = 100;
const ROUNDS = 150;
const WARM_UP_ROUNDS = 20;

/**
 * How long a page of 100 takes out of very many, beside the same page out of 1,000: an index leads to a page, so how
 * much lies beside it must not matter. Organizations with few and with many share the tables; their pages are asked
 * for in turns over one connection, so that whatever else the machine does strikes all alike.
 */
export async function lists(server: Server, report: Report): Promise<void> {
  await withDatabase(server, async (database) => {
    const few = await addCustomer(database, 'bench-few');
    const many = await addCustomer(database, 'bench-many');
    await fill(server, database, few, FEW, FEW);
    report.say(`  ${TASKS.toLocaleString('en')} tasks and ${JOBS.toLocaleString('en')} jobs are written`);
    await fill(server, database, many, TASKS, JOBS);
    await database.query('vacuum analyze');

    const deep = await middleOf(database, many.id, 'jobs');
    const pages = {
      fewTasks: pageOf(server, few, 'task'),
      manyTasks: pageOf(server, many, 'task'),
      fewJobs: pageOf(server, few, 'job'),
      manyJobs: pageOf(server, many, 'job'),
      deepJobs: pageOf(server, many, 'job', deep),
    };
    const ms = await timesOf(server.url, pages);
    const line = (name: string, value: number, unit = 'ms') => report.line({ name, value, unit, n: ROUNDS });
    line('list_1k_tasks_ms', ms.fewTasks);
    line('list_10k_tasks_ms', ms.manyTasks);
    line('list_10k_tasks_over_1k', ms.manyTasks / ms.fewTasks, 'x');
    line('list_1k_jobs_ms', ms.fewJobs);
    line('list_1m_jobs_ms', ms.manyJobs);
    line('list_1m_jobs_deep_ms', ms.deepJobs);
    line('list_1m_jobs_over_1k', Math.max(ms.manyJobs, ms.deepJobs) / ms.fewJobs, 'x');
  });
}

export interface Caller extends Customer {
  token: string;
}

/** A new organization with an admin's token. */
export async function addCustomer(database: pg.Client, name: string): Promise<Caller> {
  const { token, hash } = newToken();
  const [id, tokenId] = [newId(), newId()];
  await database.query('insert into customers (id, name, display_name) values ($1, $2, $2)', [id, name]);
  await database.query(
    `insert into tokens (id, kind, hash, customer_id, name, role) values ($1, 'integration', $2, $3, 'bench', 'admin')`,
    [tokenId, hash, id],
  );
  return { id, name, token };
}

const ID = idOf('$1::text');

/** Writes rows as they are after some months: ended jobs with their one attempt, spread over 100 tasks. */
export async function fill(
  server: Server,
  database: pg.Client,
  customer: Customer,
  tasks: number,
  jobs: number,
): Promise<void> {
  const { id } = customer;
  const host = newId();
  await database.query(`insert into hosts (id, customer_id, hostname) values ($1, $2, 'bench')`, [host, id]);
  const script = await addScript(database, customer);
  await database.query(
    `insert into tasks (id, customer_id, name, host_id, script_id, acls, tags, secret_hash, secret_cipher)
     select ${ID}, $1, 'Task ' || n, $2, $4, array['user', 'team:ops'], array['bench'], '\\x00', '\\x00' from generate_series(1, $3::integer) as n`,
    [id, host, tasks, script],
  );
  await database.query(
    `insert into task_versions (task_id, version, run_as, task_arguments, timeout, result_rule)
     select id, 1, 'bash %script%', '[]', 600, 'exit_code' from tasks where customer_id = $1`,
    [id],
  );
  const { rows } = await database.query<{ id: string }>(
    'select id from tasks where customer_id = $1 order by id limit 100',
    [id],
  );
  const ids = rows.map((row) => row.id);
  await inHalves(server, ids, (connection, half) => addEndedJobs(connection, half, jobs / 2));
}

async function middleOf(database: pg.Client, customerId: string, table: 'jobs' | 'tasks'): Promise<string> {
  const { rows } = await database.query<{ id: string }>(
    `select id from ${table} where customer_id = $1 order by id offset (select count(*) / 2 from ${table} where customer_id = $1) limit 1`,
    [customerId],
  );
  return (rows[0] as { id: string }).id;
}

function pageOf({ url }: Server, { name, token }: Caller, what: 'task' | 'job', cursor?: string): Buffer {
  const after = cursor === undefined ? '' : `&cursor=${cursor}`;
  return requestBytes('GET', `${url}/${name}/${what}?limit=${PAGE}${after}`, { token });
}

/** Milliseconds at the median of each request, asked in turns. @throws where an answer is no full page */
async function timesOf<K extends string>(
  url: string,
  requests: Record<K, Buffer>,
): Promise<Record<K, number>> {
  using open = await openConnections(url, 1);
  const connection = open.connections[0] as HttpConnection;
  const entries = Object.entries(requests) as [K, Buffer][];
  const times = new Map<K, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [name, request] of entries) {
      const begin = performance.now();
      const { status, body } = await connection.send(request);
      const ms = performance.now() - begin;
      if (status !== 200) throw new Error(`${name} was answered ${status}: ${body.slice(0, 500)}`);
      if (round === 0 && (JSON.parse(body) as unknown[]).length !== PAGE)
        throw new Error(`${name} is no page of ${PAGE}`);
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return Object.fromEntries([...times].map(([name, ms]) => [name, median(ms)])) as Record<K, number>;
}
