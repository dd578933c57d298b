import type { Host } from '@argus/contract';

export type Health = NonNullable<Host['health']>;
export type Shortage = 'disk' | 'memory';

const LITTLE_SHARE = 0.05;
const LITTLE_DISK_BYTES = 1e9;
/** A bot tells each 40 s at least: what is older is not of now, milliseconds. */
export const OLD_AFTER_MS = 120_000;

/** What there is almost nothing left of: of a disk less than 5 % or 1 GB, of memory less than 5 %. */
export function shortagesOf(health: Health): Shortage[] {
  const { memory_available_bytes: available, memory_total_bytes: memory } = health;
  const { disk_free_bytes: free, disk_total_bytes: disk } = health;
  const isFull =
    free !== null && disk !== null && disk > 0 && (free < disk * LITTLE_SHARE || free < LITTLE_DISK_BYTES);
  const isUsedUp = memory > 0 && available < memory * LITTLE_SHARE;
  return [...(isFull ? (['disk'] as const) : []), ...(isUsedUp ? (['memory'] as const) : [])];
}

/** Whether its disk keeps the bot from taking jobs. */
export function isBelowFloor({ disk_free_bytes: free, disk_min_free_bytes: floor }: Health): boolean {
  return free !== null && free < floor;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** A size as a number of few digits, with its unit: 3.1 GB, 40 GB. */
export function sizeOf(bytes: number): { value: number; unit: string } {
  let power = 0;
  const digits = (value: number) =>
    value < 10 && power > 0 ? Math.round(value * 10) / 10 : Math.round(value);
  let value = digits(bytes);
  while (value >= 1000 && power < UNITS.length - 1) value = digits(bytes / 1000 ** ++power);
  return { value, unit: UNITS[power] as string };
}
