import { atLeast, lacksValue, type HttpRequest, type Task } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import { shownDefinitions } from './masked.ts';
import type { TaskRow } from './queries.ts';
import { openEnv } from './save.ts';
import { problemsOfMissing } from './secrets.ts';
import { problemsOfType } from './types.ts';

/** Why a task cannot run yet, as sentences; none when it can. */
export function problemsOf(
  task: Pick<
    TaskRow,
    | 'type'
    | 'settings'
    | 'host_id'
    | 'host_labels'
    | 'script_id'
    | 'task_arguments'
    | 'paused'
    | 'missing_secrets'
  >,
): string[] {
  return [
    ...(task.paused === null
      ? []
      : [`It was paused by ${task.paused.by}${task.paused.reason && `: ${task.paused.reason}`}.`]),
    ...(task.type === 'script' ? problemsOfScript(task) : []),
    ...problemsOfType(task.type, task.settings),
    ...problemsOfMissing(task.missing_secrets),
    ...task.task_arguments
      .filter((definition) => definition.sealed === undefined && lacksValue(definition))
      .map(
        ({ order, label }) =>
          `Its fixed argument ${order + 1}${label ? ` "${label}"` : ''} has no value: give it one.`,
      ),
  ];
}

function problemsOfScript(task: Pick<TaskRow, 'host_id' | 'host_labels' | 'script_id'>): string[] {
  return [
    ...(task.host_id === null && task.host_labels.length === 0
      ? ['It has no bot: choose the bot that runs it, or labels.']
      : []),
    ...(task.script_id === null ? ['It has no script: choose the script it runs.'] : []),
  ];
}

/** A request without what often holds secrets. */
function shownRequest(request: HttpRequest): HttpRequest {
  const names = Object.keys(request.headers);
  return { ...request, headers: Object.fromEntries(names.map((name) => [name, ''])), body: '' };
}

/**
 * A task as the API answers it. The environment, and headers and body of a request, often hold secrets, so only admins
 * get them; masked values nobody.
 */
export function taskView({ box }: Pick<Platform, 'box'>, task: TaskRow, caller: Pick<Actor, 'role'>): Task {
  const isAdmin = atLeast(caller.role, 'admin');
  const { request = null } = task.settings;
  return {
    id: task.id,
    customer: task.customer_name,
    type: task.type,
    name: task.name,
    description: task.description,
    confirm: task.confirm,
    host_id: task.host_id,
    hostname: task.hostname,
    host_labels: task.host_labels,
    script_id: task.script_id,
    script_name: task.script_name,
    script_version: task.script_version,
    run_as: task.run_as,
    task_arguments: shownDefinitions(task.task_arguments),
    ...(isAdmin && { env: openEnv(box, task.env_cipher) }),
    tags: task.tags,
    acls: task.acls,
    approval: task.settings.approval ?? null,
    inputs: task.settings.inputs ?? null,
    notification: task.settings.notification ?? null,
    request: request === null || isAdmin ? request : shownRequest(request),
    triggers: task.triggers,
    trigger_arguments: task.trigger_arguments,
    grace_time: task.grace_time,
    timeout: task.timeout,
    multitasking: task.multitasking,
    max_running: task.max_running,
    priority: task.priority,
    lost_after: task.policy.lost_after ?? null,
    on_lost: task.policy.on_lost ?? null,
    retries: task.policy.retries ?? null,
    expires_after: task.policy.expires_after ?? null,
    limits: task.policy.limits ?? {},
    kill_grace: task.policy.kill_grace ?? null,
    result_rule: task.result_rule as Task['result_rule'],
    retention_days: task.retention_days,
    retention_jobs: task.retention_jobs,
    version: task.version,
    paused: task.paused,
    problems: problemsOf(task),
    creation_date: task.created_at.toISOString(),
    last_update: task.updated_at.toISOString(),
  };
}
