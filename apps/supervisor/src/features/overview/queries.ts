import { aclKeys, seesEverything } from '@argus/contract';
import { namesOneOf } from '../../platform/acls.ts';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { idAt } from '../../platform/ids.ts';
import { visibleJobs } from '../jobs/index.ts';

export const COUNTED = 1_000;
export const FAILING_DAYS = 31;
const DAY_MS = 86_400_000;
const SHOWN_RUNNING = 8;
const SHOWN_FAILING = 12;
/** Of each way to fail, so many of the latest jobs tell which tasks are looked at, and so many of these. */
const FAILED_READ = 300;
const FAILING_TASKS = 100;
/** So many of a task's latest jobs are looked through for the last success. */
const IN_A_ROW = 50;
/** A success of an organization that has one is among its first or its latest jobs. */
const GREEN_READ = 1_000;

/** What of the tasks or workflows, by alias, a caller may see: a condition, and its values from `first` on. */
function seen(caller: Actor, first: number): { where: (alias: string) => string; values: unknown[] } {
  if (seesEverything(caller.role)) return { where: () => 'true', values: [] };
  return {
    where: (alias) => namesOneOf(`${alias}.acls`, `$${first}`),
    values: [aclKeys(caller)],
  };
}

interface JobIds {
  count: number;
  ids: string[];
}

export interface FailingRow {
  task_id: string;
  name: string;
  in_a_row: number;
  since: Date;
  last_id: string;
  /** Of all of them. */
  count: number;
}

export interface NextRow {
  id: string;
  name: string;
  at: Date;
  type: 'task' | 'workflow';
  of_id: string;
  of_name: string;
  /** Of all of them. */
  count: number;
}

export interface BotRow {
  count: number;
  there: number;
  silent_count: number;
  silent: { id: string; hostname: string; last_seen_at: string | null }[];
}

export interface StepsRow {
  bot: boolean;
  script: boolean;
  task: boolean;
  green_run: boolean;
  token: boolean;
}

/** Each reads along an index and ends at a limit: a million jobs cost as much as a thousand. */
export function overviewQueries(db: Database) {
  return {
    async running(caller: Actor): Promise<JobIds> {
      const { sql, values, shape } = visibleJobs(caller);
      const [row] = await db.query<JobIds>(
        `overview_running_${shape}`,
        `with running as materialized (
           select j.id from jobs j where j.id in (
             (select r.id from hosts h join jobs r on r.host_id = h.id and r.lifecycle in ('assigned', 'started')
              where h.customer_id = $1 limit ${COUNTED})
             union
             (select id from jobs where customer_id = $1 and type in ('notification', 'http') and finished_at is null
                and lifecycle in ('assigned', 'started') limit ${COUNTED})
           ) and ${sql}
         )
         select least(count(*), ${COUNTED})::integer as count, (array_agg(id order by id))[1:${SHOWN_RUNNING}] as ids from running`,
        values,
      );
      return { count: row?.count ?? 0, ids: row?.ids ?? [] };
    },

    onHold(caller: Actor): Promise<{ reason_code: string; jobs: number }[]> {
      const { sql, values, shape } = visibleJobs(caller);
      return db.query(
        `overview_on_hold_${shape}`,
        `select coalesce(reason_code, 'held') as reason_code, count(*)::integer as jobs from (
           select j.reason_code from jobs j where ${sql} and j.lifecycle = 'onhold' order by j.id limit ${COUNTED}
         ) held group by 1 order by 2 desc, 1`,
        values,
      );
    },

    async pausedTasks(caller: Actor): Promise<{ count: number; tasks: { id: string; name: string }[] }> {
      const { where, values } = seen(caller, 2);
      const [row] = await db.query<{ count: number; tasks: { id: string; name: string }[] }>(
        `overview_paused_${values.length}`,
        `with paused as (select t.id, t.name from tasks t where t.customer_id = $1 and t.paused is not null and ${where('t')})
         select (select count(*)::integer from paused) as count,
           coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name)) from (select * from paused order by lower(name), id limit 5) first), '[]') as tasks`,
        [caller.customer.id, ...values],
      );
      return row ?? { count: 0, tasks: [] };
    },

    failing(caller: Actor): Promise<FailingRow[]> {
      const { sql, values, shape } = visibleJobs(caller);
      const since = `$${values.length + 1}`;
      const read = (state: string) =>
        `(select j.id, j.task_id from jobs j where ${sql} and j.state = '${state}' and j.id >= ${since} order by j.id desc limit ${FAILED_READ})`;
      return db.query<FailingRow>(
        `overview_failing_${shape}`,
        `with wrong as materialized (${['failure', 'timeout', 'error'].map(read).join(' union all ')}),
         touched as materialized (select task_id from wrong group by task_id order by max(id) desc limit ${FAILING_TASKS})
         select touched.task_id, t.name, latest.in_a_row, latest.since, latest.last_id, (count(*) over ())::integer as count
         from touched join tasks t on t.id = touched.task_id and t.trial_of is null cross join lateral (
           select count(*)::integer as in_a_row, min(id) as first_id, max(id) as last_id, min(at) as since from (
             select id, state, at, bool_or(state = 'success') over (order by id desc) as is_over from (
               select j.id, j.state, coalesce(j.finished_at, j.created_at) as at from jobs j
               where ${sql} and j.task_id = touched.task_id order by j.id desc limit ${IN_A_ROW}
             ) recent
           ) ended where not is_over and state in ('failure', 'timeout', 'error')
         ) latest
         where latest.in_a_row > 0 order by latest.last_id desc limit ${SHOWN_FAILING}`,
        [...values, idAt(Date.now() - FAILING_DAYS * DAY_MS)],
      );
    },

    next(caller: Actor): Promise<NextRow[]> {
      const { where, values } = seen(caller, 2);
      return db.query<NextRow>(
        `overview_next_${values.length}`,
        `select s.id, s.name, s.next_run_at as at, case when s.task_id is null then 'workflow' else 'task' end as type,
           coalesce(t.id, w.id) as of_id, coalesce(t.name, w.name) as of_name, (count(*) over ())::integer as count
         from schedules s left join tasks t on t.id = s.task_id left join workflows w on w.id = s.workflow_id
         where s.customer_id = $1 and s.paused is null and s.next_run_at is not null
           and case when s.task_id is null then ${where('w')} else ${where('t')} end
         order by s.next_run_at, s.id limit 6`,
        [caller.customer.id, ...values],
      );
    },

    async bots(customerId: string, awayAfterMs: number): Promise<BotRow> {
      const [row] = await db.query<BotRow>(
        'overview_bots',
        `with bot as (
           select id, hostname, last_seen_at, disabled,
             coalesce(last_seen_at > now() - make_interval(secs => $2), false) as there
           from hosts where customer_id = $1
         ), silent as (select * from bot where not there and not disabled)
         select (select count(*)::integer from bot) as count,
           (select count(*)::integer from bot where there) as there,
           (select count(*)::integer from silent) as silent_count,
           coalesce((
             select jsonb_agg(jsonb_build_object('id', id, 'hostname', hostname, 'last_seen_at', last_seen_at))
             from (select * from silent order by last_seen_at desc nulls last, hostname limit 6) latest
           ), '[]') as silent`,
        [customerId, awayAfterMs / 1_000],
      );
      return row ?? { count: 0, there: 0, silent_count: 0, silent: [] };
    },

    async firstSteps(customerId: string): Promise<StepsRow> {
      const green = (order: string) =>
        `exists (select 1 from (select state from jobs where customer_id = $1 order by id ${order} limit ${GREEN_READ}) read where state = 'success')`;
      const [row] = await db.query<StepsRow>(
        'overview_first_steps',
        `select exists (select 1 from hosts where customer_id = $1 and last_seen_at is not null) as bot,
           exists (select 1 from scripts where customer_id = $1) as script,
           exists (select 1 from tasks where customer_id = $1 and trial_of is null) as task,
           ${green('desc')} or ${green('asc')} as green_run,
           exists (select 1 from tokens where customer_id = $1 and kind = 'integration'
             and (last_used_at is not null or created_by is distinct from 'first start')) as token`,
        [customerId],
      );
      return row ?? { bot: false, script: false, task: false, green_run: false, token: false };
    },
  };
}
