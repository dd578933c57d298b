-- Tasks that are no script: approvals and inputs wait for people; notifications and HTTP requests are done by a supervisor.

-- a TypeSettings of packages/contract, of what its type has
alter table tasks add column settings jsonb not null default '{}';
alter table task_versions add column settings jsonb not null default '{}';
alter table tasks add constraint tasks_type check (type in ('script', 'approval', 'input', 'notification', 'http')) not valid;

alter table jobs add column type text not null default 'script';
-- what a supervisor is to do
create index jobs_internal on jobs (priority desc, id) where type in ('notification', 'http') and finished_at is null;
-- until when whoever does it is known to live
alter table jobs add column lease_until timestamptz;

-- As before; and what no bot does starts without one.
create or replace function jobs_guard_transition() returns trigger language plpgsql as $$
begin
  if (old.lifecycle, new.lifecycle) not in (
    ('ready', 'onhold'), ('ready', 'assigned'), ('ready', 'canceled'), ('ready', 'terminated'), ('ready', 'expired'),
    ('onhold', 'ready'), ('onhold', 'finished'), ('onhold', 'canceled'), ('onhold', 'terminated'), ('onhold', 'expired'),
    ('assigned', 'started'), ('assigned', 'ready'), ('assigned', 'finished'), ('assigned', 'canceled'), ('assigned', 'terminated'),
    ('started', 'ready'), ('started', 'finished'), ('started', 'terminated')
  ) and not (old.lifecycle = 'ready' and new.lifecycle = 'started' and new.type in ('notification', 'http')) then
    raise exception 'a job cannot go from % to %', old.lifecycle, new.lifecycle using errcode = 'check_violation';
  end if;
  return new;
end $$;
-- who may act for the starter of a run, where its tasks ask the assigned
alter table jobs add column assignees text[] not null default '{}';
alter table workflow_runs add column assignees text[] not null default '{}';

-- What a job waits for people to do.
create table pending (
  job_id text collate "C" primary key references jobs on delete cascade,
  customer_id text collate "C" not null,
  kind text not null check (kind in ('approval', 'input')),
  -- [{"user_id": …, "email": …}]: who was asked, as it was when the job was made
  people jsonb not null,
  needed integer not null,
  -- message, reason, no_self, on_deadline
  settings jsonb not null,
  deadline timestamptz,
  over boolean not null default false,
  -- when the people are to be told, and when they were
  tell_at timestamptz not null default now(),
  told_at timestamptz,
  created_at timestamptz not null default now()
);
create index pending_open on pending (customer_id, job_id) where not over;
create index pending_deadline on pending (deadline) where not over and deadline is not null;
create index pending_untold on pending (tell_at) where told_at is null and not over;

create table decisions (
  job_id text collate "C" not null references jobs on delete cascade,
  user_id text collate "C" not null,
  email text not null,
  decision text not null check (decision in ('approve', 'reject', 'input')),
  reason text not null default '',
  via text not null check (via in ('page', 'api', 'link')),
  address text,
  at timestamptz not null default now(),
  -- one word each
  primary key (job_id, user_id)
);

create function jobs_pending_over() returns trigger language plpgsql as $$
begin
  update pending set over = true where job_id = new.id and not over;
  return null;
end $$;
create trigger jobs_pending_over after update of lifecycle on jobs
  for each row when (old.lifecycle = 'onhold' and new.lifecycle <> 'onhold') execute function jobs_pending_over();
