import type { Job } from '@argus/contract';
import { shownArgument } from '../files/index.ts';
import type { JobRow } from './queries.ts';

/** Without a sign of life for this long a bot and its jobs are shown as unresponsive (design §6). */
export const UNRESPONSIVE_AFTER_MS = 45_000;

/** What is shown in place of a masked value. */
const MASKED = null;

export function jobView(job: JobRow, now: number = Date.now()): Job {
  const silent = job.renewed_at !== null && now - job.renewed_at.getTime() > UNRESPONSIVE_AFTER_MS;
  return {
    id: job.id,
    customer: job.customer_name,
    task_id: job.task_id,
    task: { id: job.task_id, type: 'script', name: job.name },
    name: job.name,
    lifecycle: job.lifecycle,
    state: job.state,
    reason_code: job.reason_code,
    reason: job.reason,
    exit_code: job.exit_code,
    signal: job.signal,
    host_id: job.host_id,
    hostname: job.hostname,
    script_id: job.script_id,
    script_sha256: job.script_sha256,
    task_arguments_values: job.arguments.map((value, index) =>
      job.masked?.includes(index) ? MASKED : shownArgument(value),
    ),
    output: job.output,
    event_name: job.event_name,
    origin: job.origin,
    user: job.user_id === null ? {} : { id: job.user_id, email: job.started_by, username: job.started_by },
    priority: job.priority,
    timeout: job.timeout,
    attempt: job.attempt,
    unresponsive_since: silent ? iso(job.renewed_at) : null,
    stop_requested: job.stop_requested && {
      ...job.stop_requested,
      at: new Date(job.stop_requested.at).toISOString(),
    },
    log_bytes: job.log_bytes ?? 0,
    log_lines: job.log_lines ?? 0,
    creation_date: job.created_at.toISOString(),
    assigned_at: iso(job.assigned_at),
    started_at: iso(job.started_at),
    finished_at: iso(job.finished_at),
  };
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
