import { createHash } from 'node:crypto';
import { ArgusError, FileValue, invalid } from '@argus/contract';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../../platform/database.ts';
import { isUniqueViolation } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';

/** How long a key is remembered. */
export const KEY_HOURS = 24;

export interface IdempotencyKey {
  customerId: string;
  /** Who calls: the same key of somebody else is another key. */
  scope: string;
  key: string;
  /** Of everything that decides what is run. */
  hash: Buffer;
}

/** The `Idempotency-Key` of a request; undefined where it has none. */
export function idempotencyKey(
  request: FastifyRequest,
  customerId: string,
  scope: string,
  content: unknown,
): IdempotencyKey | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw invalid('Idempotency-Key', 'has 1 to 255 visible ASCII characters');
  const text = JSON.stringify(content, sameFile);
  return { customerId, scope, key, hash: createHash('sha256').update(text).digest() };
}

/** A file that is sent again is another upload, and the same content. */
function sameFile(_name: string, value: unknown): unknown {
  return value instanceof FileValue ? [value.filename, value.sha256] : value;
}

/**
 * Makes a job, or a run of a workflow, at most once for a key. The key's row fixes its id before it exists, so whoever repeats
 * the call, at the same moment or after a crash between the two, makes that same one or finds it made.
 */
export async function onceForKey<T>(
  db: Database,
  given: IdempotencyKey,
  create: (id: string) => Promise<T>,
  find: (id: string) => Promise<T | undefined>,
): Promise<T> {
  const known = await rowOf(db, given);
  const made = known && (await existing(known, given, find));
  if (made !== undefined) return made;
  const row = known ?? (await insert(db, given));
  const other = await existing(row, given, find);
  if (other !== undefined) return other;
  try {
    return await create(row.job_id);
  } catch (error) {
    const first = isUniqueViolation(error) ? await find(row.job_id) : undefined;
    if (first === undefined) throw error;
    return first;
  }
}

interface KeyRow {
  body_hash: Buffer;
  job_id: string;
}

async function existing<T>(
  row: KeyRow,
  { hash }: IdempotencyKey,
  find: (id: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  if (!row.body_hash.equals(hash)) throw new ArgusError('idempotency_mismatch');
  return find(row.job_id);
}

async function rowOf(db: Database, { customerId, scope, key }: IdempotencyKey): Promise<KeyRow | undefined> {
  const [row] = await db.query<KeyRow>(
    'find_idempotency_key',
    `select body_hash, job_id from idempotency_keys where customer_id = $1 and scope = $2 and key = $3 and created_at > now() - make_interval(hours => $4)`,
    [customerId, scope, key, KEY_HOURS],
  );
  return row;
}

/** The key's row, this one or the one that another call made first. A row past its time is taken over. */
async function insert(db: Database, { customerId, scope, key, hash }: IdempotencyKey): Promise<KeyRow> {
  const [row] = await db.query<KeyRow>(
    'insert_idempotency_key',
    `insert into idempotency_keys as k (customer_id, scope, key, body_hash, job_id) values ($1, $2, $3, $4, $5)
     on conflict (customer_id, scope, key) do update set
       body_hash = case when k.created_at > now() - make_interval(hours => $6) then k.body_hash else excluded.body_hash end,
       job_id = case when k.created_at > now() - make_interval(hours => $6) then k.job_id else excluded.job_id end,
       created_at = case when k.created_at > now() - make_interval(hours => $6) then k.created_at else now() end
     returning body_hash, job_id`,
    [customerId, scope, key, hash, newId(), KEY_HOURS],
  );
  return row as KeyRow;
}
