import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { measureBare } from './bare.ts';
import { wallClockMs } from './clock.ts';
import { openConnections, requestBytes, sendJson } from './http.ts';
import { shareOut } from './load.ts';
import type { Report } from './report.ts';
import { withDatabase } from './rows.ts';
import { CUSTOMER, SLOTS, type Server } from './server.ts';
import { median, quantile } from './statistics.ts';

const RUNS = 60;
const WARM_UP = 10;
const TOGETHER = 200;
const SPAWNS = 20;
/** Nothing is looked at meanwhile, so that looking does not slow a run down; milliseconds. */
const UNDISTURBED_MS = 60;
const LOOK_EVERY_MS = 10;
const SETTLE_MS = 20;

/** A workflow of three scripts that do nothing: one run from its call to its end, and many together. */
export async function workflows(server: Server, report: Report): Promise<void> {
  const { client, url, token, bot } = server;
  const script = await client.createScript({ body: { filename: 'nothing', content: '#!/bin/true\n' } });
  const { id: task } = await client.createTask({
    body: { name: 'a step', host_id: bot, script_id: script.id, run_as: '/bin/true %script%' },
  });
  const { id } = await client.createWorkflow({
    body: {
      name: 'three steps',
      steps: ['a', 'b', 'c'].map((step) => ({ id: step, task })),
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
    },
  });
  const create = requestBytes('POST', `${url}/${CUSTOMER}/workflow/${id}/job`, { token, body: {} });
  await withDatabase(server, async (database) => {
    using open = await openConnections(url, SLOTS);
    const [connection] = open.connections;
    if (connection === undefined) throw new Error('there is no connection');
    const runOnce = async () => {
      const begin = wallClockMs();
      const run = (await sendJson(connection, create)) as { id: string };
      await wait(UNDISTURBED_MS);
      const took = (await endOf(database, run.id)) - begin;
      await wait(SETTLE_MS);
      return took;
    };
    for (let index = 0; index < WARM_UP; index++) await runOnce();
    const spawns = (await measureBare('true', String(SPAWNS))).values;
    const times: number[] = [];
    for (let index = 0; index < RUNS; index++) times.push(await runOnce());
    spawns.push(...(await measureBare('true', String(SPAWNS))).values);

    const begin = performance.now();
    await shareOut(
      open.connections.map((one) => () => sendJson(one, create)),
      TOGETHER,
    );
    while (await isUnderWay(database, id)) await wait(LOOK_EVERY_MS);
    const perSecond = TOGETHER / ((performance.now() - begin) / 1000);
    const line = (name: string, value: number, unit: string, n = RUNS) =>
      report.line({ name, value, unit, n });
    line('workflow3_p50_ms', median(times), 'ms');
    line('workflow3_p99_ms', quantile(times, 0.99), 'ms');
    // six bare starts, and 20 ms for all the rest
    line('workflow3_over_target', median(times) / (6 * median(spawns) + 20), 'x');
    line('workflow3_per_s', perSecond, '1/s', TOGETHER);
  });
}

/** When a run ended, milliseconds since 1970. */
async function endOf(database: pg.Client, id: string): Promise<number> {
  for (;;) {
    const { rows } = await database.query<{ at: string | null }>(
      'select extract(epoch from finished_at) * 1000 as at from workflow_runs where id = $1',
      [id],
    );
    if (rows[0]?.at) return Number(rows[0].at);
    await wait(LOOK_EVERY_MS);
  }
}

async function isUnderWay(database: pg.Client, workflowId: string): Promise<boolean> {
  const { rows } = await database.query(
    'select 1 from workflow_runs where workflow_id = $1 and finished_at is null limit 1',
    [workflowId],
  );
  return rows.length > 0;
}
