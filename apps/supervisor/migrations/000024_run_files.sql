-- Which runs of workflows a file belongs to: as long as a run is kept, its steps can be started with it, or again.
create table run_files (
  run_id text collate "C" not null references workflow_runs on delete cascade,
  file_id text collate "C" not null references files,
  primary key (run_id, file_id)
);
create index run_files_file on run_files (file_id);

-- a supervisor of the version before looks at job_files alone: it passes over what a run needs
create function keep_files_of_runs() returns trigger language plpgsql as $$
begin
  if exists (select 1 from run_files where file_id = old.id) then
    return null;
  end if;
  return old;
end $$;
create trigger files_of_runs before delete on files for each row execute function keep_files_of_runs();
