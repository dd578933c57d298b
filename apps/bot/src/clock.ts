import { platform } from './platform/index.ts';

/** Nanoseconds of the machine's monotonic clock: shims and earlier processes of the bot read the same one. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/** Milliseconds since a point of the monotonic clock. */
export function ageMs(ns: number): number {
  return Math.max(0, Math.round((nowNs() - ns) / 1e6));
}

/** A run of the machine: points of the monotonic clock mean nothing after a reboot. */
export interface MachineBoot {
  id: string;
  /** Whether another run of the machine has another id for sure, and this one no other. */
  isExact: boolean;
}

/** Names this run of the machine. */
export function machineBoot(): MachineBoot {
  const id = platform.bootId();
  if (id !== undefined) return { id, isExact: true };
  // without a name: when the machine started, to about ten seconds, by its wall clock
  return { id: String(Math.round((Date.now() - nowNs() / 1e6) / 10_000)), isExact: false };
}
