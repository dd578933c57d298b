-- Passwords and keys of an organization, which tasks and workflows name as {secret:NAME}. A value is put in when a job is
-- handed out; it is in no job, version or answer.
create table secrets (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  name text collate "C" not null,
  description text not null default '',
  value_cipher bytea not null,
  updated_by text not null,
  value_at timestamptz not null default now(),
  used_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index secrets_name on secrets (customer_id, name);

-- what they name now: shown with a secret, and which of it is missing with the task; what runs is told by the texts themselves
alter table tasks add column secrets text[] not null default '{}';
alter table workflows add column secrets text[] not null default '{}';
create index tasks_secrets on tasks (customer_id) where secrets <> '{}';
create index workflows_secrets on workflows (customer_id) where secrets <> '{}';

-- a task that is remembered knows which of its secrets there are
create trigger secrets_added after insert on secrets referencing new table as new_rows for each statement execute function customers_count_change();
create trigger secrets_deleted after delete on secrets referencing old table as old_rows for each statement execute function customers_count_change();
