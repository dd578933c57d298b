import type { FileValue } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';

/** Files deleted by one statement: some 64 MiB each at worst. */
const SWEEP_BATCH = 20;
/** Artifacts looked at by one statement. */
const SETTLE_BATCH = 1000;

export function fileQueries(db: Database) {
  return {
    /** Begins a file; it is nobody's until it has its size. */
    begin: async (customerId: string, filename: string, mimetype: string): Promise<string> => {
      const id = newId();
      await db.query(
        'begin_file',
        `insert into files (id, customer_id, filename, mimetype) values ($1, $2, $3, $4)`,
        [id, customerId, filename, mimetype],
      );
      return id;
    },

    addChunk: (id: string, seq: number, data: Uint8Array) =>
      db.query('add_file_chunk', `insert into file_chunks (file_id, seq, data) values ($1, $2, $3)`, [
        id,
        seq,
        data,
      ]),

    complete: (id: string, size: number, sha256: string) =>
      db.query('complete_file', `update files set size = $2, sha256 = $3 where id = $1`, [id, size, sha256]),

    chunk: async (id: string, seq: number): Promise<Buffer | undefined> =>
      (
        await db.query<{ data: Buffer }>(
          'file_chunk',
          `select data from file_chunks where file_id = $1 and seq = $2`,
          [id, seq],
        )
      )[0]?.data,

    mimetype: async (id: string): Promise<string | undefined> =>
      (
        await db.query<{ mimetype: string }>('file_mimetype', `select mimetype from files where id = $1`, [
          id,
        ])
      )[0]?.mimetype,

    /** Ties files to a job. Throws where one of them is gone. */
    link: (jobId: string, ids: readonly string[]) =>
      db.query(
        'link_files',
        `insert into job_files (job_id, file_id) select $1, unnest($2::text[]) on conflict do nothing`,
        [jobId, ids],
      ),

    /** The size of a file of a job that this bot holds now; undefined for any other. */
    heldSize: async (hostId: string, id: string): Promise<number | undefined> =>
      (
        await db.query<Pick<FileValue, 'size'>>(
          'held_file',
          `select f.size from files f where f.id = $2 and f.size is not null and exists (
             select 1 from job_files l join attempts a on a.job_id = l.job_id
             where l.file_id = f.id and a.host_id = $1 and a.finished_at is null)`,
          [hostId, id],
        )
      )[0]?.size,

    /** Deletes these files where neither a job nor a run refers to them. */
    drop: (ids: readonly string[]) =>
      db.query(
        'drop_files',
        `delete from files where id = any($1) and not exists (select 1 from job_files where file_id = files.id)
           and not exists (select 1 from run_files where file_id = files.id)`,
        [ids],
      ),

    /** Unties files from jobs that are gone, or were never made. Answers how many ties it cut. */
    unlinkGone: async (hours: number): Promise<number> => {
      const rows = await db.query(
        'unlink_gone_jobs',
        `delete from job_files l where l.created_at < now() - make_interval(hours => $1)
           and not exists (select 1 from jobs where id = l.job_id) returning 1`,
        [hours],
      );
      return rows.length;
    },

    /** Deletes some files that neither a job nor a run refers to. A file that is being tied to a job in this moment is passed over. */
    deleteUnused: async (hours: number): Promise<number> => {
      const rows = await db.query(
        'delete_unused_files',
        `delete from files where id in (
           select id from files f where f.created_at < now() - make_interval(hours => $1)
             and not exists (select 1 from job_files where file_id = f.id)
             and not exists (select 1 from run_files where file_id = f.id)
           order by f.created_at limit $2 for update skip locked) returning 1`,
        [hours, SWEEP_BATCH],
      );
      return rows.length;
    },

    /**
     * Of attempts that are over for hours: what is whole stays for as long as its job; what is not, and what an attempt sent that
     * was given up, is untied, so that its bytes go.
     */
    settleArtifacts: async (hours: number): Promise<number> =>
      (
        await db.query(
          'settle_artifacts',
          `with over as (
             select r.file_id, r.job_id, f.size is not null and a.outcome is distinct from 'lost' as stays
             from artifacts r join files f on f.id = r.file_id
             left join attempts a on a.job_id = r.job_id and a.attempt = r.attempt
             where not r.settled and f.created_at < now() - make_interval(hours => $1)
               and (a.job_id is null or a.finished_at < now() - make_interval(hours => $1))
             order by r.file_id limit $2 for update of r skip locked
           ), kept as (
             update artifacts set settled = true where file_id in (select file_id from over where stays)
           ), untied as (
             delete from job_files l using over where l.file_id = over.file_id and l.job_id = over.job_id and not over.stays
           ), dropped as (
             delete from artifacts where file_id in (select file_id from over where not stays)
           )
           select 1 from over`,
          [hours, SETTLE_BATCH],
        )
      ).length,
  };
}

export type FileQueries = ReturnType<typeof fileQueries>;
