import { setTimeout as wait } from 'node:timers/promises';
import { openFront } from './front.ts';
import { HttpConnection } from './http.ts';
import type { Report } from './report.ts';
import {
  addBots,
  addScript,
  addTasks,
  addWaitingJobs,
  firstCustomer,
  inHalves,
  withDatabase,
  type StoredBot,
} from './rows.ts';
import { startServer, type Server } from './server.ts';
import { median } from './statistics.ts';

const ROUNDS = 150;
const WARM_UP_ROUNDS = 20;
const QUARTER = 250_000;
const OTHER_BOTS = 100;
const OTHER_TASKS = 1_000;
/** Above that of the jobs that wait. */
const PRIORITY = 10;
/** Between two hand-outs, so that each is of a bot that waits; milliseconds. */
const SETTLE_MS = 10;

/**
 * How long a job takes from the request that makes it to the bot that waits for it while a million others wait, beside
 * the same with an empty queue: two stores, asked in turns. A quarter of the million waits for that very bot, of a task
 * that runs one at a time and is running; two quarters for a hundred bots that never come, one of them of tasks that run
 * one at a time. The last quarter waits for a second bot, which has no slot free: how long after an end it has the job
 * of the highest priority is measured beside.
 */
export async function claim(server: Server, report: Report): Promise<void> {
  const profile = server.profile === undefined ? {} : { profile: server.profile };
  await using crowded = await startServer(profile);
  await using empty = await startServer(profile);
  using stack = new DisposableStack();
  const begin = performance.now();
  const sides = {
    crowded: stack.use(await openSide(crowded, QUARTER)),
    empty: stack.use(await openSide(empty, 1)),
  };
  report.say(`  a million jobs wait after ${Math.round((performance.now() - begin) / 1000)} s`);

  const times = { crowded: newTimes(), empty: newTimes() };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const name of ['crowded', 'empty'] as const) {
      const [waiting, freed] = [await sides[name].waiting(), await sides[name].freed()];
      if (round < 0) continue;
      times[name].waiting.push(waiting);
      times[name].freed.push(freed);
    }
  }
  const ms = (name: keyof typeof times, what: 'waiting' | 'freed') => median(times[name][what]);
  const line = (name: string, value: number, unit = 'ms') => report.line({ name, value, unit, n: ROUNDS });
  line('claim_empty_p50_ms', ms('empty', 'waiting'));
  line('claim_1m_p50_ms', ms('crowded', 'waiting'));
  line('claim_1m_over_empty', ms('crowded', 'waiting') / ms('empty', 'waiting'), 'x');
  line('claim_freed_empty_p50_ms', ms('empty', 'freed'));
  line('claim_freed_1m_p50_ms', ms('crowded', 'freed'));
  line('claim_freed_1m_over_empty', ms('crowded', 'freed') / ms('empty', 'freed'), 'x');
}

const newTimes = () => ({ waiting: [] as number[], freed: [] as number[] });

/** A store with so many jobs in each quarter, and two bots in front of it. */
interface Side extends Disposable {
  /** From the request that makes a job to the bot that waits with a free slot; milliseconds. */
  waiting(): Promise<number>;
  /** From the end of what a full bot runs to the next job, the one of the highest priority; milliseconds. */
  freed(): Promise<number>;
}

async function openSide(server: Server, quarter: number): Promise<Side> {
  const { waiter, full } = await withDatabase(server, async (database) => {
    const customer = await firstCustomer(database);
    const [waiter, full] = (await addBots(database, customer, 'claim', 2)) as [StoredBot, StoredBot];
    const others = (await addBots(database, customer, 'other', OTHER_BOTS)).map(({ id }) => id);
    const script = await addScript(database, customer);
    const quarters = [
      { hosts: [waiter.id], count: 1, multitasking: false, salt: 'blocked' },
      { hosts: [full.id], count: 1, multitasking: true, salt: 'behind' },
      { hosts: others, count: OTHER_TASKS, multitasking: true, salt: 'elsewhere' },
      { hosts: others, count: OTHER_TASKS, multitasking: false, salt: 'one at a time' },
    ];
    // where the queue is to be empty, the first two quarters are what the bots hold
    const filled = quarters.filter(({ count }) => quarter > 1 || count === 1);
    await inHalves(server, filled, async (connection, half) => {
      for (const rows of half) {
        const tasks = await addTasks(connection, customer, { ...rows, script });
        await addWaitingJobs(connection, tasks, quarter);
      }
    });
    await database.query('vacuum analyze');
    return { waiter, full };
  });
  // one slot of the two goes to the job that blocks the others of its task
  const waiting = await openFront(server, waiter, { slots: 2, priority: PRIORITY });
  await waiting.next();
  const busy = await openFront(server, full, { slots: 1, priority: PRIORITY });
  let { run: held } = await busy.next();
  const connection = await HttpConnection.open(server.url);
  return {
    async waiting() {
      await wait(SETTLE_MS);
      const begin = performance.now();
      const [job, run] = await Promise.all([waiting.make(connection), waiting.next()]);
      const ms = run.at - begin;
      if (run.run.job !== job.id) throw new Error(`the bot got ${run.run.job} and not ${job.id}`);
      await waiting.end(run.run);
      return ms;
    },
    async freed() {
      const job = await busy.make(connection);
      await wait(SETTLE_MS);
      const begin = performance.now();
      const [run] = await Promise.all([busy.next(), busy.end(held)]);
      if (run.run.job !== job.id) throw new Error(`the bot got ${run.run.job} and not ${job.id}`);
      held = run.run;
      return run.at - begin;
    },
    [Symbol.dispose]() {
      for (const one of [connection, waiting, busy]) one[Symbol.dispose]();
    },
  };
}
