import type { Database } from '../../platform/database.ts';
import { idAtSql } from '../../platform/ids.ts';

/** Nobody needs to know how many more there are, and counting them takes long. */
const COUNTED = 1_000_001;

interface Days {
  job_days: number | null;
  audit_days: number | null;
}

/** The id that what is made at a time begins with; `$n` days ago. */
const daysAgo = (n: number): string => idAtSql(`now() - make_interval(days => $${n}::integer)`);

const count = (from: string): string =>
  `(select count(*)::integer from (select 1 ${from} limit ${COUNTED}) x)`;
const oldest = (table: string): string =>
  `(select created_at from ${table} where customer_id = $1 order by id limit 1)`;

const NOW = `
  select ${count('from jobs where customer_id = $1')} as jobs, ${oldest('jobs')} as oldest_job,
    ${count('from workflow_runs r where r.customer_id = $1')} as runs, ${oldest('workflow_runs')} as oldest_run,
    ${count('from audit where customer_id = $1')} as audit,
    (select at from audit where customer_id = $1 order by id limit 1) as oldest_audit`;

/** What was made later cannot have ended before. */
const PREVIEW = `
  select
    ${count(`from jobs where $2::integer is not null and customer_id = $1 and id < ${daysAgo(2)}
      and finished_at < now() - make_interval(days => $2::integer)
      and (run_id is null or not exists (select 1 from workflow_runs r where r.id = run_id and r.finished_at is null))`)} as jobs,
    ${count(`from workflow_runs where $2::integer is not null and customer_id = $1 and finished_at < now() - make_interval(days => $2::integer)`)} as runs,
    ${count(`from audit where $3::integer is not null and customer_id = $1 and id < ${daysAgo(3)}`)} as audit`;

const DISK = `
  select pg_database_size(current_database()) as database_bytes,
    (select coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint from pg_inherits where inhparent = 'log_chunks'::regclass) as log_bytes,
    (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname in ('files', 'file_chunks', 'blobs')) as file_bytes`;

export interface KeptNow {
  jobs: number;
  oldest_job: Date | null;
  runs: number;
  oldest_run: Date | null;
  audit: number;
  oldest_audit: Date | null;
}

/** How long an organization keeps things, and how much there is of them. */
export function retentionQueries(db: Database) {
  return {
    days: async (customerId: string): Promise<Days> => {
      const [row] = await db.query<Days & Record<string, unknown>>(
        'retention_days',
        'select retention_days as job_days, audit_days from customers where id = $1',
        [customerId],
      );
      return { job_days: row?.job_days ?? null, audit_days: row?.audit_days ?? null };
    },
    now: async (customerId: string): Promise<KeptNow> =>
      (await db.query<KeptNow & Record<string, unknown>>('kept_now', NOW, [customerId]))[0] as KeptNow,
    preview: async (customerId: string, { job_days, audit_days }: Days) =>
      (
        await db.query<{ jobs: number; runs: number; audit: number }>('retention_preview', PREVIEW, [
          customerId,
          job_days,
          audit_days,
        ])
      )[0] as { jobs: number; runs: number; audit: number },
    disk: async () =>
      (
        await db.query<{ database_bytes: number; log_bytes: number; file_bytes: number }>(
          'disk_used',
          DISK,
          [],
        )
      )[0] as { database_bytes: number; log_bytes: number; file_bytes: number },
    set: (customerId: string, { job_days, audit_days }: Days) =>
      db.query('set_retention', 'update customers set retention_days = $2, audit_days = $3 where id = $1', [
        customerId,
        job_days,
        audit_days,
      ]),
  };
}

export type RetentionQueries = ReturnType<typeof retentionQueries>;
