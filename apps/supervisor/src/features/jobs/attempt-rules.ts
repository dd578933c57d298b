import { nextAttempt, type RunPolicy, type Usage, type Verdict } from '@argus/contract';

/** How an attempt ended, and with it its job, unless another attempt follows. */
export interface AttemptEnd extends Omit<Verdict, 'lifecycle' | 'state'> {
  lifecycle: Verdict['lifecycle'] | 'ready';
  state: Verdict['state'] | 'in_progress';
  /** What is told of the attempt itself. */
  outcome: string;
  outcome_reason: string;
  at: Date;
  exit_code: number | null;
  signal: string | null;
  limit_hit: string | null;
  usage: Usage | null;
  /** Not to be handed out again before; null: at once, or never. */
  due_at: Date | null;
  expires_at: Date | null;
  /** Only where nothing was heard of it for so many seconds, since some supervisor has been listening. */
  silent?: { seconds: number };
}

/** What of an attempt, its job and its task decides what its end leads to. */
export interface EndFacts {
  attempt: number;
  policy: RunPolicy;
  stop_requested: { by: string } | null;
}

/** What is known of an end beside its verdict. */
export interface EndDetails {
  at: Date;
  exit_code?: number | null;
  signal?: string | null;
  limit_hit?: string | null;
  usage?: Usage | null;
}

/**
 * What the end of an attempt makes of its job: it ends with it, or waits for another attempt. Nothing follows on an attempt
 * that somebody asked to stop. `chance` is a random number in [0, 1).
 */
export function endOfAttempt(
  { attempt, policy, stop_requested }: EndFacts,
  verdict: Verdict,
  details: EndDetails,
  chance: number,
): AttemptEnd {
  const told = {
    at: details.at,
    exit_code: details.exit_code ?? null,
    signal: details.signal ?? null,
    limit_hit: details.limit_hit ?? null,
    usage: details.usage ?? null,
    outcome: verdict.reason_code,
    outcome_reason: verdict.reason,
  };
  const next = stop_requested === null ? nextAttempt(verdict, attempt, policy.retries, chance) : undefined;
  if (next === undefined || policy.retries === undefined) {
    const end = { ...verdict, ...told, due_at: null, expires_at: null };
    // its attempt did not start, but one before it has run
    return attempt > 1 && verdict.lifecycle === 'canceled'
      ? {
          ...end,
          lifecycle: 'terminated',
          reason: stop_requested ? `stopped by ${stop_requested.by}` : 'stopped',
        }
      : end;
  }
  const dueAt = details.at.getTime() + next.delay * 1000;
  const waits = next.delay === 0 ? 'at once' : `in ${Math.ceil(next.delay)} s`;
  return {
    ...told,
    lifecycle: 'ready',
    state: 'in_progress',
    reason_code: 'retry',
    reason: `attempt ${attempt} of at most ${policy.retries.limit + 1}: ${verdict.reason}; the next one follows ${waits}`,
    output: [],
    due_at: next.delay === 0 ? null : new Date(dueAt),
    expires_at: policy.expires_after === undefined ? null : new Date(dueAt + policy.expires_after * 1000),
  };
}

/** The verdict on an attempt that ends without a word from its bot. */
export function lostVerdict(reason: string): Verdict {
  return { lifecycle: 'terminated', state: 'error', reason_code: 'lost', reason, output: [] };
}

/** The verdict on an attempt that no bot can be told of: what it needs is not there. */
export function notStartedVerdict(reason: string): Verdict {
  return { lifecycle: 'terminated', state: 'error', reason_code: 'not_started', reason, output: [] };
}
