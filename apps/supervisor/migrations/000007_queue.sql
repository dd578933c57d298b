-- A supervisor of the version before goes on working on this schema: it makes and claims jobs by host_id alone. What it
-- does not know (labels, limits, delays) waits with `pool` set and `host_id` null, where it does not look.

-- Sets of labels that tasks ask for. A job waits for its bot, or in such a pool for any bot that carries all labels.
create table pools (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  labels text[] not null,
  unique (customer_id, labels)
);

-- `labels` is what counts: `own_labels` that people gave, those of the bot's settings, its system and processor.
-- `pools`, worked out from it, are the pools that the bot serves.
alter table hosts
  add column own_labels text[] not null default '{}',
  add column labels text[] not null default '{}',
  add column pools text[] not null default '{}',
  -- fewer than the bot offers, where people want that
  add column max_slots integer check (max_slots between 0 and 1000),
  -- the bot was told on its machine to take no more
  add column draining boolean not null default false,
  -- names the run of the machine (its boot), as the last poll said
  add column machine text;
create index hosts_pools on hosts using gin (pools);

alter table customers
  add column max_running integer check (max_running >= 1),
  -- Counts changes of what decides whether a run is allowed and what it runs: tokens, members, tasks, scripts. Who keeps
  -- such rows in memory makes a job only where this is still the number that they were read with.
  add column epoch bigint not null default 0;

alter table tasks
  add column host_labels text[] not null default '{}',
  add column pool_id text collate "C" references pools on delete restrict,
  add column max_running integer check (max_running >= 1),
  -- `{lost_after, on_lost, retries, expires_after, limits, kill_grace, …}`: what is left out has its default
  add column policy jsonb not null default '{}';
alter table task_versions add column policy jsonb not null default '{}';

alter table jobs
  -- the queue where it is not that of its host_id: a pool, or the id of the bot that alone may take it
  add column pool text collate "C",
  -- its task has a limit of jobs at once: each claim counts
  add column limited boolean not null default false,
  -- not to be handed out before
  add column due_at timestamptz,
  add column expires_at timestamptz,
  add column lost_after integer not null default 120,
  add column limit_hit text,
  add column usage jsonb;

alter table attempts
  add column lost_after integer not null default 120,
  -- the run of the bot's machine that it was handed to
  add column machine text,
  add column reason text,
  add column exit_code bigint,
  add column signal text,
  add column limit_hit text,
  add column usage jsonb,
  -- what the bot told after the attempt was given up: kept as evidence, changes nothing
  add column late jsonb;

create index jobs_pool on jobs (pool, priority desc, id) where lifecycle = 'ready' and pool is not null and due_at is null and not limited;
create index jobs_pool_limited on jobs (pool, task_id, priority desc, id) where lifecycle = 'ready' and pool is not null and due_at is null and limited;
create index jobs_held_limited on jobs (task_id) where lifecycle in ('assigned', 'started') and limited;
create index jobs_due on jobs (due_at) where due_at is not null and lifecycle = 'ready';
create index jobs_expiring on jobs (expires_at) where expires_at is not null and lifecycle in ('ready', 'onhold');

create function customers_count_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update customers set epoch = epoch + 1 where id in (select customer_id from new_rows);
  else
    update customers set epoch = epoch + 1 where id in (select customer_id from old_rows);
  end if;
  return null;
end $$;
create function customers_count_change_of_users() returns trigger language plpgsql as $$
begin
  update customers set epoch = epoch + 1 where id in (select m.customer_id from members m join old_rows o on o.id = m.user_id);
  return null;
end $$;
create trigger members_changed after update on members referencing old table as old_rows for each statement execute function customers_count_change();
create trigger members_deleted after delete on members referencing old table as old_rows for each statement execute function customers_count_change();
create trigger tokens_deleted after delete on tokens referencing old table as old_rows for each statement execute function customers_count_change();
create trigger tasks_changed after update on tasks referencing old table as old_rows for each statement execute function customers_count_change();
create trigger tasks_deleted after delete on tasks referencing old table as old_rows for each statement execute function customers_count_change();
create trigger scripts_changed after update on scripts referencing old table as old_rows for each statement execute function customers_count_change();
create trigger scripts_deleted after delete on scripts referencing old table as old_rows for each statement execute function customers_count_change();
create trigger users_changed after update on users referencing old table as old_rows for each statement execute function customers_count_change_of_users();
