-- What became of due times, and schedules that can be brought back.

-- By the hour: one that runs each minute has a row an hour, a nightly one a row a night. The name is that of then, since a
-- schedule for one date is gone once it has run.
create table schedule_outcomes (
  customer_id text collate "C" not null references customers on delete cascade,
  hour timestamptz not null,
  schedule_id text collate "C" not null,
  outcome text not null check (outcome in ('started', 'skipped', 'missed', 'failed')),
  name text not null,
  task_id text collate "C" references tasks on delete cascade,
  workflow_id text collate "C" references workflows on delete cascade,
  times integer not null,
  first_due timestamptz not null,
  last_due timestamptz not null,
  -- of the last one: its job, or the run of a workflow
  started_id text collate "C",
  reason text,
  primary key (customer_id, hour, schedule_id, outcome)
);
create index schedule_outcomes_of_task on schedule_outcomes (task_id);
create index schedule_outcomes_of_workflow on schedule_outcomes (workflow_id) where workflow_id is not null;

-- what jobs and runs still tell of the time before
insert into schedule_outcomes (customer_id, hour, schedule_id, outcome, name, task_id, workflow_id, times, first_due, last_due, started_id)
select customer_id, date_trunc('hour', due), schedule_id, 'started', '', task_id, workflow_id, count(*), min(due), max(due), max(id)
from (
  select j.id, j.customer_id, j.schedule_id, j.task_id, null as workflow_id, (j.cause ->> 'due')::timestamptz as due
  from jobs j join tasks t on t.id = j.task_id where j.schedule_id is not null and j.cause ->> 'type' = 'schedule'
  union all
  select r.id, r.customer_id, r.schedule_id, null, r.workflow_id, (r.cause ->> 'due')::timestamptz
  from workflow_runs r join workflows w on w.id = r.workflow_id where r.schedule_id is not null and r.cause ->> 'type' = 'schedule'
) started
group by customer_id, date_trunc('hour', due), schedule_id, task_id, workflow_id;

-- The whole row as JSON: it comes back as it was.
create table deleted_schedules (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  task_id text collate "C" references tasks on delete cascade,
  workflow_id text collate "C" references workflows on delete cascade,
  schedule jsonb not null,
  at timestamptz not null default now()
);
