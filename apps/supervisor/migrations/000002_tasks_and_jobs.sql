-- `{at, by, reason}` while a task is paused.
alter table tasks add column paused jsonb;

-- What can start tasks that list it under `triggers`: an emitter and the name of what happens to it.
create table events (
  id text collate "C" primary key,
  customer_id text collate "C" not null references customers on delete cascade,
  emitter_type text not null check (emitter_type in ('task')),
  emitter_id text collate "C" not null,
  name text not null,
  unique (emitter_id, name)
);
create index events_customer on events (customer_id, id);

insert into events (id, customer_id, emitter_type, emitter_id, name)
select lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || substr(md5(random()::text || t.id || e.name), 1, 12),
  t.customer_id, 'task', t.id, e.name
from tasks t cross join unnest(array['success', 'failure', 'timeout', 'canceled']) as e(name);

create index tasks_triggers on tasks using gin (triggers);

alter table jobs add column repeat_of text collate "C";
-- a job's own secret is derived from its id and the instance's key: nothing of it is kept
alter table jobs drop column secret_hash;

-- What was kept of masked values until now was plain: it is forgotten rather than shown. A masked value is from
-- now on `{"masked": "<base64 of the cipher>"}` in a job, and `sealed` in a definition.
update jobs j set arguments = (
  select coalesce(jsonb_agg(case when (v.task_arguments -> (position::integer - 1) ->> 'masked')::boolean then to_jsonb(''::text) else value end order by position), '[]')
  from jsonb_array_elements(j.arguments) with ordinality as a(value, position)
)
from task_versions v
where v.task_id = j.task_id and v.version = j.task_version and v.task_arguments @> '[{"masked": true}]';
update tasks set task_arguments = (
  select jsonb_agg(case when (d ->> 'masked')::boolean then d - 'value' else d end order by position)
  from jsonb_array_elements(task_arguments) with ordinality as a(d, position)
) where task_arguments @> '[{"masked": true}]';
update task_versions set task_arguments = (
  select jsonb_agg(case when (d ->> 'masked')::boolean then d - 'value' else d end order by position)
  from jsonb_array_elements(task_arguments) with ordinality as a(d, position)
) where task_arguments @> '[{"masked": true}]';

-- Lists of what has not ended and of what went wrong, across an organization. The queue's own indexes hold the rest.
create index jobs_onhold on jobs (customer_id, id) where lifecycle = 'onhold';
create index jobs_gone_wrong on jobs (customer_id, state, id desc) where state in ('failure', 'timeout', 'error');

-- The key a caller sent with a run, so that a repeated call answers the same job. `scope` is who called.
create table idempotency_keys (
  customer_id text collate "C" not null references customers on delete cascade,
  scope text not null,
  key text not null,
  body_hash bytea not null,
  job_id text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (customer_id, scope, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
