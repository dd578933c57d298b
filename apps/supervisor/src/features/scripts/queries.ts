import { sql, type Selectable } from 'kysely';
import { ArgusError } from '@argus/contract';
import { inTransaction, type Database, type Transaction } from '../../platform/database.ts';
import type { Tables } from '../../platform/tables.ts';
import type { ListQuery } from '../../platform/http/list-query.ts';
import { newId } from '../../platform/ids.ts';
import { bytesPassed } from '../../platform/heap.ts';

export interface Content {
  filename: string;
  sha256: string;
  data: Buffer;
}

/** A script, and who made its newest version. */
export type ScriptRow = Selectable<Tables['scripts']> & { changed_by: string | null };

export function scriptQueries(db: Database) {
  const { kysely } = db;
  const scripts = (customerId: string) =>
    kysely
      .selectFrom('scripts')
      .innerJoin('script_versions', (join) =>
        join
          .onRef('script_versions.script_id', '=', 'scripts.id')
          .onRef('script_versions.version', '=', 'scripts.version'),
      )
      .selectAll('scripts')
      .select('script_versions.created_by as changed_by')
      .where('customer_id', '=', customerId);
  return {
    /** Newest first, or in the order of the query; those that it lets through. `where` begins with parameter 5. */
    list: (
      customerId: string,
      { where, values, order }: Pick<ListQuery, 'where' | 'values' | 'order'>,
      { before, limit, skip }: { before: string | undefined; limit: number | null; skip: number },
    ) =>
      db.once<ScriptRow>(
        `select s.*, v.created_by as changed_by from scripts s
         join script_versions v on v.script_id = s.id and v.version = s.version
         where s.customer_id = $1 and ($2::text is null or s.id < $2) ${where}
         order by ${order === undefined ? '' : `${order}, `}s.id desc limit $3 offset $4`,
        [customerId, before ?? null, limit, skip, ...values],
      ),
    get: (customerId: string, id: string) =>
      scripts(customerId).where('scripts.id', '=', id).executeTakeFirst(),
    versions: (id: string) =>
      kysely
        .selectFrom('script_versions')
        .selectAll()
        .where('script_id', '=', id)
        .orderBy('version', 'desc')
        .execute(),
    version: (id: string, version: number) =>
      kysely
        .selectFrom('script_versions')
        .innerJoin('blobs', 'blobs.sha256', 'script_versions.sha256')
        .select(['script_versions.filename', 'blobs.data'])
        .where('script_id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst(),
    /** Stores a content that is no script of anybody. */
    keep: (content: Pick<Content, 'sha256' | 'data'>) => storeBlob(kysely, content),

    blob: async (sha256: string) =>
      (await kysely.selectFrom('blobs').select('data').where('sha256', '=', sha256).executeTakeFirst())?.data,
    /** MD5 of a content, hex: what existing agents tell one content from another by. */
    md5: async (sha256: string) =>
      (
        await kysely
          .selectFrom('blobs')
          .select(sql<string>`md5(data)`.as('md5'))
          .where('sha256', '=', sha256)
          .executeTakeFirstOrThrow()
      ).md5,

    /** A script whose newest version is exactly this. */
    same: (customerId: string, { filename, sha256 }: Content, description: string, tx?: Transaction) =>
      (tx ?? kysely)
        .selectFrom('scripts')
        .selectAll()
        .where('customer_id', '=', customerId)
        .where('sha256', '=', sha256)
        .where('filename', '=', filename)
        .where('description', '=', description)
        .orderBy('id')
        .executeTakeFirst(),

    /** Within `tx`, or in a transaction of its own. */
    create: (customerId: string, description: string, content: Content, author: string, tx?: Transaction) =>
      inTransaction(kysely, tx, async (tx) => {
        const { filename, sha256, data } = content;
        await storeBlob(tx, content);
        const values = {
          id: newId(),
          customer_id: customerId,
          filename,
          description,
          version: 1,
          sha256,
          size: data.length,
        };
        const script = await tx.insertInto('scripts').values(values).returningAll().executeTakeFirstOrThrow();
        await tx
          .insertInto('script_versions')
          .values({
            script_id: script.id,
            version: 1,
            filename,
            sha256,
            size: data.length,
            created_by: author,
          })
          .execute();
        return script;
      }),

    /**
     * Changes what is given; other content or another name makes a new version. Throws `conflict` where `base` is given
     * and no longer the newest version.
     */
    update: (
      id: string,
      change: {
        filename: string;
        description: string;
        content: Content | undefined;
        base?: number | undefined;
      },
      author: string,
    ) =>
      kysely.transaction().execute(async (tx) => {
        const old = await tx
          .selectFrom('scripts')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirstOrThrow();
        const { filename, description, content, base } = change;
        if (base !== undefined && base !== old.version)
          throw new ArgusError(
            'conflict',
            `There is a version ${old.version} by now, and this was made of ${base}.`,
          );
        if (content) await storeBlob(tx, content);
        const sha256 = content?.sha256 ?? old.sha256;
        const size = content?.data.length ?? old.size;
        return addVersion(tx, old, { filename, description, sha256, size }, author);
      }),

    /** Makes an earlier version the newest again: a new version of its content and name. Undefined: no such version. */
    restore: (id: string, version: number, author: string) =>
      kysely.transaction().execute(async (tx) => {
        const old = await tx
          .selectFrom('scripts')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirstOrThrow();
        const wanted = await tx
          .selectFrom('script_versions')
          .select(['filename', 'sha256', 'size'])
          .where('script_id', '=', id)
          .where('version', '=', version)
          .executeTakeFirst();
        if (wanted === undefined) return undefined;
        return addVersion(tx, old, { ...wanted, description: old.description }, author);
      }),

    delete: (id: string) => kysely.deleteFrom('scripts').where('id', '=', id).execute(),
  };
}

export type ScriptQueries = ReturnType<typeof scriptQueries>;

/** Changes a script that the transaction has locked; other content or another name makes a new version. */
async function addVersion(
  tx: Transaction,
  old: Selectable<Tables['scripts']>,
  {
    filename,
    description,
    sha256,
    size,
  }: { filename: string; description: string; sha256: string; size: number },
  author: string,
) {
  const version = sha256 === old.sha256 && filename === old.filename ? old.version : old.version + 1;
  if (version !== old.version)
    await tx
      .insertInto('script_versions')
      .values({ script_id: old.id, version, filename, sha256, size, created_by: author })
      .execute();
  return tx
    .updateTable('scripts')
    .set({ filename, description, version, sha256, size, updated_at: sql`now()` })
    .where('id', '=', old.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Bytes sent at once: the driver holds each statement's values three times over. */
const PIECE_BYTES = 1024 * 1024;

async function storeBlob(
  tx: Database['kysely'],
  { sha256, data }: Pick<Content, 'sha256' | 'data'>,
): Promise<void> {
  if (data.length <= PIECE_BYTES) {
    await tx
      .insertInto('blobs')
      .values({ sha256, size: data.length, data })
      .onConflict((on) => on.column('sha256').doNothing())
      .execute();
    return;
  }
  // put together where it is stored; a large object that is not unlinked goes with the transaction
  const { rows } = await sql<{ oid: number }>`select lo_create(0) as oid`.execute(tx);
  const oid = rows[0]?.oid;
  for (let at = 0; at < data.length; at += PIECE_BYTES) {
    await sql`select lo_put(${oid}, ${at}, ${data.subarray(at, at + PIECE_BYTES)})`.execute(tx);
    bytesPassed(PIECE_BYTES);
  }
  await sql`insert into blobs (sha256, size, data) select ${sha256}, ${data.length}, lo_get(${oid}) on conflict do nothing`.execute(
    tx,
  );
  await sql`select lo_unlink(${oid})`.execute(tx);
}
