-- Searches of the page's lists that people keep under a name.

create table saved_views (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  user_id text collate "C" not null references users on delete cascade,
  page text not null,
  name text not null,
  -- what the address says after its `?`, by name
  search jsonb not null,
  -- with everybody in the organization
  shared boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index saved_views_name on saved_views (customer_id, user_id, page, lower(name));
create index saved_views_user on saved_views (user_id);
create index saved_views_shared on saved_views (customer_id) where shared;
