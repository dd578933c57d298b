import type { ArgumentDefinition, NamedValue } from '@argus/contract';
import { startSharedChore } from '../../platform/chore.ts';
import { isDatabaseDown } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { createLogOnce } from '../../platform/log-once.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import type { AutomaticOutcome, AutomaticStart } from '../jobs/index.ts';
import type { OutcomeQueries } from './outcome-queries.ts';
import type { Advance, DueRow, Scheduled, ScheduleQueries } from './queries.ts';
import { byHour, decide, passedDues, USUAL_POLICY, type Decision, type PassedDue } from './rules.ts';
import { timesOf } from './save.ts';
import { nextAfter, type Due, type Times } from './times.ts';

const EVERY_MS = 1000;
const FORGET_EVERY_MS = 3_600_000;
/** Schedules of one look: their statements take some 50 ms. */
const AT_ONCE = 500;
/** How far back due times that were missed are looked for one by one. */
const LOOK_BACK_MS = 2 * 86_400_000;

export interface FireParts {
  queries: ScheduleQueries;
  outcomes: Pick<OutcomeQueries, 'forgetOld'>;
  start(of: Scheduled, start: AutomaticStart): Promise<AutomaticOutcome>;
  /** Stops a job, or a run of a workflow, that has not ended. */
  stop(of: Scheduled['type'], id: string, by: string): Promise<unknown>;
  /** Schedules of an organization have moved on. */
  advanced(customerId: string): void;
}

/** Puts a triggered start off by so many seconds, once for its key. */
export type WaitOut = (of: Scheduled, seconds: number, start: AutomaticStart) => Promise<unknown>;

/** Carries a triggered run over the grace time of its task: its values and its cause stay with it. */
export function graceWaiter(
  { box }: Pick<Platform, 'box'>,
  {
    queries,
    definitionsOf,
    waits,
  }: {
    queries: ScheduleQueries;
    /** What a run takes; undefined where there is nothing to run any more. */
    definitionsOf(of: Scheduled): Promise<readonly ArgumentDefinition[] | undefined>;
    /** A run of an organization waits from now on. */
    waits(customerId: string): void;
  },
): WaitOut {
  return async (of, seconds, { once, cause, depth, startedBy, values }) => {
    const definitions = await definitionsOf(of);
    if (definitions === undefined) return;
    const cipher = box.seal(JSON.stringify(values(definitions)));
    const run = { once, id: newId(), of: of.id, cipher, cause, depth, startedBy, seconds };
    const customerId = await queries.waitOut(run);
    if (customerId !== undefined) waits(customerId);
  };
}

/**
 * Starts what is due. Each start has a key of its own made of the schedule and its due time, and only then the schedule
 * moves on: whoever dies in between is followed by another, which starts nothing twice.
 */
export function startScheduler(
  { db, log, box }: Pick<Platform, 'db' | 'log' | 'box'>,
  { queries, outcomes, start, stop, advanced }: FireParts,
  { everyMs = EVERY_MS } = {},
): Disposable {
  const logOnce = createLogOnce(log);

  async function fire(): Promise<void> {
    for (;;) {
      const due = await queries.due(AT_ONCE);
      if (due.length === 0) return;
      const advances = (await Promise.all(due.map(carryOutOrLeave))).filter((one) => one !== undefined);
      step('schedules.carried-out');
      if (advances.length > 0) await queries.advance(advances);
      for (const customerId of new Set(due.map(({ customer_id }) => customer_id))) advanced(customerId);
      if (due.length < AT_ONCE || advances.length === 0) return;
    }
  }

  /** What cannot be carried out stays due, and holds up no other. */
  async function carryOutOrLeave(row: DueRow): Promise<Advance | undefined> {
    try {
      return await carryOut(row);
    } catch (error) {
      if (isDatabaseDown(error)) throw error;
      logOnce(row.id, { err: error, schedule: row.id }, 'could not carry out a schedule: it is tried again');
      return undefined;
    }
  }

  async function carryOut(row: DueRow): Promise<Advance> {
    const now = row.now.getTime();
    const of: Scheduled =
      row.task_id === null
        ? { type: 'workflow', id: row.workflow_id as string }
        : { type: 'task', id: row.task_id };
    const due = row.next_run_at as Date;
    const times = timesOf(row);
    const { all, next } = dueTimes(times, due.getTime(), now);
    // what was started for these very due times, before somebody died, is not in their way
    const isOfThese = new Set(all.map((at) => new Date(at).toISOString()));
    const running = row.running.filter((job) => !isOfThese.has(job.due));
    const decision: Decision =
      row.kind === 'grace'
        ? { starts: all, cancels: false, skipped: null }
        : decide({
            due: all,
            now,
            policy: { ...USUAL_POLICY, ...row.policy },
            isRunning: running.length > 0,
          });
    if (decision.cancels)
      for (const { id } of running)
        await stop(of.type, id, `its schedule ${nameOf(row)}, which starts it again`);
    let outcome: AutomaticOutcome | undefined;
    const started = new Map<number, Pick<PassedDue, 'outcome' | 'started_id' | 'reason'>>();
    for (const at of decision.starts) {
      outcome = await start(of, startOf(row, at));
      const failed = outcome.kind === 'refused' ? outcome.reason : null;
      started.set(at, {
        outcome: failed === null ? 'started' : 'failed',
        started_id: 'job' in outcome ? outcome.job : null,
        reason: failed,
      });
    }
    return {
      id: row.id,
      due,
      next_run_at: next === undefined ? null : new Date(next.at),
      last: {
        due: new Date(decision.starts.at(-1) ?? (all.at(-1) as number)).toISOString(),
        at: row.now.toISOString(),
        outcome: outcome === undefined ? 'skipped' : outcome.kind === 'refused' ? 'failed' : 'started',
        reason: outcome?.kind === 'refused' ? outcome.reason : decision.skipped,
        ...idOf(of, outcome),
      },
      is_over: next === undefined && outcome !== undefined,
      outcomes: row.kind === 'grace' ? [] : byHour(passedDues(all, now, started, decision.skipped)),
    };
  }

  function startOf(row: DueRow, at: number): AutomaticStart {
    const given = row.given_cipher === null ? [] : (JSON.parse(box.open(row.given_cipher)) as NamedValue[]);
    const due = new Date(at).toISOString();
    return {
      once: `s${row.id}:${due}`,
      origin: row.kind === 'grace' ? 'trigger' : 'schedule',
      startedBy: row.kind === 'grace' ? row.created_by : `schedule ${nameOf(row)}`,
      cause: row.cause ?? { type: 'schedule', schedule_id: row.id, due },
      depth: row.depth,
      scheduleId: row.id,
      values: () => given,
    };
  }

  const firing = startSharedChore(
    { db, log },
    { name: 'schedules', everyMs, run: fire, failed: 'could not look for schedules that are due' },
  );
  const forgetting = startSharedChore(
    { db, log },
    {
      name: 'schedule-outcomes',
      everyMs: FORGET_EVERY_MS,
      run: () => outcomes.forgetOld(),
      failed: 'could not forget old outcomes of schedules',
    },
  );
  return {
    [Symbol.dispose]() {
      firing[Symbol.dispose]();
      forgetting[Symbol.dispose]();
    },
  };
}

/** The due times up to now, the first of them and those of the last two days, and the one after. */
function dueTimes(times: Times, first: number, now: number): { all: number[]; next: Due | undefined } {
  const all = [first];
  let at = Math.max(first, now - LOOK_BACK_MS);
  for (;;) {
    const next = nextAfter(times, at);
    if (next === undefined || next.at > now) return { all, next };
    all.push(next.at);
    at = next.at;
  }
}

function idOf(
  { type }: Scheduled,
  outcome: AutomaticOutcome | undefined,
): { job_id: string | null; run_id?: string | null } {
  const id = outcome !== undefined && 'job' in outcome ? outcome.job : null;
  return type === 'task' ? { job_id: id } : { job_id: null, run_id: id };
}

function nameOf({ name, repeat_every, run_date }: DueRow): string {
  return `"${name || (repeat_every ?? run_date?.toISOString() ?? '')}"`;
}
