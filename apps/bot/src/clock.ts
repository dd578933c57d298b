import { platform } from './platform/index.ts';

/** Nanoseconds of the machine's monotonic clock: shims and earlier processes of the bot read the same one. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/** Milliseconds since a point of the monotonic clock. */
export function ageMs(ns: number): number {
  return Math.max(0, Math.round((nowNs() - ns) / 1e6));
}

/** Names this run of the machine: points of the monotonic clock mean nothing after a reboot. */
export function machineBoot(): string {
  // without a name: when the machine started, to about ten seconds, by its wall clock
  return platform.bootId() ?? String(Math.round((Date.now() - nowNs() / 1e6) / 10_000));
}
