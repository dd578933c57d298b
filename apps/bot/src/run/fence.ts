import type { RunInstruction } from '@argus/contract';

/** When a shim stops a script by itself, by the monotonic clock, and the grace that it gives then. */
export interface Fence {
  deadlineNs: number;
  graceMs: number;
}

/** A shim is told of a later fence at most so often. */
export const FENCE_EVERY_NS = 1e9;

/** How long a shim repeats KILL (5 s), and a second until it wakes up. */
const KILL_MS = 6_000;

/**
 * The fence after a request that was sent at this time and was answered: all of the tree is gone before `fence` seconds
 * have passed since then, with the grace and with time to kill. The supervisor counts from when it answered, which was
 * later.
 */
export function fenceOf(
  { fence = 0, kill_grace }: Pick<RunInstruction, 'fence' | 'kill_grace'>,
  sentAtNs: number,
): Fence {
  const graceMs = Math.min(kill_grace, fence / 4) * 1000;
  return { deadlineNs: Math.round(sentAtNs + (fence * 1000 - graceMs - KILL_MS) * 1e6), graceMs };
}
