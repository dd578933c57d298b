-- Credentials of existing agents: the id is their client_id. The token that an agent gets for its secret is always
-- the same one, so its hash stands here too; deleting the row ends both.
create table agents (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  -- null until the first registration of an agent that was not named
  host_id text collate "C" references hosts on delete cascade,
  slots integer not null,
  secret_hash bytea not null,
  token_hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index agents_customer on agents (customer_id, id);
create index agents_host on agents (host_id);

-- Which protocol a bot speaks: ours, or that of existing agents.
alter table hosts add column kind text not null default 'bot' check (kind in ('bot', 'agent'));
