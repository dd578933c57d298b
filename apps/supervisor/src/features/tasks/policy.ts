import { type Retries, type RunPolicy, type TaskLimits, type TaskUpdate } from '@argus/contract';

/** The policy that follows from a change: what is left out stays, what is null has its default again. */
export function policyOf(wanted: TaskUpdate, old: RunPolicy): RunPolicy {
  const policy = {
    lost_after: after(wanted.lost_after, old.lost_after),
    on_lost: after(wanted.on_lost, old.on_lost),
    retries: after(wanted.retries === undefined ? undefined : retriesOf(wanted.retries), old.retries),
    expires_after: after(wanted.expires_after, old.expires_after),
    limits: after(wanted.limits && withoutNulls(wanted.limits), old.limits),
    kill_grace: after(wanted.kill_grace, old.kill_grace),
  };
  return withoutNulls(policy) as RunPolicy;
}

/**
 * What a bot does with an attempt whose supervisor it cannot reach. `isLimited`: only so many jobs of the task may run at
 * once, which a forgotten one would be beside.
 */
export function onLost(policy: RunPolicy, isLimited: boolean): 'stop' | 'keep' {
  return policy.on_lost ?? (policy.retries !== undefined || isLimited ? 'stop' : 'keep');
}

function after<T>(wanted: T | null | undefined, old: T | undefined): T | null | undefined {
  return wanted === undefined ? old : wanted;
}

/** A number alone is the limit; 0 is none. */
function retriesOf(wanted: NonNullable<TaskUpdate['retries']> | null): Retries | null {
  if (typeof wanted === 'number') return wanted === 0 ? null : { limit: wanted };
  return wanted;
}

function withoutNulls<T extends object>(fields: T): TaskLimits & Partial<T> {
  const kept = Object.entries(fields).filter(([, value]) => {
    const isEmpty = typeof value === 'object' && value !== null && Object.keys(value as object).length === 0;
    return value !== null && value !== undefined && !isEmpty;
  });
  return Object.fromEntries(kept) as Partial<T>;
}
