import { aclKeys, seesEverything, type TaskActivity } from '@argus/contract';
import { namesOneOf } from '../../platform/acls.ts';
import type { Database } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import { OPEN } from './list.ts';
import { iso } from './view.ts';
import { visibleJobs } from './visible.ts';

interface ActivityRow extends Pick<TaskActivity, 'task_id' | 'running' | 'waiting' | 'grace'> {
  next_run_at: Date | null;
  ended: TaskActivity['ended'];
  id: string | null;
  lifecycle: NonNullable<TaskActivity['last']>['lifecycle'];
  state: NonNullable<TaskActivity['last']>['state'];
  reason_code: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** What each task does and did lately, oldest task first. Tasks that never ran and that no clock starts are left out. */
export async function listActivity(db: Database, caller: Actor): Promise<TaskActivity[]> {
  const { sql, values, shape } = visibleJobs(caller);
  const keys = seesEverything(caller.role) ? null : aclKeys(caller);
  const tasks = `$${values.length + 1}::text[]`;
  const acl = `$${values.length + 2}`;
  // the newest job of a task is the first of its index: what else it may be asked for is in that row
  const text = `
    with open as (
      select j.task_id, count(*) filter (where j.lifecycle in ('assigned', 'started'))::integer as running,
        count(*) filter (where j.lifecycle in ('ready', 'onhold'))::integer as waiting
      from jobs j where j.id in (${OPEN}) and ${sql} group by j.task_id
    ), timed as (
      select s.task_id, min(s.next_run_at) filter (where s.kind <> 'grace' and s.paused is null) as next_run_at,
        count(*) filter (where s.kind = 'grace')::integer as grace
      from schedules s where s.customer_id = $1 and s.task_id is not null group by s.task_id
    )
    select t.id as task_id, coalesce(o.running, 0) as running, coalesce(o.waiting, 0) as waiting,
      m.next_run_at, coalesce(m.grace, 0) as grace, coalesce(e.state, l.state) as ended, l.*
    from tasks t
    left join open o on o.task_id = t.id
    left join timed m on m.task_id = t.id
    left join lateral (
      select j.id, j.lifecycle, j.state, j.reason_code, j.created_at, j.started_at, j.finished_at
      from jobs j where j.task_id = t.id and ${sql} order by j.id desc limit 1
    ) l on true
    left join lateral (
      select j.state from jobs j
      where l.finished_at is null and l.id is not null and j.task_id = t.id and j.finished_at is not null and ${sql}
      order by j.id desc limit 1
    ) e on true
    where t.customer_id = $1 and t.trial_of is null and (${tasks} is null or t.id = any(${tasks}))
      and (${acl}::text[] is null or ${namesOneOf('t.acls', acl)})
      and (l.id is not null or m.next_run_at is not null or m.grace > 0)
    order by t.id`;
  const rows = await db.query<ActivityRow>(`list_activity_${shape}`, text, [...values, caller.tasks, keys]);
  return rows.map(activityView);
}

function activityView(row: ActivityRow): TaskActivity {
  const { id, lifecycle, state, reason_code, created_at, started_at, finished_at } = row;
  return {
    task_id: row.task_id,
    running: row.running,
    waiting: row.waiting,
    grace: row.grace,
    next_run_at: iso(row.next_run_at),
    ended: row.ended === 'in_progress' ? null : row.ended,
    last:
      id === null
        ? null
        : {
            id,
            lifecycle,
            state,
            reason_code,
            creation_date: created_at.toISOString(),
            started_at: iso(started_at),
            finished_at: iso(finished_at),
          },
  };
}
