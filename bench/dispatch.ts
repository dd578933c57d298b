import { setTimeout as wait } from 'node:timers/promises';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isEnded, type Job } from '@argus/contract';
import { measureBare, type Bare } from './bare.ts';
import { readStamp, STAMP_SCRIPT, wallClockMs } from './clock.ts';
import { HttpConnection, requestBytes, sendJson } from './http.ts';
import type { Report } from './report.ts';
import { CUSTOMER, type Server } from './server.ts';
import { median, quantile } from './statistics.ts';

/** Rounds take turns, bare and ours: the speed of a shared machine drifts. */
const ROUNDS = 10;
const PER_ROUND = 10;
const WARM_UP = 20;
/** Nothing is looked at meanwhile, so that looking does not slow the start down; milliseconds. */
const UNDISTURBED_MS = 25;
const LOOK_EVERY_MS = 10;
/** After a job's end the bot waits for the next one; milliseconds. */
const SETTLE_MS = 30;

/** From the request that makes a job until its script runs, beside a bare start of the same script. */
export async function dispatch(server: Server, report: Report): Promise<void> {
  const program = join(server.scratch, 'stamp.sh');
  await writeFile(program, STAMP_SCRIPT);
  await chmod(program, 0o755);
  const script = await server.client.createScript({
    body: { filename: 'stamp.sh', content: STAMP_SCRIPT },
  });
  const task = await server.client.createTask({
    body: {
      name: 'stamp',
      host_id: server.bot,
      script_id: script.id,
      task_arguments: [{ type: 'input', order: 0, label: 'file', required: true }],
    },
  });
  using connection = await HttpConnection.open(server.url);
  const runOnce = (index: number) =>
    runStamp(server, connection, task.id, join(server.scratch, `job.${index}`));

  for (let index = 0; index < WARM_UP; index++) await runOnce(index);
  await measureBare('true', '1');

  const bareTrue: Bare[] = [];
  const bareScript: Bare[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bareTrue.push(await measureBare('true', String(PER_ROUND)));
    bareScript.push(await measureBare('script', String(PER_ROUND), program, server.scratch));
    for (let index = 0; index < PER_ROUND; index++)
      ours.push(await runOnce(WARM_UP + round * PER_ROUND + index));
  }
  const spawnTrue = bareTrue.flatMap(({ values }) => values);
  const spawnScript = bareScript.flatMap(({ values }) => values);
  const bare = [...bareTrue, ...bareScript].map(({ rssMb }) => rssMb);
  const n = ours.length;
  report.line({ name: 'bare_rss_mb', value: Math.max(...bare), unit: 'MB', n: bare.length });
  report.line({ name: 'spawn_p50_ms', value: median(spawnTrue), unit: 'ms', n });
  report.line({ name: 'spawn_script_p50_ms', value: median(spawnScript), unit: 'ms', n });
  report.line({ name: 'spawn_script_p99_ms', value: quantile(spawnScript, 0.99), unit: 'ms', n });
  report.line({ name: 'dispatch_p50_ms', value: median(ours), unit: 'ms', n });
  report.line({ name: 'dispatch_p99_ms', value: quantile(ours, 0.99), unit: 'ms', n });
  report.line({
    name: 'dispatch_over_spawn_ms',
    value: median(ours) - median(spawnScript),
    unit: 'ms',
    n,
  });
}

/** Runs the job on an idle system; milliseconds from just before the request until the script read the clock. */
async function runStamp(
  server: Server,
  connection: HttpConnection,
  taskId: string,
  stampFile: string,
): Promise<number> {
  const { url, token } = server;
  const create = requestBytes('POST', `${url}/${CUSTOMER}/task/${taskId}/job`, {
    token,
    body: { task_arguments: [stampFile] },
  });
  const begin = wallClockMs();
  const { id } = (await sendJson(connection, create)) as Job;
  await wait(UNDISTURBED_MS);
  const look = requestBytes('GET', `${url}/${CUSTOMER}/job/${id}`, { token });
  let job: Job;
  do {
    await wait(LOOK_EVERY_MS);
    job = (await sendJson(connection, look)) as Job;
  } while (!isEnded(job.lifecycle));
  if (job.state !== 'success') throw new Error(`the job ended as ${job.state}: ${job.reason}`);
  const stamp = await readStamp(stampFile);
  await wait(SETTLE_MS);
  return stamp - begin;
}
