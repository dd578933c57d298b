import { cpus, loadavg, totalmem } from 'node:os';
import type { BotHealth } from '@argus/contract';
import type { Space } from './disk.ts';
import { platform, type Platform } from './platform/index.ts';

/** Processor times are counted in steps of 10 ms: over less than this a share of them says little, milliseconds. */
const SHORTEST_MS = 1_000;

type System = Pick<Platform, 'availableMemory' | 'hasLoad'>;

/** Processor time of the machine since its start, in one unit. */
interface Times {
  busy: number;
  all: number;
  count: number;
}

/** Measures the machine; the share of its processors is that between two measurements. */
export class HealthMeter {
  #minFreeBytes: number;
  #space: () => Space | undefined;
  #system: System;
  #before = timesOf(cpus());
  #beforeAt = performance.now();
  #cpuPercent: number | null = null;

  constructor(minFreeBytes: number, space: () => Space | undefined, system: System = platform) {
    this.#minFreeBytes = minFreeBytes;
    this.#space = space;
    this.#system = system;
  }

  measure(): BotHealth {
    const total = totalmem();
    const space = this.#space();
    return {
      ...this.#processors(),
      load: this.#system.hasLoad ? rounded(loadavg()[0] ?? 0, 2) : null,
      memory_total_bytes: total,
      // in some containers the two are told by different sources
      memory_available_bytes: Math.min(this.#system.availableMemory(), total),
      disk_total_bytes: space?.total ?? null,
      disk_free_bytes: space ? Math.min(space.free, space.total) : null,
      disk_min_free_bytes: this.#minFreeBytes,
    };
  }

  #processors(): Pick<BotHealth, 'cpu_percent' | 'cpu_count'> {
    const now = performance.now();
    if (now - this.#beforeAt >= SHORTEST_MS) {
      const times = timesOf(cpus());
      this.#cpuPercent = busyPercent(this.#before, times);
      this.#before = times;
      this.#beforeAt = now;
    }
    return { cpu_percent: this.#cpuPercent, cpu_count: Math.max(1, this.#before.count) };
  }
}

/** How much of the time between two readings the processors were not idle, 0 to 100; null where none has passed. */
export function busyPercent(before: Times, after: Times): number | null {
  const all = after.all - before.all;
  // processors that were taken away took their times with them
  if (all <= 0 || after.count !== before.count) return null;
  const share = (after.busy - before.busy) / all;
  return rounded(Math.min(1, Math.max(0, share)) * 100, 1);
}

function timesOf(processors: readonly { times: Record<string, number> }[]): Times {
  const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
  const all = sum(processors.map(({ times }) => sum(Object.values(times))));
  const idle = sum(processors.map(({ times }) => times.idle ?? 0));
  return { busy: all - idle, all, count: processors.length };
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
