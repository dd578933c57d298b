import {
  ArgusError,
  invalid,
  normalizeDefinitions,
  parseEnv,
  parseRunAs,
  problemOfEntry,
  TIMEOUT_MAX_S,
  type ArgumentDefinition,
  type ArgumentDefinitionInput,
  type FieldError,
  type TaskUpdate,
} from '@argus/contract';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import { triggersOf, type EventQueries } from '../events/index.ts';
import { normalLabels, type PoolQueries } from '../pools/index.ts';
import { openDefinitions, sealDefinitions } from './masked.ts';
import { policyOf } from './policy.ts';
import type { TaskQueries, TaskRow, TaskValues } from './queries.ts';
import { problemsOfSecrets, secretsOf } from './secrets.ts';
import { settingsOf, typeOf } from './types.ts';

/**
 * Turns what a caller wants a task to be into what is stored, checked. Fields left out keep their old value, or
 * take the default of a new task. Throws `invalid_input` that names every bad field it found.
 */
export async function taskValues(
  { box }: Pick<Platform, 'box'>,
  { queries, events, pools }: { queries: TaskQueries; events: EventQueries; pools: PoolQueries },
  customerId: string,
  given: TaskUpdate,
  old: TaskRow | undefined,
): Promise<TaskValues> {
  const errors: FieldError[] = [];
  const wanted = withOneSpelling(given, errors);

  const oldDefinitions = openDefinitions(box, old?.task_arguments ?? []);
  const definitions =
    wanted.task_arguments === undefined
      ? oldDefinitions
      : checkedDefinitions(wanted.task_arguments, oldDefinitions, errors);
  const runAs = chosen(wanted.run_as, old?.run_as, '');
  const runAsProblem = problemOfRunAs(runAs);
  if (runAsProblem !== undefined) errors.push({ field: 'run_as', message: runAsProblem });
  const timeout = wanted.timeout === undefined ? (old?.timeout ?? null) : wanted.timeout;
  if (timeout !== null && timeout > TIMEOUT_MAX_S)
    errors.push({ field: 'timeout', message: `is more than ${TIMEOUT_MAX_S} s: seconds, not milliseconds?` });
  const { hostId, labels } = placeOf(wanted, old, errors);
  const scriptId = wanted.script_id === undefined ? (old?.script_id ?? null) : wanted.script_id || null;
  if (hostId && hostId !== old?.host_id && !(await queries.hostExists(customerId, hostId)))
    errors.push({ field: 'host_id', message: 'there is no such bot' });
  if (scriptId && scriptId !== old?.script_id && !(await queries.scriptExists(customerId, scriptId)))
    errors.push({ field: 'script_id', message: 'there is no such script' });
  // a pin is to a version of its script: with another script it is gone unless given anew
  const kept = scriptId === (old?.script_id ?? null) ? (old?.script_version ?? null) : null;
  const scriptVersion = wanted.script_version === undefined ? kept : wanted.script_version;
  if (scriptVersion !== null && scriptVersion !== kept) {
    const exists = scriptId !== null && (await queries.scriptVersionExists(scriptId, scriptVersion));
    if (!exists) errors.push({ field: 'script_version', message: 'the script has no such version' });
  }
  for (const [index, acl] of (wanted.acls ?? []).entries()) {
    const problem = problemOfEntry(acl);
    if (problem !== undefined) errors.push({ field: `acls[${index}]`, message: problem });
  }
  const type = typeOf(wanted, old, errors);
  const settings = settingsOf(type, wanted, old?.settings ?? {}, errors);
  const env =
    wanted.env === undefined
      ? openEnv(box, old?.env_cipher ?? null)
      : wanted.env === null
        ? {}
        : parseEnv(wanted.env);
  const named = { env, definitions, settings };
  errors.push(...problemsOfSecrets(named));
  const started = await triggersOf(events, customerId, wanted, { old, kind: 'task', definitions }, errors);
  if (errors.length > 0) {
    const [first] = errors as [FieldError];
    throw new ArgusError('invalid_input', `${first.field}: ${first.message}`, errors);
  }

  const policy = policyOf(wanted, old?.policy ?? {});
  return {
    type,
    settings: JSON.stringify(settings),
    host_labels: labels,
    pool_id: labels.length === 0 ? null : await pools.ensure(customerId, labels),
    max_running: wanted.max_running === undefined ? (old?.max_running ?? null) : wanted.max_running,
    policy: JSON.stringify(policy),
    name: wanted.name ?? old?.name ?? '',
    description: chosen(wanted.description, old?.description, ''),
    confirm: (wanted.confirm ?? old?.confirm ?? '').trim(),
    host_id: hostId,
    script_id: scriptId,
    script_version: scriptVersion,
    run_as: runAs,
    task_arguments: JSON.stringify(sealDefinitions(box, definitions)),
    env_cipher: wanted.env === undefined ? (old?.env_cipher ?? null) : sealEnv(box, env),
    secrets: secretsOf(named),
    tags: wanted.tags ?? old?.tags ?? [],
    acls: wanted.acls ?? old?.acls ?? [],
    triggers: started.triggers,
    trigger_arguments: JSON.stringify(started.mappings),
    grace_time: chosen(wanted.grace_time, old?.grace_time, 0),
    timeout,
    multitasking: chosen(wanted.multitasking, old?.multitasking, true),
    priority: wanted.priority ?? old?.priority ?? 0,
    result_rule: wanted.result_rule ?? old?.result_rule ?? 'exit_code',
    retention_days: wanted.retention_days ?? old?.retention_days ?? 90,
    retention_jobs: wanted.retention_jobs ?? old?.retention_jobs ?? 10_000,
  };
}

/** Where a task runs: on one bot, or on any that carries its labels. Whichever is given takes the other back. */
function placeOf(
  wanted: TaskUpdate & { host_id?: string | null },
  old: TaskRow | undefined,
  errors: FieldError[],
): { hostId: string | null; labels: string[] } {
  const given = wanted.host_labels === undefined ? undefined : normalLabels(wanted.host_labels ?? []);
  if (wanted.host_id && given?.length)
    errors.push({ field: 'host_labels', message: 'stand in place of a bot: give host_id or host_labels' });
  const labels = given ?? (wanted.host_id ? [] : (old?.host_labels ?? []));
  const kept = labels.length > 0 ? null : (old?.host_id ?? null);
  return { hostId: wanted.host_id === undefined ? kept : wanted.host_id || null, labels };
}

/** Left out: as it was; null: back to the default. */
function chosen<T>(wanted: T | null | undefined, old: T | undefined, fallback: T): T {
  return wanted === undefined ? (old ?? fallback) : (wanted ?? fallback);
}

function problemOfRunAs(line: string): string | undefined {
  try {
    parseRunAs(line);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The seed's names win; the spellings of existing clients stand in where the seed's is left out. */
function withOneSpelling(
  given: TaskUpdate,
  errors: FieldError[],
): TaskUpdate & { host_id?: string | null; script_id?: string | null } {
  return {
    ...given,
    run_as: given.run_as === undefined ? given.script_runas : given.run_as,
    acls: given.acls ?? given.acl,
    host_id: given.host_id === undefined ? idOf('host', given.host, errors) : given.host_id,
    script_id: given.script_id === undefined ? idOf('script', given.script, errors) : given.script_id,
    task_arguments: given.task_arguments ?? given.script_arguments,
  };
}

function idOf(field: string, value: unknown, errors: FieldError[]): string | null | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string') return value;
  const { id, _id } = value as { id?: unknown; _id?: unknown };
  const found = id ?? _id;
  if (typeof found === 'string') return found;
  errors.push({ field, message: 'must be an id' });
  return null;
}

/** A masked value is never shown, so a definition that comes back without it keeps the one it had. */
function checkedDefinitions(
  given: NonNullable<TaskUpdate['task_arguments']>,
  old: readonly ArgumentDefinition[],
  errors: FieldError[],
): ArgumentDefinition[] {
  // a bare string is the oldest spelling of a fixed argument
  const inputs = given.map((definition, index): ArgumentDefinitionInput => {
    if (typeof definition === 'string') return { type: 'fixed', value: definition };
    const before = old[definition.order ?? index];
    const keeps =
      definition.masked &&
      definition.value === undefined &&
      before?.masked &&
      before.type === definition.type;
    return keeps ? { ...definition, value: before.value } : definition;
  });
  const checked = normalizeDefinitions(inputs, { matches });
  errors.push(...checked.errors);
  return checked.definitions;
}

function sealEnv(box: Platform['box'], env: Record<string, string>): Buffer | null {
  if (Object.keys(env).length === 0) return null;
  const text = JSON.stringify(env);
  if (text.length > 256 * 1024) throw invalid('env', 'is larger than 256 KiB');
  return box.seal(text);
}

export function openEnv(box: Platform['box'], cipher: Buffer | null): Record<string, string> {
  return cipher === null ? {} : (JSON.parse(box.open(cipher)) as Record<string, string>);
}
