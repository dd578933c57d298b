import type { NamedValue, Schedule } from '@argus/contract';
import type { Platform } from '../../platform/platform.ts';
import type { ScheduleRow } from './queries.ts';
import { USUAL_POLICY } from './rules.ts';
import { usualPolicies } from './times.ts';

/** A schedule as the API answers it. */
export function scheduleView({ box }: Pick<Platform, 'box'>, row: ScheduleRow): Schedule {
  const usual = usualPolicies(row.repeat_every ?? '');
  const policy = {
    ...USUAL_POLICY,
    missing_hour: usual.missing,
    repeated_hour: usual.repeated,
    ...row.policy,
  };
  return {
    id: row.id,
    customer: row.customer_name,
    task_id: row.task_id,
    task: row.task_id === null ? null : { id: row.task_id, name: row.of_name },
    workflow_id: row.workflow_id,
    workflow: row.workflow_id === null ? null : { id: row.workflow_id, name: row.of_name },
    name: row.name,
    kind: row.kind,
    runDate: iso(row.run_date),
    repeatEvery: row.repeat_every,
    timezone: row.timezone,
    task_arguments: shownValues(box, row),
    missing_hour: policy.missing_hour,
    repeated_hour: policy.repeated_hour,
    missed: policy.missed,
    catch_up_limit: policy.catch_up_limit,
    overlap: policy.overlap,
    paused: row.paused,
    nextRunAt: row.paused === null ? iso(row.next_run_at) : null,
    lastRunAt: row.last?.outcome === 'skipped' ? null : (row.last?.at ?? null),
    last: row.last,
    cause: row.cause,
    created_by: row.created_by,
    creation_date: row.created_at.toISOString(),
    last_update: row.updated_at.toISOString(),
  };
}

/** By position; null where it is masked, or fixed by now. */
function shownValues(box: Platform['box'], { given_cipher, task_arguments }: ScheduleRow): unknown[] | null {
  if (given_cipher === null) return null;
  const given = JSON.parse(box.open(given_cipher)) as NamedValue[];
  return task_arguments.map(({ order, type, masked }) =>
    masked || type === 'fixed' ? null : (given.find((value) => value.order === order)?.value ?? null),
  );
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
