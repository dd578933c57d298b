import { randomBytes } from 'node:crypto';

/** A new id: 48 bits of milliseconds, then 48 random bits, as 24 hex digits. Ids of later times sort later. */
export function newId(now: number = Date.now()): string {
  return now.toString(16).padStart(12, '0') + randomBytes(6).toString('hex');
}

/** The smallest id of a point in time: bounds a range of ids. */
export function idAt(time: number): string {
  return time.toString(16).padStart(12, '0') + '0'.repeat(12);
}
