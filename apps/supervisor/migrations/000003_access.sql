-- Links that let a person set a password: an invitation for somebody who has none yet, a reset for somebody who has.
-- Each works once; only the SHA-256 of its token is kept. Both go with the membership they were made in.
create table one_time_links (
  id text collate "C" primary key,
  kind text not null check (kind in ('invitation', 'reset')),
  hash bytea not null unique,
  customer_id text collate "C" not null references customers on delete cascade,
  user_id text collate "C" not null references users on delete cascade,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  foreign key (customer_id, user_id) references members (customer_id, user_id) on delete cascade
);
create index one_time_links_user on one_time_links (user_id, kind);

-- Where a person signed in from. A stranger who tries their account from elsewhere does not lock them out here.
create table known_addresses (
  user_id text collate "C" not null references users on delete cascade,
  address text not null,
  last_at timestamptz not null default now(),
  primary key (user_id, address)
);

-- Failed tries, by a digest of whom they count against: the moment at which all of them are forgiven.
create table throttle (
  key bytea primary key,
  free_at timestamptz not null
);

-- Sessions of one person, and tokens whose time is over, are looked for.
create index tokens_user on tokens (user_id) where user_id is not null;
create index tokens_expiry on tokens (expires_at) where expires_at is not null;

-- What the audit is asked for, newest first.
create index audit_actor on audit (customer_id, lower(actor), id desc);
create index audit_action on audit (customer_id, action, id desc);
create index audit_target on audit (customer_id, target_id, id desc) where target_id is not null;
