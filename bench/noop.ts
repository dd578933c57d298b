import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { measureBare } from './bare.ts';
import { openConnections, requestBytes, sendJson } from './http.ts';
import { shareOut } from './load.ts';
import type { Report } from './report.ts';
import { withDatabase } from './rows.ts';
import { CUSTOMER, SLOTS, type Server } from './server.ts';
import { median } from './statistics.ts';

const ROUNDS = 3;
const JOBS = 1000;
const WARM_UP_JOBS = 200;
const SPAWNS = 500;
const LOOK_EVERY_MS = 20;

/** How many jobs of `/bin/true` one bot runs per second, beside bare starts of the same. */
export async function noop(server: Server, report: Report): Promise<void> {
  const script = await server.client.createScript({
    body: { filename: 'nothing', content: '#!/bin/true\n' },
  });
  const task = await server.client.createTask({
    body: { name: 'nothing', host_id: server.bot, script_id: script.id, run_as: '/bin/true %script%' },
  });
  await withDatabase(server, async (database) => {
    const runJobs = (count: number) => jobsPerSecond(server, database, task.id, count);
    await runJobs(WARM_UP_JOBS);
    const spawns: number[] = [];
    const jobs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      spawns.push(...(await measureBare('rate', String(SPAWNS))).values);
      jobs.push(await runJobs(JOBS));
    }
    report.line({ name: 'spawn_per_s', value: median(spawns), unit: '1/s', n: ROUNDS * SPAWNS });
    report.line({ name: 'noop_jobs_per_s', value: median(jobs), unit: '1/s', n: ROUNDS * JOBS });
    report.line({ name: 'noop_over_spawn', value: median(jobs) / median(spawns), unit: 'x', n: ROUNDS });
  });
}

/** From the first submit to the last end. */
async function jobsPerSecond(
  server: Server,
  database: pg.Client,
  taskId: string,
  count: number,
): Promise<number> {
  const { url, token } = server;
  const create = requestBytes('POST', `${url}/${CUSTOMER}/task/${taskId}/job`, { token, body: {} });
  using open = await openConnections(url, SLOTS);
  const begin = performance.now();
  await shareOut(
    open.connections.map((connection) => () => sendJson(connection, create)),
    count,
  );
  while (await hasOpenJobs(database, server.bot)) await wait(LOOK_EVERY_MS);
  const seconds = (performance.now() - begin) / 1000;
  await assertSuccess(database, taskId);
  return count / seconds;
}

/** Asks the store itself, by the indexes of the queue: listing over the API would cost what is measured. */
async function hasOpenJobs(database: pg.Client, hostId: string): Promise<boolean> {
  const { rows } = await database.query<{ open: boolean }>({
    name: 'open_jobs',
    text: `select exists (select from jobs where host_id = $1 and lifecycle = 'ready' and not exclusive)
             or exists (select from jobs where host_id = $1 and lifecycle in ('assigned', 'started')) as open`,
    values: [hostId],
  });
  return rows[0]?.open ?? false;
}

async function assertSuccess(database: pg.Client, taskId: string): Promise<void> {
  const { rows } = await database.query<{ state: string; count: number }>(
    `select state, count(*)::integer as count from jobs where task_id = $1 and state <> 'success' group by state`,
    [taskId],
  );
  if (rows.length > 0) throw new Error(`jobs did not end well: ${JSON.stringify(rows)}`);
}
