-- The version of its script that a task stays with; null is always the newest. The pair refers to the version, so
-- that a pin to one that does not exist cannot be stored.
alter table tasks add column script_version integer;
alter table tasks add constraint tasks_script_version_fkey
  foreign key (script_id, script_version) references script_versions (script_id, version);
alter table tasks add constraint tasks_pin_has_script check (script_version is null or script_id is not null);

-- Which version a job ran, beside the digest that says what was in it.
alter table jobs add column script_version integer;
