-- Workflows, and more that emits events and listens to them than tasks.

alter table events drop constraint events_emitter_type_check;
alter table events add constraint events_emitter_type_check check (emitter_type in ('task', 'workflow', 'webhook'));

-- `rule`: one that tells people or other systems. An `emitter_id` that is an organization's stands for every task and workflow of it.
alter table subscriptions add column subscriber_type text not null default 'task' check (subscriber_type in ('task', 'workflow', 'rule'));

alter table emissions
  add column emitter_type text not null default 'task',
  add column run_id text collate "C",
  add column delivery_id text collate "C",
  -- what mappings can name beside the output
  add column about jsonb,
  alter column job_id drop not null;

create table workflows (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  name text not null,
  description text not null default '',
  tags text[] not null default '{}',
  acls text[] not null default '{}',
  -- what a run takes; empty: what the task of its first step takes
  task_arguments jsonb not null default '[]',
  -- that task
  first_task_id text collate "C",
  triggers text[] not null default '{}',
  trigger_arguments jsonb not null default '{}',
  grace_time integer not null default 0,
  multitasking boolean not null default true,
  retention_days integer not null default 90,
  secret_hash bytea not null,
  secret_cipher bytea not null,
  paused jsonb,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index workflows_of_customer on workflows (customer_id, id);

-- A run keeps the version that it began with.
create table workflow_versions (
  workflow_id text collate "C" not null references workflows on delete cascade,
  version integer not null,
  graph jsonb not null,
  -- {"env": {…}, "steps": {"<step>": {…}}}, sealed
  env_cipher bytea,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (workflow_id, version)
);

-- What the newest version of a workflow runs: tasks and other workflows.
create table workflow_uses (
  workflow_id text collate "C" not null references workflows on delete cascade,
  used_id text collate "C" not null,
  primary key (workflow_id, used_id)
);
create index workflow_uses_of on workflow_uses (used_id);

create table workflow_runs (
  id text collate "C" primary key,
  customer_id text collate "C" not null,
  workflow_id text collate "C" not null references workflows on delete cascade,
  version integer not null,
  name text not null,
  -- `ready`: it waits until another run of the workflow is over
  lifecycle text not null check (lifecycle in ('ready', 'started', 'finished', 'canceled', 'terminated')),
  state text not null default 'in_progress',
  reason_code text,
  reason text,
  exclusive boolean not null,
  -- as `arguments` of jobs
  arguments jsonb not null default '[]',
  output jsonb not null default '[]',
  origin text not null,
  user_id text collate "C",
  started_by text not null,
  address text,
  acls text[] not null default '{}',
  priority smallint,
  cause jsonb,
  depth smallint not null default 0,
  schedule_id text collate "C",
  -- the run that it is a step of
  parent_id text collate "C",
  parent_step text,
  -- steps that ended in an earlier run: {"<step>": "<job or run>"}
  resumed_from text collate "C",
  inherited jsonb not null default '{}',
  stop_requested jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint workflow_runs_state check (
    (lifecycle in ('ready', 'started') and state = 'in_progress' and finished_at is null)
    or (finished_at is not null and reason is not null and (
      (lifecycle = 'finished' and state in ('success', 'failure'))
      or (lifecycle = 'canceled' and state = 'canceled')
      or (lifecycle = 'terminated' and state in ('canceled', 'error'))))
  )
);
create index workflow_runs_of on workflow_runs (workflow_id, id desc);
create index workflow_runs_of_customer on workflow_runs (customer_id, id desc);
create index workflow_runs_open on workflow_runs (workflow_id, id) where finished_at is null;
create index workflow_runs_children on workflow_runs (parent_id) where parent_id is not null;
create index workflow_runs_of_schedule on workflow_runs (schedule_id, id desc) where schedule_id is not null;
-- multitasking: false means at most one run at any time
create unique index workflow_runs_one on workflow_runs (workflow_id) where exclusive and lifecycle = 'started';

create function workflow_runs_guard() returns trigger language plpgsql as $$
begin
  if (old.lifecycle, new.lifecycle) not in (
    ('ready', 'started'), ('ready', 'canceled'), ('ready', 'terminated'), ('started', 'finished'), ('started', 'terminated')
  ) then
    raise exception 'a run cannot go from % to %', old.lifecycle, new.lifecycle using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger workflow_runs_guard before update of lifecycle on workflow_runs
  for each row when (old.lifecycle is distinct from new.lifecycle) execute function workflow_runs_guard();

alter table jobs
  add column run_id text collate "C",
  add column step_id text,
  -- of a RunPolicy, what a step has otherwise than its task
  add column step_policy jsonb;
create index jobs_of_run on jobs (run_id) where run_id is not null;

-- Runs that something happened to, and that are to be looked at: written with what happened.
create table run_wakes (
  id bigint generated always as identity primary key,
  run_id text collate "C" not null,
  created_at timestamptz not null default now()
);

create function workflow_runs_wake() returns trigger language plpgsql as $$
begin
  if new.finished_at is null then
    -- it is new, was let begin, or is to stop
    insert into run_wakes (run_id) values (new.id);
    return null;
  end if;
  if new.parent_id is not null then
    insert into run_wakes (run_id) values (new.parent_id);
  end if;
  if new.exclusive then
    insert into run_wakes (run_id)
    select id from workflow_runs where workflow_id = new.workflow_id and lifecycle = 'ready' order by id limit 1;
  end if;
  if new.depth <= 100 and exists (
    select 1 from subscriptions where emitter_id in (new.workflow_id, new.customer_id)
      and name = case new.state when 'error' then 'failure' else new.state end) then
    insert into emissions (customer_id, emitter_type, emitter_id, name, emitter_name, run_id, output, depth)
    values (new.customer_id, 'workflow', new.workflow_id, case new.state when 'error' then 'failure' else new.state end, new.name, new.id, new.output, new.depth);
  end if;
  return null;
end $$;
create trigger workflow_runs_wake_new after insert on workflow_runs
  for each row execute function workflow_runs_wake();
create trigger workflow_runs_wake_changed after update on workflow_runs
  for each row when (old.lifecycle is distinct from new.lifecycle or old.stop_requested is distinct from new.stop_requested)
  execute function workflow_runs_wake();

-- As before, with listeners to a whole organization, and the run that a job is a step of.
create or replace function jobs_emit() returns trigger language plpgsql as $$
declare
  event text := coalesce(new.event_name, case new.state when 'error' then 'failure' else new.state end);
begin
  if new.run_id is not null then
    insert into run_wakes (run_id) values (new.run_id);
  end if;
  if new.event_name is not null and not exists (select 1 from events where emitter_id = new.task_id and name = new.event_name)
    and (select count(*) from events where emitter_id = new.task_id) < 54 then
    -- from now on it can be chosen
    insert into events (id, customer_id, emitter_type, emitter_id, name)
    values (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || substr(md5(random()::text || new.id), 1, 12),
      new.customer_id, 'task', new.task_id, new.event_name)
    on conflict do nothing;
  end if;
  if new.watched and new.depth <= 100
    and exists (select 1 from subscriptions where emitter_id in (new.task_id, new.customer_id) and name = event) then
    insert into emissions (customer_id, emitter_id, name, emitter_name, job_id, output, depth)
    values (new.customer_id, new.task_id, event, new.name, new.id, new.output, new.depth);
  end if;
  return new;
end $$;
drop trigger jobs_emit_end on jobs;
create trigger jobs_emit_end before update of lifecycle on jobs
  for each row when (old.finished_at is null and new.finished_at is not null and (new.watched or new.event_name is not null or new.run_id is not null))
  execute function jobs_emit();
drop trigger jobs_emit_made_ended on jobs;
create trigger jobs_emit_made_ended before insert on jobs
  for each row when (new.finished_at is not null and (new.watched or new.run_id is not null)) execute function jobs_emit();

-- Who listens to whom, for every kind of listener: the events that `events` names, of this customer.
create function subscribe(of text, kind text, customer text, event_ids text[]) returns void language plpgsql as $$
declare
  emitters text[] := array(select emitter_id from subscriptions where subscriber_id = of);
begin
  delete from subscriptions where subscriber_id = of;
  insert into subscriptions (emitter_id, name, subscriber_id, customer_id, subscriber_type)
  select e.emitter_id, e.name, of, customer, kind from events e where e.id = any(event_ids) and e.customer_id = customer
  on conflict do nothing;
  perform watch(emitters || array(select emitter_id from subscriptions where subscriber_id = of));
end $$;

-- Tells the tasks among these emitters, or of these organizations, whether anybody listens to them.
create function watch(emitters text[]) returns void language plpgsql as $$
begin
  update tasks t set watched = not t.watched
  where (t.id = any(emitters) or t.customer_id = any(emitters))
    and t.watched <> exists (select 1 from subscriptions s where s.emitter_id in (t.id, t.customer_id));
  update jobs j set watched = true
  from tasks t
  where t.id = j.task_id and t.watched and (t.id = any(emitters) or t.customer_id = any(emitters)) and j.finished_at is null and not j.watched;
end $$;

create or replace function tasks_subscribe() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform subscribe(old.id, 'task', old.customer_id, '{}');
  else
    perform subscribe(new.id, 'task', new.customer_id, new.triggers);
  end if;
  return null;
end $$;

create function workflows_subscribe() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform subscribe(old.id, 'workflow', old.customer_id, '{}');
  else
    perform subscribe(new.id, 'workflow', new.customer_id, new.triggers);
  end if;
  return null;
end $$;
create trigger workflows_subscribe_new after insert on workflows
  for each row when (new.triggers <> '{}') execute function workflows_subscribe();
create trigger workflows_subscribe_changed after update of triggers on workflows
  for each row when (old.triggers is distinct from new.triggers) execute function workflows_subscribe();
create trigger workflows_subscribe_gone after delete on workflows
  for each row execute function workflows_subscribe();

-- A new task is listened to where somebody listens to the whole organization.
create function tasks_watched() returns trigger language plpgsql as $$
begin
  new.watched := new.watched or exists (select 1 from subscriptions where emitter_id = new.customer_id);
  return new;
end $$;
create trigger tasks_watched_new before insert on tasks for each row execute function tasks_watched();

-- Schedules of workflows, and their triggered runs that wait.
alter table schedules
  add column workflow_id text collate "C" references workflows on delete cascade,
  alter column task_id drop not null,
  add constraint schedules_of_one check ((task_id is null) <> (workflow_id is null));
create index workflow_runs_open_of_schedule on workflow_runs (schedule_id, id) where schedule_id is not null and finished_at is null;
create index schedules_of_workflow on schedules (workflow_id, id) where workflow_id is not null;
