-- The files that scripts leave. Each is a file like those of arguments, tied to its job by job_files, and goes with it; what is
-- said of it here goes with the file.
create table artifacts (
  file_id text collate "C" primary key references files on delete cascade,
  job_id text collate "C" not null,
  attempt integer not null,
  -- its path below the directory of artifacts
  name text not null,
  -- as its bot offered it; the file has both when all of it is here
  size bigint not null,
  sha256 text collate "C" not null,
  -- bytes that are here
  received bigint not null default 0,
  -- the attempt is over, and it stays as long as its job
  settled boolean not null default false,
  unique (job_id, attempt, name)
);
create index artifacts_unsettled on artifacts (file_id) where not settled;

-- what of an attempt's files was not kept
alter table attempts add column artifacts_left_out jsonb;
