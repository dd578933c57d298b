import { COUNTED_IN_LIST, type InputFile, type TaskOutlook } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { TaskRow } from '../tasks/index.ts';
import { inputFiles, shownArguments, shownFiles } from './arguments.ts';
import { isThere, takesJobs, whyItWaits, type ServingBot } from './queue-rules.ts';
import { nearestBots, servingBots, type ServingRow } from './statements/queue.ts';
import {
  aheadOfNew,
  givenBy,
  roomFor,
  usualDuration,
  type DurationRow,
  type GivenRow,
} from './statements/outlook.ts';

/** Sets of values that are offered again. */
const SETS = 3;
/** Of the bots that carry a task's labels, so many are asked what else would go before a run there. */
const BOTS_ASKED = 5;

type ServedBot = ServingBot & Pick<ServingRow, 'id' | 'pools'>;

/** What a run of a task would meet if it were started now; its cost does not grow with history or queue. */
export async function taskOutlook(
  { db }: { db: Database },
  caller: Actor,
  task: TaskRow,
): Promise<TaskOutlook> {
  const [place, durations, given] = await Promise.all([
    placeOf(db, task),
    usualDuration(db, task.id),
    caller.userId === null ? [] : givenBy(db, task.id, caller.userId),
  ]);
  const last_values = setsOf(given).map(({ id, ...set }) => ({ job: id, ...set }));
  return { ...place, duration: durationOf(durations), last_values };
}

type Place = Omit<TaskOutlook, 'duration' | 'last_values'>;

/** Where a job of a task would go now. */
export async function placeOf(db: Database, task: TaskRow): Promise<Place> {
  const queue = task.type === 'script' || task.type === 'http' ? (task.pool_id ?? task.host_id) : null;
  const none = { bot: null, waits_for: null, reason: null, bots: 0, jobs_before: 0, running: 0 };
  if (queue === null) return none;
  const [room, rows] = await Promise.all([roomFor(db, task.id), servingBots(db, [queue])]);
  // deleted in this moment
  if (room === undefined) return none;
  const bots = rows.map(({ last_seen_at, ...bot }): ServedBot => ({
    ...bot,
    silentMs: silence(last_seen_at),
  }));
  const asked =
    room.labels === null ? bots : bots.toSorted((a, b) => freeOf(b) - freeOf(a)).slice(0, BOTS_ASKED);
  const ways =
    asked.length > 0 ? asked.map(({ id, pools }) => [...new Set([queue, id, ...pools])]) : [[queue]];
  const [ahead, nearest] = await Promise.all([
    aheadOfNew(db, [...new Set(ways.flat())], { priority: task.priority, taskId: task.id }, COUNTED_IN_LIST),
    nearestBots(db, room.labels !== null && bots.length === 0 ? [queue] : []),
  ]);
  const [before = { jobs: 0, ofTask: 0 }] = ways
    .map((queues) => queues.reduce((all, one) => added(all, ahead.get(one)), { jobs: 0, ofTask: 0 }))
    .toSorted((a, b) => a.jobs - b.jobs);
  const { waits_for, reason } = whyItWaits({
    onHold: false,
    reason: null,
    reasonCode: null,
    dueInMs: null,
    isRetry: false,
    labels: room.labels,
    bots,
    nearest: nearest.get(queue) ?? null,
    task: { name: task.name, limit: room.task_limit, running: room.task_running },
    customer: { name: task.customer_name, limit: room.customer_limit, running: room.customer_running },
    before: { ...before, counted: COUNTED_IN_LIST },
  });
  const taker = waits_for === 'turn' ? bots.toSorted((a, b) => freeOf(b) - freeOf(a))[0] : undefined;
  return {
    bot: taker ? { id: taker.id, hostname: taker.hostname } : null,
    waits_for: taker ? null : waits_for,
    reason: taker ? null : reason,
    bots: bots.length,
    jobs_before: Math.min(COUNTED_IN_LIST, before.jobs),
    running: room.running,
  };
}

/** How many more it would take now; less than nothing where it takes none. */
function freeOf(bot: ServedBot): number {
  return takesJobs(bot) && isThere(bot) ? bot.slots - bot.running : -1;
}

function silence(lastSeen: Date | null): number | null {
  return lastSeen && Math.max(0, Date.now() - lastSeen.getTime());
}

function added(
  all: { jobs: number; ofTask: number },
  one: { jobs: number; ofTask: number } | undefined,
): { jobs: number; ofTask: number } {
  return { jobs: all.jobs + (one?.jobs ?? 0), ofTask: all.ofTask + (one?.ofTask ?? 0) };
}

export function durationOf(row: DurationRow | undefined): TaskOutlook['duration'] {
  if (!row || row.median_ms === null || row.p90_ms === null) return null;
  return { runs: row.runs, median_ms: row.median_ms, p90_ms: row.p90_ms };
}

/** Values that somebody gave, by position. */
export interface GivenSet {
  id: string;
  at: string;
  values: (string | null)[];
  /** Those of arguments that are not masked. */
  files: InputFile[];
}

/** Different sets, the newest of each; one that could not be told from another without its masked values is the same. */
export function setsOf(rows: readonly GivenRow[]): GivenSet[] {
  const sets = new Map<string, GivenSet>();
  for (const row of rows) {
    const values = shownArguments(row.arguments);
    // files may have one name and differ
    const key = JSON.stringify([values, shownFiles(row.arguments).map(({ sha256 }) => sha256)]);
    if (!values.some((value) => value !== null) || sets.has(key)) continue;
    sets.set(key, {
      id: row.id,
      at: row.created_at.toISOString(),
      values,
      files: inputFiles(row.arguments),
    });
    if (sets.size === SETS) break;
  }
  return [...sets.values()];
}
