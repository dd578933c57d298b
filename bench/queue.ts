import { fork } from 'node:child_process';
import { once } from 'node:events';
import type pg from 'pg';
import { openConnections, requestBytes, sendJson } from './http.ts';
import { shareOut } from './load.ts';
import type { QueueOrder, QueueResult } from './queue-bots.ts';
import type { Report } from './report.ts';
import { withDatabase } from './rows.ts';
import { CUSTOMER, startPeer, type Server } from './server.ts';
import { median } from './statistics.ts';

const SLOTS = 400;
/** Rounds take turns, as the speed of a shared machine drifts; each 10 s PostgreSQL cleans up within one of them. */
const ROUNDS = 4;
/** A round begins with an answer for each bot: with fewer jobs than these that counts where there are many. */
const JOBS = 12_000;
/** Ended jobs that a task keeps: all of them, so that they can be counted. */
const KEPT = 1_000_000;
/** The first thousands go at half the rate: what they run is not compiled yet. */
const WARM_UP_JOBS = 3_000;
/** Each of two supervisors makes a half of the backlog. */
const CREATORS = 16;
/** Requests with events that a bot has under way at once, and events in one at most. */
export const LANES = 2;
export const MAX_EVENTS = 200;

/**
 * How many jobs per second go through two supervisors on one PostgreSQL when starting a process costs nothing: fake
 * bots speak the bot's own protocol over HTTP, and tell start and end of each run. With 400 slots on one bot, and with
 * 8 on each of 50. The jobs are made beforehand over the API; counted is from the first hand-out to the last accepted
 * end.
 */
export async function queue(server: Server, report: Report): Promise<void> {
  await using peer = await startPeer(server);
  const urls = [server.url, peer.url];
  await withDatabase(server, async (database) => {
    const fleets = [await makeFleet(server, 1), await makeFleet(server, 50)];
    const rates = fleets.map((): number[] => []);
    let failed = 0;
    using bots = startBots();
    const round = (fleet: readonly FleetBot[], jobs: number) =>
      runThrough({ server, urls, database, bots, fleet, jobs });
    for (const fleet of fleets) await round(fleet, WARM_UP_JOBS);
    for (let number = 0; number < ROUNDS; number++) {
      for (const [index, fleet] of fleets.entries()) {
        const { perSecond, failures } = await round(fleet, JOBS);
        rates[index]?.push(perSecond);
        failed += failures;
      }
    }

    const [one, fifty] = rates as [number[], number[]];
    const n = ROUNDS * JOBS;
    report.line({ name: 'queue_jobs_per_s', value: median(one), unit: '1/s', n });
    report.line({ name: 'queue_50_jobs_per_s', value: median(fifty), unit: '1/s', n });
    // of rounds that followed each other
    const ratios = fifty.map((rate, number) => rate / (one[number] as number));
    report.line({ name: 'queue_50_over_1', value: median(ratios), unit: 'x', n: ROUNDS });
    report.line({ name: 'queue_failed_requests', value: failed, unit: '', n: 2 * n });
    for (const { bot } of fleets.flat()) await server.client.deleteHost({ params: { id: bot } });
  });
}

export interface FleetBot {
  bot: string;
  credential: string;
  task: string;
}

/** Bots that have enrolled, each with a task of its own. */
export async function makeFleet({ client }: Server, size: number, kept = KEPT): Promise<FleetBot[]> {
  const script = await client.createScript({
    body: { filename: `queue-${size}`, content: '#!/bin/true\n' },
  });
  const fleet: FleetBot[] = [];
  for (let number = 1; number <= size; number++) {
    const hostname = `queue-${size}-${number}`;
    const { code } = await client.createEnrollment({ body: { hostname } });
    const { host_id, credential } = await client.enrollBot({ body: { code, hostname } });
    const task = await client.createTask({
      body: { name: hostname, host_id, script_id: script.id, retention_jobs: kept },
    });
    fleet.push({ bot: host_id, credential, task: task.id });
  }
  return fleet;
}

interface Round {
  server: Server;
  urls: string[];
  database: pg.Client;
  bots: Bots;
  fleet: readonly FleetBot[];
  jobs: number;
}

/** How a backlog went through. @throws where a job did not end exactly once and well */
async function runThrough({
  server,
  urls,
  database,
  bots,
  fleet,
  jobs,
}: Round): Promise<{ perSecond: number; failures: number }> {
  const before = await countEnded(database, fleet);
  await makeJobs(server, urls, fleet, jobs);
  const { ms, failures } = await bots.workOff({
    urls,
    credentials: fleet.map(({ credential }) => credential),
    slots: SLOTS / fleet.length,
    lanes: LANES,
    maxEvents: MAX_EVENTS,
    jobs,
  });
  const ended = (await countEnded(database, fleet)) - before;
  if (ended !== jobs) throw new Error(`of ${jobs} jobs ${ended} ended once and well`);
  return { perSecond: (jobs / ms) * 1000, failures };
}

async function makeJobs(
  { token }: Server,
  urls: readonly string[],
  fleet: readonly FleetBot[],
  jobs: number,
): Promise<void> {
  await Promise.all(
    urls.map(async (url) => {
      const requests = fleet.map(({ task }) =>
        requestBytes('POST', `${url}/${CUSTOMER}/task/${task}/job`, { token, body: {} }),
      );
      let next = 0;
      using open = await openConnections(url, CREATORS);
      await shareOut(
        open.connections.map(
          (connection) => () => sendJson(connection, requests[next++ % requests.length] as Buffer),
        ),
        jobs / urls.length,
      );
    }),
  );
}

/** A process of fake bots, the same for all rounds: what it runs is compiled once. */
interface Bots extends Disposable {
  /** Has bots work off what waits for them. @throws where the process ends without a result */
  workOff(order: QueueOrder): Promise<QueueResult>;
}

function startBots(): Bots {
  const child = fork(new URL(import.meta.resolve('./queue-bots.ts')).pathname);
  const exited = once(child, 'exit').then(() => {
    throw new Error('the fake bots failed; their message is above');
  });
  // whoever waits for a result hears of it
  exited.catch(() => {});
  return {
    async workOff(message) {
      const result = once(child, 'message');
      child.send(message);
      return ((await Promise.race([result, exited])) as [QueueResult])[0];
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

/** Jobs of the fleet that ended well, by the one attempt that they had. @throws where one ended in another way */
async function countEnded(database: pg.Client, fleet: readonly FleetBot[]): Promise<number> {
  const { rows } = await database.query<{ jobs: number; well: number }>(
    `select count(*)::integer as jobs,
       (count(*) filter (where j.state = 'success' and j.started_at is not null and a.attempts = 1 and a.exited = 1))::integer as well
     from jobs j cross join lateral (
       select count(*) as attempts, count(*) filter (where outcome = 'exit_code') as exited from attempts where job_id = j.id
     ) a
     where j.task_id = any($1)`,
    [fleet.map(({ task }) => task)],
  );
  const { jobs, well } = rows[0] as { jobs: number; well: number };
  if (jobs !== well) {
    const { rows: odd } = await database.query(
      `select j.lifecycle, j.state, j.reason, j.attempt, a.outcome, a.log_seq, a.delivered, a.finished_at is null as open, count(*)::integer
       from jobs j left join attempts a on a.job_id = j.id
       where j.task_id = any($1) and (j.state <> 'success' or a.outcome is distinct from 'exit_code' or j.started_at is null) group by 1, 2, 3, 4, 5, 6, 7, 8`,
      [fleet.map(({ task }) => task)],
    );
    throw new Error(`of ${jobs} jobs only ${well} ended once and well: ${JSON.stringify(odd)}`);
  }
  return well;
}
