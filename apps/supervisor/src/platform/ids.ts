import { randomFillSync } from 'node:crypto';

/** A new id: 48 bits of milliseconds, then 48 random bits, as 24 hex digits. Ids of later times sort later. */
export function newId(now: number = Date.now()): string {
  return now.toString(16).padStart(12, '0') + randomHex(6);
}

/** The smallest id of a point in time: bounds a range of ids. */
export function idAt(time: number): string {
  return time.toString(16).padStart(12, '0') + '0'.repeat(12);
}

/** The same in SQL, as far as it sorts: what all ids of a time and later begin with, or come after. */
export const idAtSql = (time: string): string =>
  `lpad(to_hex((extract(epoch from ${time}) * 1000)::bigint), 12, '0')`;

/** Random bytes are drawn from the system in blocks: a call for each id costs as much as the rest of a request's id. */
const block = Buffer.alloc(4096);
let used = block.length;

function randomHex(bytes: number): string {
  if (used + bytes > block.length) {
    randomFillSync(block);
    used = 0;
  }
  return block.toString('hex', used, (used += bytes));
}
