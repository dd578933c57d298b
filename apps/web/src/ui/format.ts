import { t } from '@lingui/core/macro';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in the two units that matter: `320 ms`, `4.2 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number, wholeSeconds = false): string {
  if (milliseconds < MINUTE && wholeSeconds) return `${Math.floor(milliseconds / SECOND)} s`;
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  if (milliseconds < HOUR) return two(milliseconds, MINUTE, 'min', SECOND, 's');
  if (milliseconds < DAY) return two(milliseconds, HOUR, 'h', MINUTE, 'min');
  return two(milliseconds, DAY, 'd', HOUR, 'h');
}

function two(
  milliseconds: number,
  large: number,
  largeUnit: string,
  small: number,
  smallUnit: string,
): string {
  const rest = Math.floor((milliseconds % large) / small);
  return `${Math.floor(milliseconds / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`;
}

const UNITS = [
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
] as const;

/** How long ago, in one unit. What lies ahead by a little is now: clocks differ. */
export function formatAge(milliseconds: number): string {
  if (milliseconds < 5 * SECOND) return t`just now`;
  const [unit, size] = UNITS.find(([, next]) => milliseconds >= next) ?? ['s', SECOND];
  const age = `${Math.floor(milliseconds / size)} ${unit}`;
  return t`${age} ago`;
}

/** A size in bytes: `312 B`, `4.1 kB`, `2.0 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1_000;
  while (value >= 1_000 && units.length > 1) {
    value /= 1_000;
    units.shift();
  }
  return `${value.toFixed(1)} ${units[0]}`;
}
