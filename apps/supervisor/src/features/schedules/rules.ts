import type { Schedule } from '@argus/contract';

/** Where nothing could start what was due for so long, it counts as missed. */
export const LATE_MS = 60_000;

export type Policy = Pick<Schedule, 'missed' | 'catch_up_limit' | 'overlap'>;
export const USUAL_POLICY: Policy = { missed: 'once', catch_up_limit: 10, overlap: 'skip' };

export interface DueFacts {
  /** The due times that have come, oldest first, at least one. */
  due: readonly number[];
  now: number;
  policy: Policy;
  /** Whether a run of it has not ended. */
  isRunning: boolean;
}

export interface Decision {
  /** The due times to start a run for. */
  starts: number[];
  /** Whether runs that have not ended are to be stopped first. */
  cancels: boolean;
  /** Why the last due time starts nothing; null where it does. */
  skipped: string | null;
}

/** What becomes of due times. Of a schedule that lets its runs not overlap one due time alone can start at once. */
export function decide({ due, now, policy, isRunning }: DueFacts): Decision {
  const onTime = due.filter((at) => now - at < LATE_MS);
  const late = due.filter((at) => now - at >= LATE_MS);
  const wanted = [...lateStarts(late, onTime, policy), ...onTime];
  const none = { starts: [], cancels: false };
  if (wanted.length === 0) return { ...none, skipped: 'nothing could start it in time' };
  switch (policy.overlap) {
    case 'queue':
      return { starts: wanted, cancels: false, skipped: null };
    case 'skip':
      return isRunning
        ? { ...none, skipped: 'its last run had not ended' }
        : { starts: wanted.slice(-1), cancels: false, skipped: null };
    case 'cancel':
      return { starts: wanted.slice(-1), cancels: isRunning, skipped: null };
  }
}

function lateStarts(
  late: readonly number[],
  onTime: readonly number[],
  { missed, catch_up_limit }: Policy,
): number[] {
  switch (missed) {
    case 'skip':
      return [];
    case 'once':
      // a run that is on time stands for what was missed before it
      return onTime.length > 0 ? [] : late.slice(-1);
    case 'catch_up':
      return late.slice(-catch_up_limit);
  }
}

/** What became of due times of one hour, as it is stored. */
export interface HourOutcome {
  hour: string;
  outcome: 'started' | 'skipped' | 'missed' | 'failed';
  times: number;
  first_due: string;
  last_due: string;
  /** The last job or run. */
  started_id: string | null;
  reason: string | null;
}

export interface PassedDue {
  at: number;
  outcome: HourOutcome['outcome'];
  started_id: string | null;
  reason: string | null;
}

/** What became of due times, which are given oldest first: those that started are told as they are given. */
export function passedDues(
  due: readonly number[],
  now: number,
  started: ReadonlyMap<number, Pick<PassedDue, 'outcome' | 'started_id' | 'reason'>>,
  skipped: string | null,
): PassedDue[] {
  return due.map((at): PassedDue => {
    const own = started.get(at);
    if (own !== undefined) return { at, ...own };
    const isLate = now - at >= LATE_MS;
    const reason = isLate
      ? 'nothing could start it in time'
      : (skipped ?? 'a later due time ran in its place');
    return { at, outcome: isLate ? 'missed' : 'skipped', started_id: null, reason };
  });
}

const HOUR_MS = 3_600_000;

/** The same by the hour: what runs each second has four rows an hour at most. */
export function byHour(passed: readonly PassedDue[]): HourOutcome[] {
  const rows = new Map<string, HourOutcome>();
  for (const { at, outcome, started_id, reason } of passed) {
    const hour = new Date(Math.floor(at / HOUR_MS) * HOUR_MS).toISOString();
    const due = new Date(at).toISOString();
    const before = rows.get(`${hour} ${outcome}`);
    rows.set(`${hour} ${outcome}`, {
      hour,
      outcome,
      times: (before?.times ?? 0) + 1,
      first_due: before?.first_due ?? due,
      last_due: due,
      started_id: started_id ?? before?.started_id ?? null,
      reason,
    });
  }
  return [...rows.values()];
}
