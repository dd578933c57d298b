import type pg from 'pg';
import type { Report } from './report.ts';
import { addEndedJobs, addScript, idOf, inHalves, newId, newToken, type Customer } from './rows.ts';
import type { Server } from './server.ts';

const TASKS = 10_000;
const JOBS = 1_000_000;

export interface Caller extends Customer {
  token: string;
}

/** Written once on each server: it takes half a minute and more. */
const written = new WeakMap<Server, Promise<Caller>>();

/** The organization of this server with very many tasks and jobs. */
export function crowd(server: Server, database: pg.Client, report: Report): Promise<Caller> {
  const customer = written.get(server) ?? write(server, database, report);
  written.set(server, customer);
  return customer;
}

async function write(server: Server, database: pg.Client, report: Report): Promise<Caller> {
  report.say(`  ${TASKS.toLocaleString('en')} tasks and ${JOBS.toLocaleString('en')} jobs are written`);
  const customer = await addCustomer(database, 'bench-many');
  await fill(server, database, customer, TASKS, JOBS);
  await database.query('vacuum analyze');
  return customer;
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
