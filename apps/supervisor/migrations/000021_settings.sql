-- Where a session began and a token was last used from: what its owner knows them by.
alter table tokens
  add column agent text,
  add column address text,
  add column last_used_address text;

-- Who may not sign in for now: everything of theirs stays. A supervisor of the version before does not look at it.
alter table members add column disabled_at timestamptz;

-- How long an organization keeps things at most; null: jobs as their tasks and workflows say, the audit log for ever.
alter table customers
  add column retention_days integer check (retention_days between 1 and 36500),
  add column audit_days integer check (audit_days between 1 and 36500);
