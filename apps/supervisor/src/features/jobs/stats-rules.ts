import type { JobStats, JobStatsCounts, State } from '@argus/contract';
import { GROWTH } from './statements/count.ts';

/** Runs of a time that ended alike and took about as long. */
export interface Counted {
  /** Where the time begins. */
  at: Date;
  /** null: nothing ended then. */
  state: Exclude<State, 'in_progress'> | null;
  /** Of how long they ran; -1 where nothing was to be measured. */
  bucket: number | null;
  runs: number | null;
}

/** Each time with what ended in it, in their order, and all of them together. */
export function statsOf(
  rows: readonly Counted[],
  to: Date,
): Pick<JobStats, 'from' | 'to' | 'buckets' | 'total'> {
  const times = [...Map.groupBy(rows, ({ at }) => at.getTime())].toSorted(([one], [other]) => one - other);
  const end = to.toISOString();
  const buckets = times.map(([at, own], place) => {
    const next = times[place + 1]?.[0];
    return {
      from: new Date(at).toISOString(),
      to: next === undefined ? end : new Date(next).toISOString(),
      ...countsOf(own),
    };
  });
  return { from: buckets[0]?.from ?? end, to: end, buckets, total: countsOf(rows) };
}

function countsOf(rows: readonly Counted[]): JobStatsCounts {
  const of = (wanted: State) =>
    rows.reduce((sum, { state, runs }) => (state === wanted ? sum + (runs ?? 0) : sum), 0);
  const states = {
    success: of('success'),
    failure: of('failure'),
    timeout: of('timeout'),
    error: of('error'),
    canceled: of('canceled'),
  };
  const judged = states.success + states.failure + states.timeout + states.error;
  const durations = new Map<number, number>();
  for (const { bucket, runs } of rows)
    if (bucket !== null && bucket >= 0) durations.set(bucket, (durations.get(bucket) ?? 0) + (runs ?? 0));
  return {
    ...states,
    success_rate: judged === 0 ? null : states.success / judged,
    p50_ms: percentile(durations, 0.5),
    p90_ms: percentile(durations, 0.9),
  };
}

/** The duration that a share of the runs does not exceed, to a twentieth: the middle of its bucket. */
function percentile(durations: ReadonlyMap<number, number>, share: number): number | null {
  const sorted = [...durations].toSorted(([one], [other]) => one - other);
  const all = sorted.reduce((sum, [, runs]) => sum + runs, 0);
  let passed = 0;
  for (const [bucket, runs] of sorted) {
    passed += runs;
    if (passed >= all * share) return Math.round(GROWTH ** (bucket + 0.5));
  }
  return null;
}
