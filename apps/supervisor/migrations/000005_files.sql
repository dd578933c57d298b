-- Files that stand in the place of arguments. They come and go in pieces, so nobody ever holds a whole one.
create table files (
  id text collate "C" primary key,
  -- no reference: a file goes when no job refers to it, and jobs go with their organization
  customer_id text collate "C" not null,
  filename text not null,
  mimetype text not null,
  -- null until the last piece is here
  size bigint,
  sha256 text collate "C",
  created_at timestamptz not null default now()
);
create index files_by_age on files (created_at);

create table file_chunks (
  file_id text collate "C" not null references files on delete cascade,
  seq integer not null,
  data bytea not null,
  primary key (file_id, seq)
);
-- what people upload is mostly compressed already
alter table file_chunks alter column data set storage external;

-- Which jobs a file belongs to. The job's id is no reference: the row is written before the job.
create table job_files (
  job_id text collate "C" not null,
  file_id text collate "C" not null references files,
  created_at timestamptz not null default now(),
  primary key (job_id, file_id)
);
create index job_files_file on job_files (file_id);
create index job_files_by_age on job_files (created_at);
