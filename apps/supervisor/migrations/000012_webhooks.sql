-- Addresses that other systems call, and what came in at them.

create table webhooks (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  name text not null,
  description text not null default '',
  tags text[] not null default '{}',
  acls text[] not null default '{}',
  auth text not null check (auth in ('secret', 'github', 'standard')),
  -- seconds
  tolerance integer not null,
  -- a CONDITION of packages/contract; null: everything passes
  filter jsonb,
  -- the key in the URL, or what deliveries are signed with
  secret_hash bytea not null,
  secret_cipher bytea not null,
  paused jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index webhooks_of_customer on webhooks (customer_id, id);

create table webhook_deliveries (
  id text collate "C" primary key,
  webhook_id text collate "C" not null references webhooks on delete cascade,
  at timestamptz not null default now(),
  address text not null,
  sent_by text,
  outcome text not null check (outcome in ('accepted', 'filtered', 'paused', 'refused')),
  reason text,
  -- how many subscriptions there were
  listeners integer not null default 0,
  resent_of text collate "C",
  headers jsonb not null,
  query jsonb not null,
  body_kind text not null,
  -- base64 where it is `binary`
  body text,
  body_cut boolean not null default false,
  size integer not null
);
create index webhook_deliveries_of on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_let_in on webhook_deliveries (webhook_id, id desc) where outcome <> 'refused';
create index webhook_deliveries_refused on webhook_deliveries (webhook_id, id desc) where outcome = 'refused';

-- Ids of deliveries as their senders made them: whichever comes again in its time starts nothing.
create table webhook_seen (
  webhook_id text collate "C" not null references webhooks on delete cascade,
  -- SHA-256 of the sender's id
  sender_key bytea not null,
  delivery_id text collate "C" not null,
  expires_at timestamptz not null,
  primary key (webhook_id, sender_key)
);
create index webhook_seen_expiry on webhook_seen (expires_at);

-- What a delivery started.
create index jobs_of_delivery on jobs ((cause ->> 'delivery_id')) where (cause ->> 'delivery_id') is not null;
create index workflow_runs_of_delivery on workflow_runs ((cause ->> 'delivery_id')) where (cause ->> 'delivery_id') is not null;
