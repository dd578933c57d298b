-- Trials of scripts: a script has at most one task that no list shows, and what is tried runs as jobs of it.
alter table tasks add column trial_of text collate "C" references scripts on delete cascade;
create unique index tasks_trial on tasks (trial_of) where trial_of is not null;

-- what is there already keeps to the narrower rule: nothing has to be read
alter table jobs drop constraint jobs_origin_check;
alter table jobs add constraint jobs_origin_check
  check (origin in ('user', 'api', 'secret', 'schedule', 'trigger', 'workflow', 'webhook', 'trial')) not valid;

-- Whoever tries a script looks at it: its end starts nothing, and nobody is told of it.
drop trigger jobs_emit_end on jobs;
create trigger jobs_emit_end before update of lifecycle on jobs
  for each row when (
    old.finished_at is null and new.finished_at is not null and new.origin <> 'trial'
    and (new.watched or new.event_name is not null or new.run_id is not null))
  execute function jobs_emit();
