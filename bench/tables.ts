import type pg from 'pg';

/** What the queue's tables take on disk. */
export interface Tables {
  /** All of them with their indexes, megabytes (10^6 bytes). */
  mb: number;
  /** Jobs that are not handed out yet. */
  waiting: number;
  /** Jobs that have not ended. */
  open: number;
  /** The same table by table, for people. */
  text: string;
}

const SIZES = `
  select coalesce(i.inhparent::regclass::text, c.relname) as name,
    sum(pg_table_size(c.oid))::bigint as bytes, sum(pg_indexes_size(c.oid))::bigint as indexes,
    sum(coalesce(s.n_live_tup, 0))::bigint as live, sum(coalesce(s.n_dead_tup, 0))::bigint as dead
  from pg_class c
  left join pg_inherits i on i.inhrelid = c.oid
  left join pg_stat_user_tables s on s.relid = c.oid
  where c.relkind = 'r' and coalesce(i.inhparent::regclass::text, c.relname) in ('jobs', 'attempts', 'log_chunks')
  group by 1 order by 1`;

export async function tablesOf(database: pg.Client): Promise<Tables> {
  const { rows } = await database.query<
    Record<'bytes' | 'indexes' | 'live' | 'dead', string> & { name: string }
  >(SIZES);
  const jobs = await database.query<{ waiting: number; open: number }>(
    `select (count(*) filter (where lifecycle = 'ready'))::integer as waiting, count(*)::integer as open
     from jobs where lifecycle in ('ready', 'assigned', 'started')`,
  );
  const mb = (bytes: string) => Number(bytes) / 1e6;
  return {
    mb: rows.reduce((sum, { bytes, indexes }) => sum + mb(bytes) + mb(indexes), 0),
    ...(jobs.rows[0] as { waiting: number; open: number }),
    text: rows
      .map(
        ({ name, bytes, indexes, live, dead }) =>
          `${name} ${mb(bytes).toFixed(1)} + ${mb(indexes).toFixed(1)} MB, ${live} rows, ${dead} dead`,
      )
      .join('; '),
  };
}
