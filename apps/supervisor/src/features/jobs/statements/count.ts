/** Two durations within a tenth of each other count as the same. */
export const GROWTH = 1.1;

/** Ended jobs as they are counted, without trials of scripts; conditions follow. */
export const ENDED = `select customer_id, task_id, state, date_trunc('hour', finished_at, 'UTC') as hour,
    case when started_at is null or state = 'canceled' then -1
      else floor(ln(greatest(extract(epoch from finished_at - started_at)::float8 * 1000, 1)) / ln(${GROWTH}::float8)) end::smallint as bucket
  from (select * from jobs where origin <> 'trial') j`;

/** Adds what `ended` selects to what is counted: for each task, and for all of them together. */
export function addSql(ended: string): string {
  return `insert into job_stats (customer_id, task_id, hour, state, bucket, runs)
    select customer_id, coalesce(task_id, ''), hour, state, bucket, count(*) from (${ended}) e
    group by grouping sets ((customer_id, hour, state, bucket, task_id), (customer_id, hour, state, bucket))
    order by 1, 2, 3, 4, 5
    on conflict (customer_id, task_id, hour, state, bucket) do update set runs = job_stats.runs + excluded.runs`;
}

/**
 * As part of a statement that deletes jobs, `doomed`: those that were not counted yet are counted now. The lock keeps
 * the chore from counting meanwhile; where it came first, the time is read as it left it.
 */
export const COUNT_DOOMED = `counted as (
    select until from job_stats_counted for update
  ), kept as (
    ${addSql(`${ENDED} where id in (select id from doomed) and finished_at >= (select until from counted)`)}
  )`;
