-- Who shares this database: each supervisor that listens says so every few seconds.
create table supervisors (
  id text collate "C" primary key,
  version text not null,
  address text not null,
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now()
);

-- Since when bots had a supervisor to talk to, whichever, without a gap. One row.
create table listening (
  one boolean primary key default true check (one),
  since timestamptz not null,
  seen_at timestamptz not null
);

-- When a chore last ran: whoever moves the time on has the turn.
create table chores (
  name text primary key,
  last_run_at timestamptz not null default now()
);
