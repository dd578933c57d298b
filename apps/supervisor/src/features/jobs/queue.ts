import {
  COUNTED_IN_LIST,
  COUNTED_OF_ONE,
  seesEverything,
  type Operations,
  type Queue,
  type QueueEntry,
} from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context } from '../../platform/http/operations.ts';
import { JOB_SUMMARY_ROW, type JobSummaryRow } from './queries.ts';
import { isThere, takesJobs, whyItWaits, type ServingBot } from './queue-rules.ts';
import {
  countWaiting,
  headsStatement,
  jobsBefore,
  nearestBots,
  servingBots,
  waitingJobs,
  type BeforeRow,
  type Head,
  type NearestRow,
  type ServingRow,
  type WaitingRow,
} from './statements/queue.ts';
import { jobSummary } from './view.ts';
import { visibleJobs } from './visible.ts';

const LIST_DEFAULT = 100;
/** Of each queue so many are looked through for those that the caller may see. */
const SCAN = 10_000;
/** Of the bots that carry a job's labels, so many are asked what else stands before it there. */
const BOTS_ASKED = 5;
const NAMED_BEFORE = 5;

/** What waits in an organization, by queue: those of bots by name, then those of labels. */
export async function listQueues(
  db: Database,
  { caller, query }: { caller: Actor; query: Context<Operations['listQueues']>['query'] },
): Promise<Queue[]> {
  const { limit = LIST_DEFAULT, host, task } = query;
  const everything = seesEverything(caller.role) && caller.tasks === null && task === undefined;
  const { text, values } = headsStatement({
    visible: visibleJobs(caller),
    limit,
    scan: everything ? limit : SCAN,
    host,
    task,
  });
  const heads = await db.once<Head>(text, values);
  const shown = firstOfEach(heads, limit);
  const queues = [...new Set(shown.map(({ queue }) => queue))];
  const ids = shown.map(({ id }) => id);
  const [entries, counts] = await Promise.all([
    entriesOf(db, caller, ids, COUNTED_IN_LIST),
    countWaiting(db, queues, COUNTED_IN_LIST),
  ]);
  return queues
    .map((queue) => queueView(queue, shown, entries, counts.get(queue) ?? 0))
    .filter((queue) => queue !== undefined)
    .toSorted(byName);
}

/** Why one job waits; null where it does not, by now. */
export async function queueEntry(db: Database, caller: Actor, id: string): Promise<QueueEntry | null> {
  return (await entriesOf(db, caller, [id], COUNTED_OF_ONE)).get(id)?.entry ?? null;
}

/** As many as the limit allows: the first of every queue before the second of any. */
function firstOfEach(heads: readonly Head[], limit: number): Head[] {
  const places = new Map<string, number>();
  const placed = heads.map((head) => {
    const place = places.get(head.queue) ?? 0;
    places.set(head.queue, place + 1);
    return { head, place };
  });
  const last = placed.map(({ place }) => place).toSorted((a, b) => a - b)[limit - 1] ?? Infinity;
  return placed
    .filter(({ place }) => place <= last)
    .toSorted((a, b) => a.place - b.place)
    .slice(0, limit)
    .map(({ head }) => head);
}

interface Found {
  entry: QueueEntry;
  bots: readonly ServingBot[];
  labels: readonly string[] | null;
}

/** What is told of these jobs, as far as they wait. */
async function entriesOf(
  db: Database,
  caller: Actor,
  ids: readonly string[],
  counted: number,
): Promise<Map<string, Found>> {
  if (ids.length === 0) return new Map();
  const [jobs, waiting] = await Promise.all([
    db.query<JobSummaryRow>('jobs_by_ids', `${JOB_SUMMARY_ROW} where j.id = any($1)`, [ids]),
    waitingJobs(db, ids),
  ]);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const serving = groupBy(await servingBots(db, queuesOf(waiting)), ({ queue }) => queue);
  const placed = waiting.filter(({ id }) => hasPlace(byId.get(id)));
  const [before, nearest] = await Promise.all([
    jobsBefore(db, pairsOf(placed, serving), counted),
    nearestBots(
      db,
      queuesOf(waiting.filter(({ queue, labels }) => labels !== null && !serving.has(queue ?? ''))),
    ),
  ]);
  const standing = groupBy(before, ({ job_id }) => job_id);
  const visible = await visibleIds(
    db,
    caller,
    before.flatMap((row) => row.nearest.map(({ id }) => id)),
  );
  const found = waiting.flatMap((row): [string, Found][] => {
    const job = byId.get(row.id);
    if (job === undefined || (job.lifecycle !== 'ready' && job.lifecycle !== 'onhold')) return [];
    const bots = serving.get(row.queue ?? '') ?? [];
    const ahead = aheadOf(row, standing.get(row.id) ?? [], bots, counted);
    return [[row.id, { ...told(job, row, bots, ahead, nearest, counted, visible), labels: row.labels }]];
  });
  return new Map(found);
}

/** Jobs on hold, and those whose time has not come, are in no line. */
function hasPlace(job: JobSummaryRow | undefined): boolean {
  return job?.lifecycle === 'ready' && (job.due_at === null || job.due_at.getTime() <= Date.now());
}

interface Ahead {
  jobs: number;
  ofTask: number;
  /** The nearest first. */
  nearest: BeforeRow['nearest'];
}

/**
 * What stands before a job: of one bot, all that this bot may take; of labels, what waits for the same labels, and what
 * else waits for the bot where that is the least.
 */
function aheadOf(
  { queue, labels }: WaitingRow,
  rows: readonly BeforeRow[],
  bots: readonly ServingRow[],
  counted: number,
): Ahead {
  const sum = (queues: readonly string[]): Ahead => {
    const own = rows.filter((row) => queues.includes(row.queue));
    return {
      jobs: Math.min(
        counted,
        own.reduce((all, { jobs }) => all + jobs, 0),
      ),
      ofTask: own.reduce((all, { of_task }) => all + of_task, 0),
      nearest: own
        .flatMap(({ nearest }) => nearest)
        .toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? 1 : -1)),
    };
  };
  if (queue === null) return { jobs: 0, ofTask: 0, nearest: [] };
  const asked = labels === null ? bots : askedOf(bots);
  const ways = asked.map(({ id, pools }) => sum([...new Set([queue, id, ...pools])]));
  return ways.toSorted((a, b) => a.jobs - b.jobs)[0] ?? sum([queue]);
}

/** Those that are likely to take it first. */
function askedOf(bots: readonly ServingRow[]): ServingRow[] {
  const free = ({ last_seen_at, ...bot }: ServingRow) => {
    const silentMs = silence(last_seen_at);
    return takesJobs({ ...bot, silentMs }) && isThere({ silentMs }) ? bot.slots - bot.running : -1;
  };
  return bots.toSorted((a, b) => free(b) - free(a)).slice(0, BOTS_ASKED);
}

function pairsOf(
  waiting: readonly WaitingRow[],
  serving: ReadonlyMap<string, readonly ServingRow[]>,
): { job: string; queue: string }[] {
  return waiting.flatMap(({ id: job, queue, labels }) => {
    if (queue === null) return [];
    const bots = serving.get(queue) ?? [];
    const others = (labels === null ? bots : askedOf(bots)).flatMap(({ id, pools }) => [id, ...pools]);
    return [...new Set([queue, ...others])].map((one) => ({ job, queue: one }));
  });
}

function told(
  job: JobSummaryRow,
  row: WaitingRow,
  bots: readonly ServingRow[],
  ahead: Ahead,
  nearest: ReadonlyMap<string, NearestRow>,
  counted: number,
  visible: ReadonlySet<string> | null,
): Omit<Found, 'labels'> {
  const isPlaced = hasPlace(job);
  const served = bots.map(({ last_seen_at, ...bot }) => ({ ...bot, silentMs: silence(last_seen_at) }));
  const why = whyItWaits({
    onHold: job.lifecycle === 'onhold',
    reason: job.reason,
    reasonCode: job.reason_code,
    dueInMs: job.due_at && job.due_at.getTime() - Date.now(),
    isRetry: job.attempt > 0,
    labels: row.labels,
    bots: served,
    nearest: nearest.get(row.queue ?? '') ?? null,
    task: { name: row.task_name, limit: row.task_limit, running: row.task_running },
    customer: { name: row.customer_name, limit: row.customer_limit, running: row.customer_running },
    before: { jobs: ahead.jobs, ofTask: ahead.ofTask, counted },
  });
  return {
    bots: served,
    entry: {
      job: jobSummary(job),
      ...why,
      jobs_before: isPlaced ? ahead.jobs : null,
      next_before: ahead.nearest
        .map(({ id }) => id)
        .filter((id) => visible === null || visible.has(id))
        .slice(0, NAMED_BEFORE)
        .toReversed(),
    },
  };
}

/** Which of these jobs a caller may see; null: all. */
async function visibleIds(
  db: Database,
  caller: Actor,
  ids: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const { sql, values, shape } = visibleJobs(caller);
  if (shape === 'all_any') return null;
  const rows = await db.query<{ id: string }>(
    `visible_ids_${shape}`,
    `select j.id from jobs j where ${sql} and j.id = any($${values.length + 1})`,
    [...values, ids],
  );
  return new Set(rows.map(({ id }) => id));
}

function queueView(
  queue: string,
  shown: readonly Head[],
  entries: ReadonlyMap<string, Found>,
  waiting: number,
): Queue | undefined {
  const found = shown.filter((head) => head.queue === queue).flatMap(({ id }) => entries.get(id) ?? []);
  const [first] = found;
  // handed out or ended in this moment
  if (first === undefined) return undefined;
  const { labels, bots, entry } = first;
  const taking = bots.filter((bot) => takesJobs(bot) && isThere(bot));
  return {
    host_id: labels === null ? entry.job.host_id : null,
    hostname: labels === null ? entry.job.hostname : null,
    labels: [...(labels ?? [])],
    waiting,
    bots: taking.length,
    running: taking.reduce((sum, bot) => sum + bot.running, 0),
    slots: taking.reduce((sum, bot) => sum + bot.slots, 0),
    jobs: found.map((one) => one.entry),
  };
}

function byName(a: Queue, b: Queue): number {
  if ((a.hostname === null) !== (b.hostname === null)) return a.hostname === null ? 1 : -1;
  const name = ({ hostname, labels }: Queue) => hostname ?? labels.join(' ');
  return name(a).localeCompare(name(b));
}

function silence(lastSeen: Date | null): number | null {
  return lastSeen && Math.max(0, Date.now() - lastSeen.getTime());
}

function queuesOf(rows: readonly WaitingRow[]): string[] {
  return [...new Set(rows.flatMap(({ queue }) => queue ?? []))];
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
