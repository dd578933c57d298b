import pg from 'pg';
import { startBareServer } from './bare.ts';
import { openConnections, requestBytes, sendJson } from './http.ts';
import { rateOf, type Rate } from './load.ts';
import type { Report } from './report.ts';
import { CUSTOMER, type Server } from './server.ts';
import { median } from './statistics.ts';

const ROUNDS = 4;
const CONNECTIONS = 32;
const ROUND_MS = 1500;
const WARM_UP_MS = 1000;
/** Until what a job passes through is compiled, which takes some ten thousand of them. */
const CREATION_WARM_UP_MS = 4000;

/**
 * How many jobs are accepted per second, each answered after its commit, for a bot that never comes. Beside it what
 * its two halves could do at best: durable inserts of one row, and empty answers over HTTP to the same client.
 */
export async function accept(server: Server, report: Report): Promise<void> {
  await using inserts = await openInserts(server);
  await using answers = await openAnswers();
  await using creations = await openCreations(server);
  const loads = [inserts, answers, creations];

  for (const load of loads) await rateOf(load.workers, load === creations ? CREATION_WARM_UP_MS : WARM_UP_MS);
  const rates = loads.map((): Rate[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { workers }] of loads.entries()) rates[index]?.push(await rateOf(workers, ROUND_MS));

  const [insert, answer, creation] = rates.map((of) => ({
    perSecond: median(of.map(({ perSecond }) => perSecond)),
    n: of.reduce((sum, { n }) => sum + n, 0),
  })) as [Rate, Rate, Rate];
  report.line({ name: 'pg_insert_per_s', value: insert.perSecond, unit: '1/s', n: insert.n });
  report.line({ name: 'fastify_post_per_s', value: answer.perSecond, unit: '1/s', n: answer.n });
  report.line({ name: 'accept_per_s', value: creation.perSecond, unit: '1/s', n: creation.n });
  report.line({
    name: 'accept_over_insert',
    value: creation.perSecond / insert.perSecond,
    unit: 'x',
    n: ROUNDS,
  });
}

interface Load extends AsyncDisposable {
  workers: (() => Promise<unknown>)[];
}

/** Rows of about the size of a short log line, in a table of their own. */
async function openInserts(server: Server): Promise<Load> {
  const pool = new pg.Pool({ ...(await server.database()), max: CONNECTIONS });
  await pool.query('create table bench_rows (id bigint generated always as identity primary key, line text)');
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  const line = 'x'.repeat(100);
  const insert = { name: 'insert', text: 'insert into bench_rows (line) values ($1)', values: [line] };
  return {
    workers: clients.map((client) => () => client.query(insert)),
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.release();
      await pool.query('drop table bench_rows');
      await pool.end();
    },
  };
}

async function openAnswers(): Promise<Load> {
  const server = await startBareServer();
  const open = await openConnections(server.url, CONNECTIONS);
  const post = requestBytes('POST', `${server.url}/`, { body: {} });
  return {
    workers: open.connections.map((connection) => () => sendJson(connection, post)),
    async [Symbol.asyncDispose]() {
      open[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Jobs of a task whose bot has enrolled and never asked for work. */
async function openCreations({ client, url, token }: Server): Promise<Load> {
  const hostname = 'never-comes';
  const { code } = await client.createEnrollment({ body: { hostname } });
  const { host_id } = await client.enrollBot({ body: { code, hostname } });
  const script = await client.createScript({ body: { filename: 'waits', content: '#!/bin/true\n' } });
  const task = await client.createTask({ body: { name: 'waits', host_id, script_id: script.id } });
  const open = await openConnections(url, CONNECTIONS);
  const create = requestBytes('POST', `${url}/${CUSTOMER}/task/${task.id}/job`, { token, body: {} });
  return {
    workers: open.connections.map((connection) => () => sendJson(connection, create)),
    async [Symbol.asyncDispose]() {
      open[Symbol.dispose]();
      // what waits is canceled with its bot
      await client.deleteHost({ params: { id: host_id } });
    },
  };
}
