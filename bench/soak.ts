/**
 * `npm run bench:soak`: whether Argus stays as it is when it is used for long. An hour (`--minutes 60`) with 200 jobs per
 * second, made over the API and run by fake bots, must leave memory and tables where they were; then a million ended
 * jobs (`--delete 1000000`) become too old to be kept, and must go without holding up dispatch. Each minute is printed,
 * and what became of it at the end.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openConnections, requestBytes, sendJson } from './http.ts';
import { openProbe, type Probe } from './probe.ts';
import { pssMb, treeOf, listProcesses } from './processes.ts';
import { LANES, makeFleet, MAX_EVENTS, type FleetBot } from './queue.ts';
import type { QueueOrder } from './queue-bots.ts';
import { createReport, type Report } from './report.ts';
import { addEndedJobs, addTasks, addScript, firstCustomer, inHalves, withDatabase } from './rows.ts';
import { CUSTOMER, startServer, type Server } from './server.ts';
import { tablesOf, type Tables } from './tables.ts';
import { median, quantile } from './statistics.ts';

const BOTS = 50;
const SLOTS = 8;
const JOBS_PER_S = 200;
const CREATE_EVERY_MS = 50;
const CONNECTIONS = 10;
/** Ended jobs that each task keeps: from the second minute on as many go as come. */
const KEPT = 200;
const LOG = 'one line of output\n'.repeat(5);
const MINUTE_MS = 60_000;
/** How much of the run is warm-up, of which nothing is compared. */
const WARM_UP = 1 / 3;
/** How much of the rest is compared, its beginning with its end. */
const COMPARED = 1 / 8;
/** Dispatch without deletion, beside it; milliseconds. */
const CALM_MS = 20_000;
const DELETE_TASKS = 100;

/** One minute as it was. */
interface Minute {
  supervisorMb: number;
  postgresMb: number;
  tables: Tables;
  dispatchMs: number[];
}

async function soak(server: Server, report: Report, minutes: number): Promise<void> {
  const fleet = await makeFleet(server, BOTS, KEPT);
  await using bots = startBots(server, fleet);
  await using probe = await openProbe(server);
  await using making = makeJobs(server, fleet);
  const past: Minute[] = [];
  for (let number = 1; number <= minutes; number++) {
    const before = making.made();
    await Promise.race([wait(MINUTE_MS), bots.failure, probe.failure, making.failure]);
    const minute = await look(server, probe);
    past.push(minute);
    const { supervisorMb, postgresMb, tables, dispatchMs } = minute;
    report.say(
      `minute ${number}: ${Math.round((making.made() - before) / 60)} jobs/s made, ${tables.waiting} wait; dispatch p50 ${median(dispatchMs).toFixed(1)} ms, ` +
        `p99 ${quantile(dispatchMs, 0.99).toFixed(1)} ms; supervisor ${supervisorMb.toFixed(0)} MB, PostgreSQL ${postgresMb.toFixed(0)} MB; ${tables.text}`,
    );
  }
  const settled = past.slice(Math.floor(minutes * WARM_UP));
  const some = Math.max(1, Math.floor(settled.length * COMPARED));
  const [first, last] = [settled.slice(0, some), settled.slice(-some)];
  const of = (minutes: Minute[], value: (minute: Minute) => number) => median(minutes.map(value));
  const growth = (value: (minute: Minute) => number) => of(last, value) - of(first, value);
  const ratio = (value: (minute: Minute) => number) => of(last, value) / of(first, value);
  const n = making.made();
  const line = (name: string, value: number, unit: string) => report.line({ name, value, unit, n });
  line('soak_jobs_per_s', n / (minutes * 60), '1/s');
  line(
    'soak_waiting_jobs',
    of(last, ({ tables }) => tables.waiting),
    '',
  );
  line(
    'soak_supervisor_growth_mb',
    growth(({ supervisorMb }) => supervisorMb),
    'MB',
  );
  line(
    'soak_postgres_growth_mb',
    growth(({ postgresMb }) => postgresMb),
    'MB',
  );
  line(
    'soak_tables_mb',
    of(last, ({ tables }) => tables.mb),
    'MB',
  );
  line(
    'soak_tables_growth',
    ratio(({ tables }) => tables.mb),
    'x',
  );
  line(
    'soak_dispatch_growth',
    ratio(({ dispatchMs }) => median(dispatchMs)),
    'x',
  );
}

async function look(server: Server, probe: Probe): Promise<Minute> {
  const postgres = treeOf(await server.postgresPid(), await listProcesses());
  return {
    supervisorMb: await pssMb([server.pid]),
    postgresMb: await pssMb(postgres),
    tables: await withDatabase(server, tablesOf),
    dispatchMs: probe.take(),
  };
}

/** Fake bots in a process of their own, until disposed. */
function startBots(
  server: Server,
  fleet: readonly FleetBot[],
): AsyncDisposable & { failure: Promise<never> } {
  const child = fork(new URL(import.meta.resolve('./queue-bots.ts')).pathname);
  const exited = once(child, 'exit');
  const failure = exited.then((): never => {
    throw new Error('the fake bots ended; their message is above');
  });
  failure.catch(() => undefined);
  child.send({
    urls: [server.url],
    credentials: fleet.map(({ credential }) => credential),
    slots: SLOTS,
    lanes: LANES,
    maxEvents: MAX_EVENTS,
    jobs: Number.MAX_SAFE_INTEGER,
    log: LOG,
  } satisfies QueueOrder);
  return {
    failure,
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

/** Makes jobs at an even pace until disposed. */
function makeJobs(
  server: Server,
  fleet: readonly FleetBot[],
): AsyncDisposable & { made(): number; failure: Promise<void> } {
  const { url, token } = server;
  const requests = fleet.map(({ task }) =>
    requestBytes('POST', `${url}/${CUSTOMER}/task/${task}/job`, { token, body: {} }),
  );
  let made = 0;
  let asked = 0;
  const stopping = new AbortController();
  async function make(): Promise<void> {
    using open = await openConnections(url, CONNECTIONS);
    const begin = performance.now();
    while (!stopping.signal.aborted) {
      const due = Math.floor(((performance.now() - begin) / 1000) * JOBS_PER_S);
      await Promise.all(
        open.connections.map(async (connection) => {
          while (asked < due) {
            await sendJson(connection, requests[asked++ % requests.length] as Buffer);
            made++;
          }
        }),
      );
      await wait(CREATE_EVERY_MS);
    }
  }
  const failure = make();
  failure.catch(() => undefined);
  return {
    made: () => made,
    failure,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await failure.catch(() => undefined);
      // what is made is also run: a bot that vanishes with jobs would trouble what comes next
      await withDatabase(server, async (database) => {
        while ((await tablesOf(database)).open > 0) await wait(CREATE_EVERY_MS);
      });
    },
  };
}

/** Deletes many jobs that are past their keeping, as the supervisor does by itself, and looks at dispatch meanwhile. */
async function deleteMany(server: Server, report: Report, count: number): Promise<void> {
  const bot = server.bot;
  const tasks = await withDatabase(server, async (database) => {
    const customer = await firstCustomer(database);
    const script = await addScript(database, customer);
    const rows = { hosts: [bot], count: DELETE_TASKS, multitasking: true, script, salt: 'old' };
    const tasks = await addTasks(database, customer, rows);
    // kept for now: their time comes below
    await database.query(
      'update tasks set retention_days = 36500, retention_jobs = 10000000 where id = any($1)',
      [tasks],
    );
    await inHalves(server, tasks, (connection, half) =>
      addEndedJobs(connection, half, count / 2, { daysAgo: 100 }),
    );
    await database.query('vacuum analyze');
    return tasks;
  });
  report.say(`${count.toLocaleString('en')} old jobs are written`);
  await using probe = await openProbe(server);
  await Promise.race([wait(CALM_MS), probe.failure]);
  const calm = probe.take();
  await withDatabase(server, async (database) => {
    const left = async () => {
      const { rows } = await database.query<{ left: number }>(
        'select count(*)::integer as left from jobs where task_id = any($1)',
        [tasks],
      );
      return rows[0]?.left ?? 0;
    };
    await database.query('update tasks set retention_days = 90 where id = any($1)', [tasks]);
    while ((await left()) === count) await Promise.race([wait(500), probe.failure]);
    probe.take();
    const begin = performance.now();
    const from = await left();
    const deleting: number[] = [];
    for (let now = from; now > 0; now = await left()) {
      report.say(`${now.toLocaleString('en')} old jobs are left`);
      await Promise.race([wait(Math.min(MINUTE_MS, 5_000)), probe.failure]);
      deleting.push(...probe.take());
    }
    const seconds = (performance.now() - begin) / 1000;
    const line = (name: string, value: number, unit: string, n: number) =>
      report.line({ name, value, unit, n });
    line('soak_deleted_per_s', from / seconds, '1/s', from);
    line('soak_calm_dispatch_p50_ms', median(calm), 'ms', calm.length);
    line('soak_calm_dispatch_p99_ms', quantile(calm, 0.99), 'ms', calm.length);
    line('soak_deleting_dispatch_p50_ms', median(deleting), 'ms', deleting.length);
    line('soak_deleting_dispatch_p99_ms', quantile(deleting, 0.99), 'ms', deleting.length);
    line('soak_deleting_over_calm', median(deleting) / median(calm), 'x', deleting.length);
  });
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, delete: { type: 'string', default: '1000000' } },
});
const [minutes, count] = [Number(values.minutes), Number(values.delete)];
if (!Number.isInteger(minutes) || minutes < 2) throw new Error('--minutes takes a whole number from 2 on');
if (!Number.isInteger(count / 2) || count < 0) throw new Error('--delete takes an even number of jobs');
const report = createReport();
report.say('a supervisor starts on new data');
await using server = await startServer();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void server[Symbol.asyncDispose]().then(() => process.exit(1)));
await soak(server, report, minutes);
if (count > 0) await deleteMany(server, report, count);
report.compare();
