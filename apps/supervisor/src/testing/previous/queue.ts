import type { Database } from '../../platform/database.ts';

// The queue's statements as version 0.1 shipped them, letter by letter. During an upgrade a supervisor of the version
// before works beside a new one on the schema of the new one: these must go on working there. They are replaced, not
// edited, when the version after this one begins.

const CLAIMED_COLUMNS = (alias: string): string =>
  [
    'id',
    'customer_id',
    'task_id',
    'task_version',
    'name',
    'host_id',
    'timeout',
    'script_id',
    'script_sha256',
    'script_filename',
    'script_size',
    'arguments',
    'user_id',
    'started_by',
    'attempt',
  ]
    .map((column) => `${alias}.${column}`)
    .join(', ');

const CREATE = `
  with input as (
    select * from jsonb_to_recordset($1::jsonb) as r(
      id text, customer_id text, task_id text, task_version integer, name text, host_id text, exclusive boolean, priority smallint, timeout integer,
      script_id text, script_version integer, script_sha256 text, script_filename text, script_size integer, arguments jsonb, origin text, user_id text, started_by text,
      address text, acls text[], repeat_of text, hold boolean, reason text)
  ), waiting as materialized (
    select h.id, h.slots - (select count(*) from jobs j where j.host_id = h.id and j.lifecycle in ('assigned', 'started')) as free
    from hosts h
    where h.id = any($2::text[]) and not h.disabled
      -- two looks, since each of the two partial indexes answers one of them
      and not exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and not j.exclusive)
      and not exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and j.exclusive)
    for no key update of h skip locked
  ), placed as (
    select r.*, coalesce(not r.exclusive and not r.hold and row_number() over (partition by r.host_id, r.exclusive, r.hold order by r.priority desc, r.id) <= w.free, false) as direct
    from input r left join waiting w on w.id = r.host_id
  ), made as (
    insert into jobs (id, customer_id, task_id, task_version, name, host_id, exclusive, priority, timeout, script_id, script_version, script_sha256, script_filename, script_size,
      arguments, origin, user_id, started_by, address, acls, repeat_of, reason_code, reason, lifecycle, attempt, assigned_at)
    select id, customer_id, task_id, task_version, name, host_id, exclusive, priority, timeout, script_id, script_version, script_sha256, script_filename, script_size,
      arguments, origin, user_id, started_by, address, acls, repeat_of,
      case when hold then 'held' end, reason, case when hold then 'onhold' when direct then 'assigned' else 'ready' end, case when direct then 1 else 0 end, case when direct then now() end
    from placed
    returning *
  ), handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease)
    select id, attempt, customer_id, host_id, gen_random_uuid()::text from made where lifecycle = 'assigned'
    returning job_id, lease
  )
  select ${CLAIMED_COLUMNS('m')}, handed.lease, m.lifecycle, m.created_at, m.assigned_at
  from made m left join handed on handed.job_id = m.id`;

const CLAIM = `
  with host as materialized (
    select h.id, greatest(0, h.slots - (select count(*) from jobs j where j.host_id = h.id and j.lifecycle in ('assigned', 'started'))) as free
    from hosts h
    where h.id = any($1::text[]) and not h.disabled
      -- nothing to lock and count for where nothing waits
      and exists (select 1 from jobs j where j.host_id = h.id and j.lifecycle = 'ready')
    order by h.id for no key update of h
  ), candidate as (
    select picked.id from host h cross join lateral (
      select * from (
        (select j.id, j.priority from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and not j.exclusive order by j.priority desc, j.id limit h.free)
        union all
        (with recursive head as (
          (select j.task_id, j.id, j.priority from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and j.exclusive
           order by j.task_id, j.priority desc, j.id limit 1)
          union all
          select following.* from head cross join lateral (
            select j.task_id, j.id, j.priority from jobs j where j.host_id = h.id and j.lifecycle = 'ready' and j.exclusive and j.task_id > head.task_id
            order by j.task_id, j.priority desc, j.id limit 1
          ) following
        )
        select head.id, head.priority from head
        where not exists (select 1 from jobs r where r.task_id = head.task_id and r.exclusive and r.lifecycle in ('assigned', 'started')))
      ) waiting order by priority desc, id limit h.free
    ) picked
  ), claimed as (
    update jobs j set lifecycle = 'assigned', attempt = j.attempt + 1, assigned_at = now()
    where j.id = any(array(select id from candidate)) and j.lifecycle = 'ready'
    returning j.*
  ), handed as (
    insert into attempts (job_id, attempt, customer_id, host_id, lease)
    select id, attempt, customer_id, host_id, gen_random_uuid()::text from claimed
    returning job_id, lease
  )
  select ${CLAIMED_COLUMNS('c')}, handed.lease
  from claimed c join handed on handed.job_id = c.id
  order by c.priority desc, c.id`;

const HELD = `
  with lazily as materialized (
    select set_config('synchronous_commit', 'off', true)
  ), seen as (
    update hosts h set last_seen_at = now(), boot = p.boot, slots = p.slots, info = coalesce(p.info, h.info)
    from lazily, jsonb_to_recordset($1::jsonb) as p(host_id text, boot text, slots integer, info jsonb)
    where h.id = p.host_id
  ), renewed as (
    update attempts a set renewed_at = now(), delivered = true
    from jsonb_to_recordset($2::jsonb) as n(host_id text, job text, attempt integer, lease text)
    where a.job_id = n.job and a.attempt = n.attempt and a.lease = n.lease and a.host_id = n.host_id and a.finished_at is null
  )
  select ${CLAIMED_COLUMNS('j').replace('j.host_id', 'a.host_id').replace('j.attempt', 'a.attempt')}, a.lease, a.delivered, j.stop_requested
  from attempts a join jobs j on j.id = a.job_id
  where a.host_id = any($3::text[]) and a.finished_at is null
  order by j.priority desc, j.id`;

const LOAD = `
  select a.job_id, a.attempt, a.lease, a.host_id, a.finished_at is not null as ended, a.outcome, a.log_seq, a.log_bytes, a.log_lines, a.started_at,
    j.customer_id, j.task_id, j.exclusive, j.stop_requested, v.result_rule
  from unnest($1::text[], $2::integer[]) as n(job_id, attempt)
  join attempts a on a.job_id = n.job_id and a.attempt = n.attempt
  join jobs j on j.id = a.job_id
  join task_versions v on v.task_id = j.task_id and v.version = j.task_version`;

const APPLY = `
  with change as (
    select * from jsonb_to_recordset($1::jsonb) as c(
      job_id text, attempt integer, lease text, from_seq integer, log_seq integer, log_bytes bigint, log_lines bigint, started_at timestamptz, pid integer,
      lifecycle text, state text, reason_code text, reason text, exit_code bigint, signal text, output jsonb, event_name text, components jsonb, next jsonb,
      ended_at timestamptz)
  ), applied as (
    update attempts a set log_seq = c.log_seq, log_bytes = c.log_bytes, log_lines = c.log_lines, renewed_at = now(), delivered = true,
      started_at = coalesce(a.started_at, c.started_at), pid = coalesce(c.pid, a.pid), finished_at = c.ended_at, outcome = c.reason_code
    from change c
    where a.job_id = c.job_id and a.attempt = c.attempt and a.lease = c.lease and a.finished_at is null and a.log_seq = c.from_seq
    returning a.job_id, a.attempt
  ), chunk as (
    insert into log_chunks (job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data)
    select n.* from unnest($2::text[], $3::integer[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::integer[], $9::integer[], $10::timestamptz[], $11::text[], $12::bytea[])
      as n(job_id, attempt, seq, stream, log_offset, line, bytes, lines, at, encoding, data)
    join applied a on a.job_id = n.job_id and a.attempt = n.attempt
  ), job as (
    update jobs j set lifecycle = coalesce(c.lifecycle, 'started'), state = coalesce(c.state, j.state), reason_code = c.reason_code, reason = c.reason,
      exit_code = c.exit_code, signal = c.signal, output = coalesce(c.output, j.output), event_name = c.event_name, components = c.components, next = c.next,
      started_at = coalesce(j.started_at, c.started_at), finished_at = c.ended_at
    from change c join applied a on a.job_id = c.job_id and a.attempt = c.attempt
    where j.id = c.job_id and j.attempt = c.attempt and j.lifecycle in ('assigned', 'started') and (c.lifecycle is not null or c.started_at is not null)
  )
  select job_id, attempt from applied`;

const CANCEL_WAITING = `
  update jobs set lifecycle = 'canceled', state = 'canceled', reason_code = 'canceled', reason = $2, finished_at = now()
  where id = $1 and lifecycle in ('ready', 'onhold') returning id`;

const REQUEST_STOP = `
  update jobs j set stop_requested = coalesce(j.stop_requested, jsonb_build_object('at', to_json(now()), 'by', $2::text, 'why', $3::text))
  from attempts a
  where j.id = $1 and j.lifecycle in ('assigned', 'started') and a.job_id = j.id and a.attempt = j.attempt
  returning j.host_id, j.attempt, a.lease`;

const END_LOST = `
  with lost as (
    update attempts a set finished_at = now(), outcome = 'lost'
    from hosts h
    where a.finished_at is null and h.id = a.host_id and greatest(a.renewed_at, $1) < now() - make_interval(secs => $2)
    returning a.job_id, a.attempt, a.host_id, h.hostname
  )
  update jobs j set lifecycle = 'terminated', state = 'error', reason_code = 'lost', finished_at = now(),
    reason = format('bot %s not heard of for %s s', lost.hostname, $2)
  from lost where j.id = lost.job_id and j.attempt = lost.attempt and j.lifecycle in ('assigned', 'started')
  returning j.id, lost.host_id`;

/** A job of the version before, as its API would have made it. */
export interface PreviousJob {
  id: string;
  customer_id: string;
  task_id: string;
  host_id: string;
  script: { id: string; sha256: string; filename: string; size: number };
  exclusive?: boolean;
}

export interface PreviousAttempt {
  id: string;
  host_id: string;
  attempt: number;
  lease: string;
  lifecycle?: string;
  stop_requested?: object | null;
}

export interface PreviousChange {
  /** The process runs. */
  started?: boolean;
  /** A piece of log, the next one. */
  text?: string;
  /** It ended by itself with exit code 0. */
  finished?: boolean;
}

/** What a supervisor of the version before does to the queue. */
export function previousSupervisor(db: Database) {
  const ask = <Row extends object>(text: string, values: readonly unknown[]) => db.once<Row>(text, values);
  return {
    /** Makes a job; hands it out at once where the bot `waits`. */
    async create(
      { script, exclusive = false, ...job }: PreviousJob,
      waits = false,
    ): Promise<PreviousAttempt> {
      const row = {
        ...job,
        exclusive,
        task_version: 1,
        name: 'of the version before',
        priority: 0,
        timeout: 600,
        script_id: script.id,
        script_version: 1,
        script_sha256: script.sha256,
        script_filename: script.filename,
        script_size: script.size,
        arguments: [],
        origin: 'api',
        user_id: null,
        started_by: 'somebody',
        address: '127.0.0.1',
        acls: [],
        repeat_of: null,
        hold: false,
        reason: null,
      };
      const [made] = await ask<PreviousAttempt>(CREATE, [JSON.stringify([row]), waits ? [job.host_id] : []]);
      return made as PreviousAttempt;
    },
    claim: (hostId: string) => ask<PreviousAttempt>(CLAIM, [[hostId]]),
    /** A poll of a bot that names these attempts. */
    poll: (hostId: string, named: readonly PreviousAttempt[]) =>
      ask<PreviousAttempt>(HELD, [
        JSON.stringify([{ host_id: hostId, boot: 'b'.repeat(24), slots: 10, info: null }]),
        JSON.stringify(named.map(({ id, attempt, lease }) => ({ host_id: hostId, job: id, attempt, lease }))),
        [hostId],
      ]),
    /** Stores what a bot tells; false where the attempt moved on. */
    async apply({ id, attempt, lease }: PreviousAttempt, { started, text, finished }: PreviousChange) {
      const [state] = await ask<{ log_seq: number; log_bytes: number; log_lines: number }>(LOAD, [
        [id],
        [attempt],
      ]);
      if (state === undefined) return false;
      const { log_seq, log_bytes, log_lines } = state;
      const data = Buffer.from(text ?? '');
      const lines = (text ?? '').split('\n').length - 1;
      const now = new Date();
      const change = {
        job_id: id,
        attempt,
        lease,
        from_seq: log_seq,
        pid: 4711,
        log_seq: log_seq + (text === undefined ? 0 : 1),
        log_bytes: log_bytes + data.length,
        log_lines: log_lines + lines,
        started_at: started === true ? now : null,
        ...(finished === true && {
          lifecycle: 'finished',
          state: 'success',
          reason_code: 'exit_code',
          reason: 'exit code 0',
          exit_code: 0,
          signal: null,
          output: [],
          ended_at: now,
        }),
      };
      const chunk = text === undefined ? [] : [0];
      const column = (value: unknown) => chunk.map(() => value);
      const applied = await ask(APPLY, [
        JSON.stringify([change]),
        ...[id, attempt, log_seq + 1, 'stdout', log_bytes, log_lines, data.length, lines].map(column),
        ...[now, 'identity', data].map(column),
      ]);
      return applied.length > 0;
    },
    /** Cancels, or asks for the stop. */
    async stop(jobId: string) {
      const canceled = await ask(CANCEL_WAITING, [jobId, 'canceled by somebody before it started']);
      return canceled.length > 0 ? canceled : ask(REQUEST_STOP, [jobId, 'somebody', 'canceled']);
    },
    endSilent: (since: Date) => ask<{ id: string }>(END_LOST, [since, 120]),
  };
}
