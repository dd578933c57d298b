import type { Job, JobSummary } from '@argus/contract';
import { shownArguments } from './arguments.ts';
import type { JobRow, JobSummaryRow } from './queries.ts';

/** Without a sign of life for this long a bot and its jobs are shown as unresponsive (design §6). */
export const UNRESPONSIVE_AFTER_MS = 45_000;

export function jobView(job: JobRow): Job {
  return {
    ...jobSummary(job),
    task_arguments_values: shownArguments(job.arguments),
    output: job.output,
    components: job.components ?? null,
    next: job.next ?? null,
  };
}

export function jobSummary(job: JobSummaryRow, now: number = Date.now()): JobSummary {
  const silent = job.renewed_at !== null && now - job.renewed_at.getTime() > UNRESPONSIVE_AFTER_MS;
  return {
    id: job.id,
    customer: job.customer_name,
    task_id: job.task_id,
    task: { id: job.task_id, type: job.type, name: job.name },
    name: job.name,
    lifecycle: job.lifecycle,
    state: job.state,
    reason_code: job.reason_code,
    reason: job.reason,
    exit_code: job.exit_code,
    signal: job.signal,
    host_id: job.host_id,
    hostname: job.hostname,
    host_labels: job.host_labels ?? [],
    script_id: job.script_id,
    script_version: job.script_version,
    script_sha256: job.script_sha256,
    event_name: job.event_name,
    repeat_of: job.repeat_of,
    origin: job.origin,
    cause: job.cause,
    workflow_id: job.cause?.type === 'workflow' ? job.cause.workflow_id : null,
    workflow_job_id: job.cause?.type === 'workflow' ? job.cause.run_id : null,
    triggered_by: job.cause?.type === 'trigger' ? job.cause.event_id : null,
    user: starterOf(job),
    priority: job.priority,
    timeout: job.timeout,
    attempt: job.attempt,
    unresponsive_since: silent ? iso(job.renewed_at) : null,
    due_at: iso(job.due_at),
    expires_at: iso(job.expires_at),
    limit_hit: job.limit_hit,
    usage: job.usage,
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

const NAMED: ReadonlySet<string> = new Set(['api', 'schedule', 'trigger', 'workflow', 'webhook', 'trial']);

/** Who started it: a person; a token, a schedule, an event or a webhook by its name; nobody is known of who holds a secret key. */
export function starterOf({
  user_id,
  started_by,
  origin,
}: Pick<JobSummaryRow, 'user_id' | 'started_by' | 'origin'>): JobSummary['user'] {
  if (user_id !== null) return { id: user_id, email: started_by, username: started_by };
  return NAMED.has(origin) ? { username: started_by } : {};
}

export function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
