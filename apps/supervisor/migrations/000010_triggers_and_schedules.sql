-- What starts jobs by itself: events of jobs that end, and times.

alter table jobs
  -- what started it, where that was no person: a CAUSE of packages/contract
  add column cause jsonb,
  -- how many automatic starts came before it, each the result of the last
  add column depth smallint not null default 0,
  add column schedule_id text collate "C",
  -- somebody listens to its events: `watched` of its task when it was made, or since
  add column watched boolean not null default false;
create index jobs_of_schedule on jobs (schedule_id, id) where schedule_id is not null and finished_at is null;
create index jobs_by_schedule on jobs (schedule_id, id desc) where schedule_id is not null;

-- event id → where the arguments come from; an event that is not in here gives its output by position
alter table tasks add column trigger_arguments jsonb not null default '{}';
-- whether there are subscriptions to it: 35 us less for each end of a job than to look
alter table tasks add column watched boolean not null default false;

-- Who listens to whom, as `triggers` of tasks say it: kept by a trigger, so no code can forget to.
create table subscriptions (
  emitter_id text collate "C" not null,
  name text not null,
  subscriber_id text collate "C" not null,
  customer_id text collate "C" not null references customers on delete cascade,
  primary key (emitter_id, name, subscriber_id)
);
create index subscriptions_of on subscriptions (subscriber_id);

create function tasks_subscribe() returns trigger language plpgsql as $$
declare
  emitters text[] := array(select emitter_id from subscriptions where subscriber_id = old.id);
begin
  delete from subscriptions where subscriber_id = old.id;
  if tg_op <> 'DELETE' then
    insert into subscriptions (emitter_id, name, subscriber_id, customer_id)
    select e.emitter_id, e.name, new.id, new.customer_id from events e where e.id = any(new.triggers) and e.customer_id = new.customer_id
    on conflict do nothing;
    emitters := emitters || array(select emitter_id from subscriptions where subscriber_id = new.id);
  end if;
  update tasks t set watched = not t.watched
  where t.id = any(emitters) and t.watched <> exists (select 1 from subscriptions s where s.emitter_id = t.id);
  update jobs j set watched = true
  where j.task_id = any(emitters) and j.finished_at is null and not j.watched and exists (select 1 from subscriptions s where s.emitter_id = j.task_id);
  return null;
end $$;
create trigger tasks_subscribe_new after insert on tasks
  for each row when (new.triggers <> '{}') execute function tasks_subscribe();
create trigger tasks_subscribe_changed after update of triggers on tasks
  for each row when (old.triggers is distinct from new.triggers) execute function tasks_subscribe();
create trigger tasks_subscribe_gone after delete on tasks
  for each row execute function tasks_subscribe();
insert into subscriptions (emitter_id, name, subscriber_id, customer_id)
select e.emitter_id, e.name, t.id, t.customer_id from tasks t join events e on e.id = any(t.triggers) and e.customer_id = t.customer_id;
update tasks t set watched = true where exists (select 1 from subscriptions s where s.emitter_id = t.id);
update jobs j set watched = true from tasks t where t.id = j.task_id and t.watched and j.finished_at is null;

-- What happened and is still to be acted upon: written with the end itself, deleted when all that listens has been started.
-- It holds all that it takes, since the job may be deleted meanwhile.
create table emissions (
  id bigint generated always as identity primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  emitter_id text collate "C" not null,
  name text not null,
  emitter_name text not null,
  job_id text collate "C" not null,
  output jsonb not null,
  depth smallint not null,
  created_at timestamptz not null default now()
);

-- A job that ends emits its event: that of its script, else that of its state. Nothing is done where nobody listens to its task.
-- CHAIN_MAX of packages/contract/src/trigger.ts: what would come after a chain of that length is refused, and emits nothing itself.
create function jobs_emit() returns trigger language plpgsql as $$
declare
  event text := coalesce(new.event_name, case new.state when 'error' then 'failure' else new.state end);
begin
  if new.event_name is not null and not exists (select 1 from events where emitter_id = new.task_id and name = new.event_name)
    and (select count(*) from events where emitter_id = new.task_id) < 54 then
    -- from now on it can be chosen
    insert into events (id, customer_id, emitter_type, emitter_id, name)
    values (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || substr(md5(random()::text || new.id), 1, 12),
      new.customer_id, 'task', new.task_id, new.event_name)
    on conflict do nothing;
  end if;
  if new.watched and new.depth <= 100 and exists (select 1 from subscriptions where emitter_id = new.task_id and name = event) then
    insert into emissions (customer_id, emitter_id, name, emitter_name, job_id, output, depth)
    values (new.customer_id, new.task_id, event, new.name, new.id, new.output, new.depth);
  end if;
  return new;
end $$;
create trigger jobs_emit_end before update of lifecycle on jobs
  for each row when (old.finished_at is null and new.finished_at is not null and (new.watched or new.event_name is not null))
  execute function jobs_emit();
create trigger jobs_emit_made_ended before insert on jobs
  for each row when (new.finished_at is not null and new.watched) execute function jobs_emit();

-- Each automatic start once: its key is written with what it starts, so whoever comes second starts nothing.
create table firings (
  key text collate "C" primary key,
  at timestamptz not null default now()
);
create index firings_age on firings (at);

create table schedules (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  task_id text collate "C" not null references tasks on delete cascade,
  -- `grace`: a triggered run that waits for its time
  kind text not null check (kind in ('cron', 'interval', 'date', 'grace')),
  name text not null default '',
  run_date timestamptz,
  repeat_every text,
  timezone text not null default 'UTC',
  policy jsonb not null default '{}',
  -- values as a caller gives them, as JSON text, sealed
  given_cipher bytea,
  cause jsonb,
  depth smallint not null default 0,
  paused jsonb,
  -- null: there is none
  next_run_at timestamptz,
  -- how its last due time went
  last jsonb,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((kind in ('cron', 'interval')) = (repeat_every is not null)),
  check (kind in ('cron', 'interval') or run_date is not null)
);
create index schedules_due on schedules (next_run_at) where paused is null;
create index schedules_of_task on schedules (task_id, id);
create index schedules_of_customer on schedules (customer_id, id);
