-- Telling people and other systems what happened.

create table notification_channels (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  name text not null,
  type text not null check (type in ('email', 'webhook', 'slack', 'teams')),
  addresses text[] not null default '{}',
  -- whoever knows such an address can write there: sealed, and `url_hint` is what is shown of it
  url_cipher bytea,
  url_hint text,
  -- signs what is sent to a webhook
  secret_cipher bytea,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((type = 'email') = (url_cipher is null)),
  check ((type = 'webhook') = (secret_cipher is not null))
);
create unique index notification_channels_name on notification_channels (customer_id, lower(name));

create table notification_rules (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  name text not null,
  -- whose own rule it is; null: the organization's
  user_id text collate "C" references users on delete cascade,
  -- null: every task and workflow of the organization
  emitter_type text check (emitter_type in ('task', 'workflow', 'webhook')),
  emitter_id text collate "C",
  tag text,
  events text[] not null,
  only_first_failure boolean not null default false,
  recovered boolean not null default false,
  log_lines smallint not null default 0,
  channels text[] not null default '{}',
  -- ids of users
  members text[] not null default '{}',
  enabled boolean not null default true,
  created_by text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((emitter_type is null) = (emitter_id is null))
);
create index notification_rules_of_customer on notification_rules (customer_id, id);
create index notification_rules_of_emitter on notification_rules (emitter_id) where emitter_id is not null;

-- What a rule listens to follows from the rule, so no code can forget it.
create function notification_rules_subscribe() returns trigger language plpgsql as $$
declare
  rule notification_rules := case when tg_op = 'DELETE' then old else new end;
  emitters text[] := array(select distinct emitter_id from subscriptions where subscriber_id = rule.id);
begin
  delete from subscriptions where subscriber_id = rule.id;
  if tg_op <> 'DELETE' and rule.enabled then
    insert into subscriptions (emitter_id, name, subscriber_id, customer_id, subscriber_type)
    select distinct coalesce(rule.emitter_id, rule.customer_id), e.name, rule.id, rule.customer_id, 'rule'
    from unnest(rule.events || case when rule.recovered then array['success'] else '{}' end) e (name);
    emitters := emitters || coalesce(rule.emitter_id, rule.customer_id);
  end if;
  perform watch(emitters);
  return null;
end $$;
create trigger notification_rules_subscribe_new after insert or delete on notification_rules
  for each row execute function notification_rules_subscribe();
create trigger notification_rules_subscribe_changed after update on notification_rules
  for each row when ((old.emitter_id, old.events, old.recovered, old.enabled) is distinct from (new.emitter_id, new.events, new.recovered, new.enabled))
  execute function notification_rules_subscribe();

-- An emitter whose last event is gone is gone itself: so are the rules about it.
create function events_forget_rules() returns trigger language plpgsql as $$
begin
  delete from notification_rules r where r.emitter_id = old.emitter_id
    and not exists (select 1 from events e where e.emitter_id = old.emitter_id);
  return null;
end $$;
create trigger events_forget_rules after delete on events for each row execute function events_forget_rules();

-- Who leaves an organization is told nothing of it any more.
create function members_forget_rules() returns trigger language plpgsql as $$
begin
  delete from notification_rules where customer_id = old.customer_id and user_id = old.user_id;
  update notification_rules set members = array_remove(members, old.user_id)
  where customer_id = old.customer_id and old.user_id = any(members);
  return null;
end $$;
create trigger members_forget_rules after delete on members for each row execute function members_forget_rules();

-- How a person wants to be told; without a row, as these defaults say.
create table notification_settings (
  user_id text collate "C" primary key references users on delete cascade,
  email boolean not null default true,
  browser boolean not null default true,
  timezone text not null default 'UTC',
  -- {"from": "22:00", "to": "07:00", "days": [1, …, 7], "failures_pass": true}
  quiet jsonb,
  updated_at timestamptz not null default now()
);

-- What is to be told to one recipient: each once, by its key, which is written with it.
create table notification_deliveries (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  once_key text collate "C" not null unique,
  rule_id text collate "C",
  medium text not null check (medium in ('email', 'webhook', 'slack', 'teams', 'browser')),
  channel_id text collate "C",
  user_id text collate "C",
  address text,
  -- who gets it by which way: what is counted and takes turns together
  target text collate "C" not null,
  subject text not null,
  -- all that the message says: its job may be deleted before it is sent
  facts jsonb not null,
  is_failure boolean not null default false,
  emitter_type text,
  emitter_id text collate "C",
  event text,
  -- what it tells of
  job_id text collate "C",
  run_id text collate "C",
  -- the job whose work this message is
  for_job_id text collate "C",
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed', 'suppressed')),
  reason text,
  attempts integer not null default 0,
  -- `waiting`: when it is tried next; `sending`: when whoever sends it counts as dead
  due_at timestamptz not null default now(),
  -- who sends it: another who took it over meanwhile has the say
  claim text collate "C",
  first_tried_at timestamptz,
  -- one of too many: it waits to be told together with others
  gathered boolean not null default false,
  -- the message that told it
  digest_id text collate "C",
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  read_at timestamptz
);
create index notification_deliveries_due on notification_deliveries (due_at) where state in ('waiting', 'sending');
create index notification_deliveries_of_customer on notification_deliveries (customer_id, id desc);
create index notification_deliveries_of_rule on notification_deliveries (rule_id, target, created_at) where rule_id is not null;
create index notification_deliveries_of_job on notification_deliveries (job_id) where job_id is not null;
create index notification_deliveries_for_job on notification_deliveries (for_job_id) where for_job_id is not null;
create index notification_deliveries_inbox on notification_deliveries (user_id, customer_id, id desc) where medium = 'browser' and state = 'sent';
create index notification_deliveries_digest on notification_deliveries (digest_id) where digest_id is not null;
