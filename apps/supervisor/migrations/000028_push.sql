-- Telling people on their telephones and desktops while no page is open: by the push services of their browsers.

-- One browser of a person that is to be told.
create table push_devices (
  id text collate "C" primary key,
  user_id text collate "C" not null references users on delete cascade,
  -- the session that spoke for it last; it may have run out since
  session_id text collate "C" not null,
  -- SHA-256 of the endpoint: a browser has one, whoever uses it
  endpoint_hash bytea not null unique,
  -- endpoint and keys: whoever knows them can write there
  sealed bytea not null,
  -- the host of the endpoint
  service text not null,
  name text not null,
  language text not null check (language in ('en', 'es')),
  created_at timestamptz not null default now(),
  -- when its page was last open with its person signed in
  seen_at timestamptz not null default now(),
  last_success_at timestamptz,
  last_failure_at timestamptz,
  last_failure text
);
create index push_devices_of_user on push_devices (user_id);
create index push_devices_of_session on push_devices (session_id);

-- A session that is ended before its time (signed out, ended from elsewhere, another password) takes its browser along;
-- one that runs out does not: a telephone is told also when nobody looked at the page for a day.
create function tokens_forget_push() returns trigger language plpgsql as $$
begin
  delete from push_devices where session_id = old.id;
  return null;
end $$;
create trigger tokens_forget_push after delete on tokens for each row
  when (old.kind = 'session' and old.expires_at > now()) execute function tokens_forget_push();

-- A new password is for whoever lost a device too: what is not signed in is told nothing more.
create function users_forget_push() returns trigger language plpgsql as $$
begin
  delete from push_devices d where d.user_id = new.id
    and not exists (select 1 from tokens t where t.id = d.session_id and t.expires_at > now());
  return null;
end $$;
create trigger users_forget_push after update of password_hash on users for each row
  when (old.password_hash is distinct from new.password_hash) execute function users_forget_push();

alter table notification_settings add column push boolean not null default true;
alter table notification_deliveries add column device_id text collate "C";
alter table notification_deliveries drop constraint notification_deliveries_medium_check;
alter table notification_deliveries add constraint notification_deliveries_medium
  check (medium in ('email', 'webhook', 'slack', 'teams', 'browser', 'push')) not valid;
