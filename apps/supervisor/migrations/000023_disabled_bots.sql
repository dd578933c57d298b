-- Who took a bot out of work, when and why: {at, by, reason}; null while it takes jobs, and where nobody said.
alter table hosts add column disabled_note jsonb;
