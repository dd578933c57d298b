import type { Schedule } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import type { StoredPolicy } from './queries.ts';

/** What is asked for of all schedules of an organization. */
export interface OccurrenceFilter {
  customerId: string;
  /** A task or a workflow. */
  of: string | null;
  tag: string | null;
  host: string | null;
  schedule: string | null;
}

interface OfRow {
  schedule_id: string;
  name: string;
  task_id: string | null;
  workflow_id: string | null;
  of_name: string;
  of_acls: string[];
  host_id: string | null;
  repeat_every: string | null;
  timezone: string | null;
  kind: Schedule['kind'] | null;
}

/** A schedule with what its times follow from. */
export interface PlanRow extends OfRow {
  kind: Schedule['kind'];
  timezone: string;
  run_date: Date | null;
  policy: StoredPolicy;
  created_at: Date;
  next_run_at: Date | null;
  is_paused: boolean;
}

/** What became of due times of one schedule, one outcome and one day. */
export interface PassedRow extends OfRow {
  /** Of the asked time zone, `2026-11-28`. */
  day: string;
  outcome: 'started' | 'skipped' | 'missed' | 'failed';
  times: number;
  first_due: Date;
  last_due: Date;
  started_id: string | null;
  reason: string | null;
  /** One by one, where they are few. */
  parts:
    | {
        times: number;
        first_due: string;
        last_due: string;
        started_id: string | null;
        reason: string | null;
      }[]
    | null;
}

const OF = `coalesce(t.name, w.name) as of_name, coalesce(t.acls, w.acls) as of_acls, t.host_id`;
const FILTER = `
  ($2::text is null or coalesce(o.task_id, o.workflow_id) = $2)
  and ($3::text is null or $3 = any(coalesce(t.tags, w.tags)))
  and ($4::text is null or t.host_id = $4)`;

const PLAN = `
  select o.id as schedule_id, o.name, o.task_id, o.workflow_id, o.kind, o.run_date, o.repeat_every, o.timezone, o.policy,
    o.created_at, o.next_run_at, o.paused is not null as is_paused, ${OF}
  from schedules o
  left join tasks t on t.id = o.task_id
  left join workflows w on w.id = o.workflow_id
  where o.customer_id = $1 and (o.next_run_at is not null or o.paused is not null) and ${FILTER} and ($5::text is null or o.id = $5)
  order by o.id`;

/** Of days with more rows than this only the whole is told. */
const PARTS_MAX = 6;
const ROWS_MAX = 50_000;

const PASSED = `
  select g.*, ${OF}, s.repeat_every, s.timezone, s.kind
  from (
    select to_char(o.first_due at time zone $8, 'YYYY-MM-DD') as day, o.schedule_id, o.outcome, o.task_id, o.workflow_id,
      max(o.name) as name, sum(o.times)::int as times, min(o.first_due) as first_due, max(o.last_due) as last_due,
      (array_agg(o.started_id order by o.last_due desc))[1] as started_id,
      (array_agg(o.reason order by o.last_due desc))[1] as reason,
      case when count(*) <= ${PARTS_MAX} then jsonb_agg(jsonb_build_object('times', o.times, 'first_due', o.first_due,
        'last_due', o.last_due, 'started_id', o.started_id, 'reason', o.reason) order by o.first_due) end as parts
    from schedule_outcomes o
    where o.customer_id = $1 and o.hour >= date_trunc('hour', $6::timestamptz) and o.hour < $7 and o.first_due < $7
      and o.last_due >= $6 and ($5::text is null or o.schedule_id = $5)
    group by 1, o.schedule_id, o.outcome, o.task_id, o.workflow_id
  ) g
  cross join lateral (select g.task_id, g.workflow_id) o
  left join tasks t on t.id = o.task_id
  left join workflows w on w.id = o.workflow_id
  left join schedules s on s.id = g.schedule_id
  where ${FILTER}
  order by g.first_due desc
  limit ${ROWS_MAX}`;

const STATES = `
  select id, state from jobs where id = any($1)
  union all select id, state from workflow_runs where id = any($1)`;

const FORGET = `
  with old as (
    delete from schedule_outcomes where hour < now() - interval '400 days'
  )
  delete from deleted_schedules where at < now() - interval '1 day'`;

export function outcomeQueries(db: Database) {
  const of = ({ customerId, of: owner, tag, host, schedule }: OccurrenceFilter) => [
    customerId,
    owner,
    tag,
    host,
    schedule,
  ];
  return {
    plan: (filter: OccurrenceFilter) => db.query<PlanRow>('planned_schedules', PLAN, of(filter)),

    /** Newest first; not all where there are `rowsMax`. */
    passed: (filter: OccurrenceFilter, { from, to, timezone }: { from: Date; to: Date; timezone: string }) =>
      db.query<PassedRow>('passed_schedules', PASSED, [...of(filter), from, to, timezone]),
    rowsMax: ROWS_MAX,

    /** How jobs and runs stand. */
    states: async (ids: readonly string[]): Promise<Map<string, string>> => {
      const rows = await db.query<{ id: string; state: string }>('states_of_started', STATES, [ids]);
      return new Map(rows.map(({ id, state }) => [id, state]));
    },

    slots: (customerId: string) =>
      db.query<{ id: string; hostname: string; slots: number }>(
        'slots_of_hosts',
        'select id, hostname, least(slots, coalesce(max_slots, slots)) as slots from hosts where customer_id = $1',
        [customerId],
      ),

    forgetOld: () => db.query('forget_schedule_outcomes', FORGET, []),
  };
}

export type OutcomeQueries = ReturnType<typeof outcomeQueries>;
