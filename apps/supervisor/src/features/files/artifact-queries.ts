import type { ArtifactsOffer } from '@argus/contract';
import { sql } from 'kysely';
import type { Database, Transaction } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { typeOfName } from './artifact-rules.ts';
import { cleanFilename, type StoredFile } from './rules.ts';
import { CHUNK_BYTES } from './store.ts';

/** An artifact of which all is here. `file` is its id, `filename` what to save it as. */
export interface StoredArtifact extends StoredFile {
  attempt: number;
  /** Its path below the directory of artifacts. */
  name: string;
  mimetype: string;
  created_at: Date;
}

interface OfferedRow {
  file_id: string;
  name: string;
  size: number;
  sha256: string;
  received: number;
  complete: boolean;
}

/** Those that are whole, of attempts that were not given up. */
const WHOLE = `select f.id as file, f.filename, f.size, f.sha256, f.mimetype, f.created_at, r.attempt, r.name
  from artifacts r join files f on f.id = r.file_id and f.size is not null
  left join attempts a on a.job_id = r.job_id and a.attempt = r.attempt
  where r.job_id = $1 and a.outcome is distinct from 'lost'`;

export function artifactQueries(db: Database) {
  return {
    /** Whole artifacts of a job, by attempt and name. */
    list: (jobId: string, attempt: number | null) =>
      db.query<StoredArtifact>(
        'list_artifacts',
        `${WHOLE} and r.attempt = coalesce($2, r.attempt) order by r.attempt, r.name collate "C"`,
        [jobId, attempt],
      ),

    find: async (jobId: string, id: string): Promise<StoredArtifact | undefined> =>
      (await db.query<StoredArtifact>('find_artifact', `${WHOLE} and r.file_id = $2`, [jobId, id]))[0],

    /**
     * Makes these the artifacts of an attempt, and answers those of which something is missing; undefined where this
     * bot does not hold the attempt.
     */
    offer: (hostId: string, offer: ArtifactsOffer) =>
      db.kysely.transaction().execute(async (tx): Promise<OfferedRow[] | undefined> => {
        const { job, attempt, lease, left_out } = offer;
        // the attempt cannot end before this is committed, and of two offers the second sees the first
        const held = await sql<{ customer_id: string }>`
          select j.customer_id from attempts a join jobs j on j.id = a.job_id
          where a.job_id = ${job} and a.attempt = ${attempt} and a.lease = ${lease} and a.host_id = ${hostId}
            and a.finished_at is null for no key update of a`.execute(tx);
        const [owner] = held.rows;
        if (owner === undefined) return undefined;
        const note = left_out && JSON.stringify(left_out);
        await sql`update attempts set artifacts_left_out = ${note}::jsonb where job_id = ${job} and attempt = ${attempt}
          and artifacts_left_out is distinct from ${note}::jsonb`.execute(tx);
        const known = await offered(tx, offer);
        const keyOf = ({ name, size, sha256 }: Pick<OfferedRow, 'name' | 'size' | 'sha256'>) =>
          JSON.stringify([name, size, sha256]);
        const wanted = new Set(offer.files.map(keyOf));
        const gone = known.filter((row) => !wanted.has(keyOf(row))).map(({ file_id }) => file_id);
        if (gone.length > 0) {
          await sql`delete from artifacts where file_id = any(${gone})`.execute(tx);
          await sql`delete from job_files where job_id = ${job} and file_id = any(${gone})`.execute(tx);
        }
        const isKnown = new Set(known.map(keyOf));
        await addArtifacts(tx, owner.customer_id, {
          ...offer,
          files: offer.files.filter((file) => !isKnown.has(keyOf(file))),
        });
        return (await offered(tx, offer)).filter(({ complete }) => !complete);
      }),

    /**
     * Keeps a piece where it is the next one of an artifact that this bot sends; undefined, and nothing kept, where it
     * is not. All pieces but the last have a multiple of CHUNK_BYTES.
     */
    addPiece: async (hostId: string, id: string, offset: number, data: Buffer) =>
      (
        await db.query<Pick<OfferedRow, 'size' | 'sha256' | 'received'>>(
          'add_artifact_piece',
          `with piece as (
             update artifacts r set received = r.received + $4::integer from attempts a, files f
             where r.file_id = $1 and r.received = $3::bigint and f.id = r.file_id and f.size is null
               and (r.received + $4::integer = r.size or r.received + $4::integer < r.size and $4::integer % ${CHUNK_BYTES} = 0)
               and a.job_id = r.job_id and a.attempt = r.attempt and a.host_id = $2 and a.finished_at is null
             returning r.file_id, r.size, r.sha256, r.received
           ), chunks as (
             insert into file_chunks (file_id, seq, data)
             select file_id, ($3::bigint / ${CHUNK_BYTES})::integer + n, substring($5::bytea from 1 + n * ${CHUNK_BYTES} for ${CHUNK_BYTES})
             from piece, generate_series(0, ($4::integer - 1) / ${CHUNK_BYTES}) n where $4::integer > 0
           )
           select * from piece`,
          [id, hostId, offset, data.length, data],
        )
      )[0],

    /** How far an artifact is that this bot sends; undefined where it sends none of that id. */
    progress: async (hostId: string, id: string) =>
      (
        await db.query<Pick<OfferedRow, 'received' | 'complete'>>(
          'artifact_progress',
          `select r.received, f.size is not null as complete from artifacts r join files f on f.id = r.file_id
           join attempts a on a.job_id = r.job_id and a.attempt = r.attempt
           where r.file_id = $1 and a.host_id = $2 and a.finished_at is null`,
          [id, hostId],
        )
      )[0],

    /** What came is not what was offered: it is wanted anew. */
    reset: (id: string) =>
      db.query(
        'reset_artifact',
        `with again as (
           update artifacts r set received = 0 from files f
           where r.file_id = $1 and f.id = r.file_id and f.size is null returning r.file_id
         ) delete from file_chunks where file_id in (select file_id from again)`,
        [id],
      ),
  };
}

export type ArtifactQueries = ReturnType<typeof artifactQueries>;

async function offered(
  tx: Transaction,
  { job, attempt }: Pick<ArtifactsOffer, 'job' | 'attempt'>,
): Promise<OfferedRow[]> {
  const { rows } = await sql<OfferedRow>`
    select r.file_id, r.name, r.size, r.sha256, r.received, f.size is not null as complete
    from artifacts r join files f on f.id = r.file_id where r.job_id = ${job} and r.attempt = ${attempt}`.execute(
    tx,
  );
  return rows;
}

async function addArtifacts(
  tx: Transaction,
  customerId: string,
  { job, attempt, files }: Pick<ArtifactsOffer, 'job' | 'attempt' | 'files'>,
): Promise<void> {
  if (files.length === 0) return;
  const ids = files.map(() => newId());
  const names = files.map(({ name }) => name);
  const sizes = files.map(({ size }) => size);
  const digests = files.map(({ sha256 }) => sha256);
  const filenames = names.map((name) => cleanFilename(name));
  const types = names.map(typeOfName);
  // an empty one is whole from the begin
  await sql`
    insert into files (id, customer_id, filename, mimetype, size, sha256)
    select id, ${customerId}, filename, mimetype, case when size = 0 then 0 end, case when size = 0 then sha256 end
    from unnest(${ids}::text[], ${filenames}::text[], ${types}::text[], ${sizes}::bigint[], ${digests}::text[])
      as n(id, filename, mimetype, size, sha256)`.execute(tx);
  await sql`
    insert into artifacts (file_id, job_id, attempt, name, size, sha256)
    select id, ${job}, ${attempt}, name, size, sha256
    from unnest(${ids}::text[], ${names}::text[], ${sizes}::bigint[], ${digests}::text[]) as n(id, name, size, sha256)`.execute(
    tx,
  );
  await sql`insert into job_files (job_id, file_id) select ${job}, unnest(${ids}::text[])`.execute(tx);
}
