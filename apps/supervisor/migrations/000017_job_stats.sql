-- How jobs went over time. Ends are counted after the fact, by a chore: a job that ends pays for none of it but this
-- index, which holds one entry for each 128 pages.
create index jobs_finished on jobs using brin (finished_at) where finished_at is not null;

create table job_stats (
  -- no references: what is gone was still run, and goes with its time
  customer_id text collate "C" not null,
  -- empty: of all tasks together
  task_id text collate "C" not null,
  hour timestamptz not null,
  state text not null,
  -- how long they ran, as the exponent of 1.1 milliseconds; -1 where nothing was to be measured
  bucket smallint not null,
  runs integer not null,
  primary key (customer_id, task_id, hour, state, bucket)
);

-- Every end before this time is in job_stats, every later one is not.
create table job_stats_counted (
  one boolean primary key default true check (one),
  until timestamptz not null
);
insert into job_stats_counted (until) values (date_trunc('hour', now() - interval '32 days', 'UTC'));

-- A bot that was cut off tells late what ended long ago, which may be before that time. It waits for whoever counts.
create function jobs_count_late() returns trigger language plpgsql as $$
declare
  counted timestamptz;
begin
  select until into counted from job_stats_counted for update;
  if new.finished_at < counted then
    insert into job_stats (customer_id, task_id, hour, state, bucket, runs)
    select new.customer_id, task_id, date_trunc('hour', new.finished_at, 'UTC'), new.state,
      case when new.started_at is null or new.state = 'canceled' then -1
        else floor(ln(greatest(extract(epoch from new.finished_at - new.started_at)::float8 * 1000, 1)) / ln(1.1::float8)) end, 1
    from unnest(array['', new.task_id]) as task_id
    on conflict (customer_id, task_id, hour, state, bucket) do update set runs = job_stats.runs + excluded.runs;
  end if;
  return null;
end $$;
create trigger jobs_count_late after update of lifecycle on jobs
  for each row when (old.finished_at is null and new.finished_at < now() - interval '1 minute' and new.origin <> 'trial') execute function jobs_count_late();
