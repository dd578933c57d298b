-- Ids are 24 lower-case hex digits, time-ordered (48 bits of milliseconds first), compared bytewise.

create table settings (
  key text primary key,
  value jsonb not null
);

create table customers (
  id text collate "C" primary key,
  name text not null unique,
  display_name text not null,
  created_at timestamptz not null default now()
);

create table users (
  id text collate "C" primary key,
  email text not null,
  name text not null,
  password_hash text,
  instance_admin boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));

create table members (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  user_id text collate "C" not null references users on delete cascade,
  role text not null check (role in ('viewer', 'user', 'manager', 'admin', 'owner')),
  tags text[] not null default '{}',
  created_at timestamptz not null default now(),
  unique (customer_id, user_id)
);
create index members_user on members (user_id);

create table hosts (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  hostname text not null,
  slots integer not null default 10,
  disabled boolean not null default false,
  info jsonb,
  boot text,
  last_seen_at timestamptz,
  created_at timestamptz not null default now(),
  unique (customer_id, hostname)
);

-- Every opaque credential: sessions of people, integration tokens, bot credentials, one-time enrolment codes.
-- Only the SHA-256 of the token is kept; revoking deletes the row.
create table tokens (
  id text collate "C" primary key,
  kind text not null check (kind in ('session', 'integration', 'bot', 'enrollment')),
  hash bytea not null unique,
  customer_id text collate "C" not null references customers on delete cascade,
  user_id text collate "C" references users on delete cascade,
  host_id text collate "C" references hosts on delete cascade,
  name text not null default '',
  role text check (role in ('viewer', 'user', 'manager', 'admin', 'owner')),
  tasks text[],
  created_by text,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  check ((kind = 'session') = (user_id is not null)),
  check ((kind = 'bot') = (host_id is not null)),
  check ((kind = 'integration') = (role is not null))
);
create index tokens_customer on tokens (customer_id, kind);

-- Contents are stored once, by digest; versions point at them.
create table blobs (
  sha256 text collate "C" primary key,
  size integer not null,
  data bytea not null
);
create table scripts (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  filename text not null,
  description text not null default '',
  version integer not null,
  sha256 text collate "C" not null references blobs,
  size integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index scripts_customer on scripts (customer_id, id);

create table script_versions (
  script_id text collate "C" not null references scripts on delete cascade,
  version integer not null,
  filename text not null,
  sha256 text collate "C" not null references blobs,
  size integer not null,
  created_by text,
  created_at timestamptz not null default now(),
  primary key (script_id, version)
);
create index script_versions_sha256 on script_versions (sha256);

create table tasks (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  type text not null default 'script',
  name text not null,
  description text not null default '',
  host_id text collate "C" references hosts on delete set null,
  script_id text collate "C" references scripts on delete restrict,
  run_as text not null default '',
  task_arguments jsonb not null default '[]',
  env_cipher bytea,
  tags text[] not null default '{}',
  acls text[] not null default '{}',
  triggers text[] not null default '{}',
  grace_time integer not null default 0,
  timeout integer check (timeout between 1 and 86400),
  multitasking boolean not null default true,
  priority smallint not null default 0,
  result_rule text not null default 'exit_code' check (result_rule in ('exit_code', 'last_line')),
  retention_days integer not null default 90,
  retention_jobs integer not null default 10000,
  secret_hash bytea not null,
  secret_cipher bytea not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index tasks_customer on tasks (customer_id, id);
create index tasks_script on tasks (script_id);

-- What a job runs by: a later edit of the task does not change jobs that wait.
create table task_versions (
  task_id text collate "C" not null references tasks on delete cascade,
  version integer not null,
  run_as text not null,
  task_arguments jsonb not null,
  env_cipher bytea,
  timeout integer not null,
  result_rule text not null,
  created_by text,
  created_at timestamptz not null default now(),
  primary key (task_id, version)
);

create table jobs (
  id text collate "C" primary key,
  -- no reference of its own: the task's organization, and every insert would lock its row
  customer_id text collate "C" not null,
  task_id text collate "C" not null references tasks on delete cascade,
  task_version integer not null,
  name text not null,
  host_id text collate "C" references hosts on delete set null,
  lifecycle text not null,
  state text not null default 'in_progress',
  reason_code text,
  reason text,
  exit_code bigint,
  signal text,
  -- multitasking: false, as it was when the job was made
  exclusive boolean not null default false,
  priority smallint not null default 0,
  timeout integer not null,
  script_id text collate "C",
  script_sha256 text collate "C",
  script_filename text,
  script_size integer,
  -- one element per position: a string, or {"masked": "<base64 of the cipher>"}
  arguments jsonb not null default '[]',
  output jsonb not null default '[]',
  components jsonb,
  next jsonb,
  event_name text,
  origin text not null check (origin in ('user', 'api', 'secret', 'schedule', 'trigger', 'workflow', 'webhook')),
  user_id text collate "C",
  started_by text not null,
  address text,
  acls text[] not null default '{}',
  secret_hash bytea not null,
  stop_requested jsonb,
  attempt integer not null default 0,
  created_at timestamptz not null default now(),
  assigned_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  constraint jobs_lifecycle_state check (
    (lifecycle in ('ready', 'onhold', 'assigned', 'started') and state = 'in_progress')
    or (lifecycle = 'finished' and state in ('success', 'failure'))
    or (lifecycle = 'terminated' and state in ('canceled', 'timeout', 'error'))
    or (lifecycle in ('canceled', 'expired') and state = 'canceled')
  ),
  constraint jobs_ended_has_reason check (
    lifecycle in ('ready', 'onhold', 'assigned', 'started') or (reason_code is not null and reason is not null and finished_at is not null)
  )
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- The queue proper: small partial indexes, in the order in which jobs are handed out.
create index jobs_ready on jobs (host_id, priority desc, id) where lifecycle = 'ready' and not exclusive;
create index jobs_ready_exclusive on jobs (host_id, task_id, priority desc, id) where lifecycle = 'ready' and exclusive;
create index jobs_held on jobs (host_id) where lifecycle in ('assigned', 'started');
-- multitasking: false means at most one job of the task is held at any time, anywhere
create unique index jobs_one_of_exclusive on jobs (task_id) where exclusive and lifecycle in ('assigned', 'started');
create index jobs_of_customer on jobs (customer_id, id desc);
create index jobs_of_task on jobs (task_id, id desc);
create index jobs_by_end on jobs (finished_at) where finished_at is not null;

-- The transition table of packages/contract/src/lifecycle.ts once more: the database refuses any other way.
create function jobs_guard_transition() returns trigger language plpgsql as $$
begin
  if (old.lifecycle, new.lifecycle) not in (
    ('ready', 'onhold'), ('ready', 'assigned'), ('ready', 'canceled'), ('ready', 'terminated'), ('ready', 'expired'),
    ('onhold', 'ready'), ('onhold', 'finished'), ('onhold', 'canceled'), ('onhold', 'terminated'), ('onhold', 'expired'),
    ('assigned', 'started'), ('assigned', 'ready'), ('assigned', 'finished'), ('assigned', 'canceled'), ('assigned', 'terminated'),
    ('started', 'ready'), ('started', 'finished'), ('started', 'terminated')
  ) then
    raise exception 'a job cannot go from % to %', old.lifecycle, new.lifecycle using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger jobs_guard_transition before update of lifecycle on jobs
  for each row when (old.lifecycle is distinct from new.lifecycle) execute function jobs_guard_transition();

-- Each hand-out of a job to a bot. `lease` is the fence: what a bot says without it changes nothing.
create table attempts (
  job_id text collate "C" not null references jobs on delete cascade,
  attempt integer not null,
  customer_id text collate "C" not null,
  host_id text collate "C" not null,
  lease text not null,
  -- the bot has named this attempt: the instruction need not be repeated
  delivered boolean not null default false,
  pid integer,
  assigned_at timestamptz not null default now(),
  renewed_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  outcome text,
  -- the last chunk stored, and the size of the log up to it
  log_seq integer not null default 0,
  log_bytes bigint not null default 0,
  log_lines bigint not null default 0,
  primary key (job_id, attempt)
) with (fillfactor = 80);
create index attempts_held on attempts (host_id) where finished_at is null;

-- A job's id begins with its time, so ranges of job ids are ranges of time: the whole log of a job is in one
-- partition, and a partition can be dropped when everything in it is past its keeping.
create table log_chunks (
  job_id text collate "C" not null,
  attempt integer not null,
  seq integer not null,
  stream text not null,
  log_offset bigint not null,
  line bigint not null,
  bytes integer not null,
  lines integer not null,
  at timestamptz not null,
  encoding text not null,
  data bytea not null,
  primary key (job_id, attempt, seq)
) partition by range (job_id);
create index log_chunks_position on log_chunks (job_id, attempt, log_offset) include (line);
create table log_chunks_other partition of log_chunks default;

create table audit (
  id text collate "C" primary key,
  customer_id text collate "C" references customers on delete cascade,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  target_type text,
  target_id text,
  outcome text not null default 'done' check (outcome in ('done', 'refused')),
  address text,
  details jsonb not null default '{}'
);
create index audit_of_customer on audit (customer_id, id desc);
