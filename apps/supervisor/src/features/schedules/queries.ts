import type { Cause, NamedValue, Schedule } from '@argus/contract';
import { sql } from 'kysely';
import type { Database } from '../../platform/database.ts';
import type { StoredDefinition } from '../tasks/index.ts';
import type { HourOutcome, Policy } from './rules.ts';

export type Kind = Schedule['kind'];

/** What may be left out of `policy` is as usual. */
export type StoredPolicy = Partial<Policy & Pick<Schedule, 'missing_hour' | 'repeated_hour'>>;

/** What a schedule runs. */
export interface Scheduled {
  type: 'task' | 'workflow';
  id: string;
}

/** A schedule with what is shown of what it runs. */
export interface ScheduleRow {
  id: string;
  customer_id: string;
  customer_name: string;
  task_id: string | null;
  workflow_id: string | null;
  /** Of the task or workflow. */
  of_name: string;
  of_acls: string[];
  task_arguments: StoredDefinition[];
  kind: Kind;
  name: string;
  run_date: Date | null;
  repeat_every: string | null;
  timezone: string;
  policy: StoredPolicy;
  given_cipher: Buffer | null;
  cause: Cause | null;
  depth: number;
  paused: { at: string; by: string } | null;
  next_run_at: Date | null;
  last: Schedule['last'];
  created_by: string;
  created_at: Date;
  updated_at: Date;
}

/** What people decide of a schedule, and what follows of it. */
export interface ScheduleValues {
  kind: Kind;
  name: string;
  run_date: Date | null;
  repeat_every: string | null;
  timezone: string;
  policy: StoredPolicy;
  given: readonly NamedValue[];
  next_run_at: Date | null;
}

/** One that is due, with what decides over it. */
export interface DueRow extends ScheduleRow {
  /** The time of the database. */
  now: Date;
  /** Its jobs that have not ended, newest first, some of them, with the due time (ISO 8601) that each is of. */
  running: { id: string; due: string }[];
}

/** How a due time went. */
export interface Advance {
  id: string;
  /** The due time that this rests on: nothing is changed where it is another one by now. */
  due: Date;
  next_run_at: Date | null;
  last: NonNullable<Schedule['last']>;
  /** Nothing is left of it. */
  is_over: boolean;
  /** What became of the due times that are behind it now; none for a grace time. */
  outcomes: readonly HourOutcome[];
}

const ROW = `
  select s.*, c.name as customer_name, coalesce(t.name, w.name) as of_name, coalesce(t.acls, w.acls) as of_acls,
    coalesce(t.task_arguments, nullif(w.task_arguments, '[]'), f.task_arguments, '[]') as task_arguments
  from schedules s
  join customers c on c.id = s.customer_id
  left join tasks t on t.id = s.task_id
  left join workflows w on w.id = s.workflow_id
  left join tasks f on f.id = w.first_task_id`;

const DUE = `
  select d.*, now() as now,
    coalesce((
      select jsonb_agg(jsonb_build_object('id', r.id, 'due', r.due))
      from (
        (select j.id, j.cause ->> 'due' as due from jobs j where j.schedule_id = d.id and j.finished_at is null order by j.id desc limit 100)
        union all
        (select j.id, j.cause ->> 'due' from workflow_runs j where j.schedule_id = d.id and j.finished_at is null order by j.id desc limit 100)
      ) r
    ), '[]') as running
  from (${ROW} where s.next_run_at <= now() and s.paused is null order by s.next_run_at, s.id limit $1) d`;

// times go through JavaScript, which knows no microseconds
const IS_DUE = `date_trunc('milliseconds', s.next_run_at) = g.due`;

const ADVANCE = `
  with given as (
    select * from jsonb_to_recordset($1::jsonb)
      as r(id text, due timestamptz, next_run_at timestamptz, last jsonb, is_over boolean, outcomes jsonb)
  ), gone as (
    delete from schedules s using given g where s.id = g.id and ${IS_DUE} and g.is_over returning s.*, g.outcomes
  ), moved as (
    update schedules s set next_run_at = g.next_run_at, last = g.last
    from given g where s.id = g.id and ${IS_DUE} and not g.is_over returning s.*, g.outcomes
  )
  insert into schedule_outcomes as o (customer_id, hour, schedule_id, outcome, name, task_id, workflow_id, times, first_due,
    last_due, started_id, reason)
  select a.customer_id, r.hour, a.id, r.outcome, a.name, a.task_id, a.workflow_id, r.times, r.first_due, r.last_due, r.started_id,
    r.reason
  from (select * from gone union all select * from moved) a, jsonb_to_recordset(a.outcomes)
    as r(hour timestamptz, outcome text, times int, first_due timestamptz, last_due timestamptz, started_id text, reason text)
  on conflict (customer_id, hour, schedule_id, outcome) do update set times = o.times + excluded.times, name = excluded.name,
    first_due = least(o.first_due, excluded.first_due), last_due = greatest(o.last_due, excluded.last_due),
    started_id = coalesce(excluded.started_id, o.started_id), reason = excluded.reason`;

const DELETE = `
  with gone as (
    delete from schedules where id = $1 returning *
  ), kept as (
    insert into deleted_schedules (id, customer_id, task_id, workflow_id, schedule)
    select id, customer_id, task_id, workflow_id, to_jsonb(gone) from gone where kind <> 'grace'
    on conflict (id) do update set schedule = excluded.schedule, at = now()
  )
  select id from gone`;

const RESTORE = `
  with back as (
    delete from deleted_schedules d using customers c
    where d.id = $1 and d.customer_id = c.id and c.id = $2 and d.at > now() - interval '1 day' returning d.schedule
  )
  insert into schedules select r.* from back, jsonb_populate_record(null::schedules, back.schedule) r
  on conflict do nothing returning id`;

const WAIT_OUT = `
  with fired as (
    insert into firings (key) values ($1) on conflict do nothing returning key
  )
  insert into schedules (id, customer_id, task_id, workflow_id, kind, run_date, next_run_at, given_cipher, cause, depth, created_by)
  select $2, o.customer_id, o.task_id, o.workflow_id, 'grace', due.at, due.at, $4, $5::jsonb, $6, $7
  from (
    select customer_id, id as task_id, null as workflow_id from tasks where id = $3
    union all select customer_id, null, id from workflows where id = $3
  ) o, fired, (select date_trunc('milliseconds', now()) + make_interval(secs => $8) as at) due
  returning customer_id`;

export function scheduleQueries(db: Database) {
  return {
    find: async (id: string): Promise<ScheduleRow | undefined> =>
      (await db.query<ScheduleRow>('find_schedule', `${ROW} where s.id = $1`, [id]))[0],

    /** Those of an organization after an id, oldest first. */
    list: (customerId: string, after: string, limit: number | null) =>
      db.query<ScheduleRow>(
        'list_schedules',
        `${ROW} where s.customer_id = $1 and s.id > $2 order by s.id limit $3`,
        [customerId, after, limit],
      ),

    of: ({ type, id }: Scheduled) =>
      db.query<ScheduleRow>(`schedules_of_${type}`, `${ROW} where s.${type}_id = $1 order by s.id`, [id]),

    insert: (
      { given: _given, policy, ...values }: ScheduleValues,
      more: {
        id: string;
        customer_id: string;
        task_id: string | null;
        workflow_id: string | null;
        given_cipher: Buffer;
        created_by: string;
      },
    ) =>
      db.kysely
        .insertInto('schedules')
        .values({ ...values, ...more, policy: JSON.stringify(policy) })
        .execute(),

    update: (id: string, { given: _given, policy, ...values }: ScheduleValues, cipher: Buffer) =>
      db.kysely
        .updateTable('schedules')
        .set({ ...values, given_cipher: cipher, policy: JSON.stringify(policy), updated_at: sql`now()` })
        .where('id', '=', id)
        .execute(),

    setPaused: (
      id: string,
      paused: { at: string; by: string } | null,
      next: { next_run_at: Date | null; run_date?: Date },
    ) =>
      db.kysely
        .updateTable('schedules')
        .set({ ...next, paused: paused && JSON.stringify(paused), updated_at: sql`now()` })
        .where('id', '=', id)
        .execute(),

    /** Answers how many: 0 where it is gone already. */
    delete: async (id: string): Promise<number> => (await db.query('delete_schedule', DELETE, [id])).length,

    /** Brings back what was deleted less than a day ago; false where there is none. */
    restore: async (customerId: string, id: string): Promise<boolean> =>
      (await db.query('restore_schedule', RESTORE, [id, customerId])).length > 0,

    setNext: (id: string, next: Date | null) =>
      db.kysely.updateTable('schedules').set({ next_run_at: next }).where('id', '=', id).execute(),

    /** Those whose time has come, by the clock of the database. */
    due: (limit: number) => db.query<DueRow>('due_schedules', DUE, [limit]),

    advance: (advances: readonly Advance[]) =>
      db.query('advance_schedules', ADVANCE, [JSON.stringify(advances)]),

    /** Keeps a triggered run for later, once for its key. Answers whose it is, unless it was kept before. */
    waitOut: async (run: {
      once: string;
      id: string;
      /** The task or workflow. */
      of: string;
      cipher: Buffer;
      cause: Cause;
      depth: number;
      startedBy: string;
      seconds: number;
    }): Promise<string | undefined> => {
      const [made] = await db.query<{ customer_id: string }>('wait_out', WAIT_OUT, [
        run.once,
        run.id,
        run.of,
        run.cipher,
        JSON.stringify(run.cause),
        run.depth,
        run.startedBy,
        run.seconds,
      ]);
      return made?.customer_id;
    },
  };
}

export type ScheduleQueries = ReturnType<typeof scheduleQueries>;
