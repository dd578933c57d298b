import {
  ArgusError,
  badSecretReference,
  checkMapping,
  inOrder,
  invalid,
  normalizeDefinitions,
  parseEnv,
  problemOfEntry,
  problemsOfGraph,
  secretNames,
  startsOf,
  type ArgumentDefinition,
  type FieldError,
  type WorkflowGraph,
  type WorkflowUpdate,
} from '@argus/contract';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import { triggersOf, wayTo, withSteps, type EventQueries } from '../events/index.ts';
import { badReference, openDefinitions, sealDefinitions, type TaskRow } from '../tasks/index.ts';
import { openEnvs, sealEnvs, type Envs } from './envs.ts';
import { usedBy, type WorkflowRow, type WorkflowValues } from './queries.ts';

/** A graph of this size is read and drawn in a moment; more is a mistake. */
const GRAPH_MAX_BYTES = 1024 * 1024;

/** What a step runs, as far as its arguments are checked against it. */
export type UsedTask = Pick<TaskRow, 'id' | 'customer_id' | 'task_arguments'>;
export type UsedWorkflow = Pick<WorkflowRow, 'customer_id' | 'task_arguments'>;

/** Where steps find what they run: in the database, or among what the same transaction has just made. */
export interface SaveServices {
  queries: { find(id: string): Promise<UsedWorkflow | undefined> };
  tasks: { find(id: string): Promise<UsedTask | undefined> };
  events: EventQueries;
}

/**
 * Turns what a caller wants a workflow to be into what is stored, checked. Fields left out keep their old value. Throws
 * `invalid_input` that names every bad field it found.
 */
export async function workflowValues(
  { box }: Pick<Platform, 'box'>,
  { queries, tasks, events }: SaveServices,
  customerId: string,
  wanted: WorkflowUpdate,
  old: WorkflowRow | undefined,
): Promise<WorkflowValues> {
  const errors: FieldError[] = [];
  const { graph, envs } = graphOf(box, wanted, old);
  errors.push(...problemsOfGraph(graph, { matches }), ...problemsOfSecrets(envs));
  const used =
    errors.length > 0 ? new Map<string, Used>() : await usedIn(graph, customerId, { queries, tasks }, errors);

  const own =
    wanted.task_arguments === undefined
      ? old?.own_arguments
        ? openDefinitions(box, old.task_arguments)
        : []
      : checked(wanted.task_arguments, errors);
  const first = own.length > 0 || errors.length > 0 ? undefined : firstTask(graph, used);
  checkSteps(box, graph, used, errors);
  for (const [index, acl] of (wanted.acls ?? []).entries()) {
    const problem = problemOfEntry(acl);
    if (problem !== undefined) errors.push({ field: `acls[${index}]`, message: problem });
  }
  const uses = usedBy(graph);
  const definitions =
    own.length > 0 || first === undefined ? own : openDefinitions(box, first.task_arguments);
  const started = await triggersOf(
    events,
    customerId,
    wanted,
    { old, kind: 'workflow', definitions, uses },
    errors,
  );
  if (old !== undefined && errors.length === 0) await checkCircle(events, old, uses, errors);
  if (errors.length > 0) {
    const [{ field, message }] = errors as [FieldError];
    throw new ArgusError('invalid_input', `${field}: ${message}`, errors);
  }
  return {
    name: wanted.name ?? old?.name ?? '',
    description: wanted.description === undefined ? (old?.description ?? '') : (wanted.description ?? ''),
    tags: wanted.tags ?? old?.tags ?? [],
    acls: wanted.acls ?? old?.acls ?? [],
    task_arguments: JSON.stringify(sealDefinitions(box, own)),
    first_task_id: first?.id ?? null,
    triggers: started.triggers,
    trigger_arguments: JSON.stringify(started.mappings),
    grace_time: wanted.grace_time === undefined ? (old?.grace_time ?? 0) : (wanted.grace_time ?? 0),
    multitasking:
      wanted.multitasking === undefined ? (old?.multitasking ?? true) : (wanted.multitasking ?? true),
    retention_days: wanted.retention_days ?? old?.retention_days ?? 90,
    graph,
    env_cipher: sealEnvs(box, envs),
    secrets: secretNames(fieldsOf(envs).map(([, text]) => text)),
  };
}

/** The variables of a workflow and of its steps, by what errors call them. */
function fieldsOf({ env, steps }: Envs): [string, string][] {
  return [
    ...Object.entries(env).map(([name, text]): [string, string] => [`env.${name}`, text]),
    ...Object.entries(steps).flatMap(([id, own]) =>
      Object.entries(own).map(([name, text]): [string, string] => [`steps.${id}.env.${name}`, text]),
    ),
  ];
}

function problemsOfSecrets(envs: Envs): FieldError[] {
  return fieldsOf(envs).flatMap(([field, text]) => {
    const bad = badSecretReference(text);
    return bad === undefined ? [] : [{ field, message: badReference(bad) }];
  });
}

/** The graph that follows from a change, its environments apart: they are kept sealed. */
function graphOf(
  box: Platform['box'],
  wanted: WorkflowUpdate,
  old: WorkflowRow | undefined,
): { graph: WorkflowGraph; envs: Envs } {
  const before = openEnvs(box, old?.env_cipher ?? null);
  const env = wanted.env === undefined ? before.env : wanted.env === null ? {} : parseEnv(wanted.env);
  const steps = wanted.steps ?? old?.graph.steps ?? [];
  const envs: Envs = { env, steps: wanted.steps === undefined ? before.steps : {} };
  for (const { id, env: own } of wanted.steps ?? [])
    if (own !== undefined && Object.keys(own).length > 0) envs.steps[id] = parseEnv(own);
  const start = wanted.steps === undefined && wanted.start === undefined ? old?.graph.start : wanted.start;
  const graph: WorkflowGraph = {
    steps: steps.map(({ env: _env, ...step }) => step),
    edges: wanted.edges ?? old?.graph.edges ?? [],
    ...(start !== undefined && { start }),
  };
  if (JSON.stringify(graph).length > GRAPH_MAX_BYTES)
    throw invalid('steps', 'and edges are larger than 1 MiB');
  return { graph, envs };
}

/** What a step runs: a task, or a workflow whose arguments these are. */
type Used = { type: 'task'; task: UsedTask } | { type: 'workflow'; workflow: UsedWorkflow };

async function usedIn(
  graph: WorkflowGraph,
  customerId: string,
  { queries, tasks }: Pick<SaveServices, 'queries' | 'tasks'>,
  errors: FieldError[],
): Promise<Map<string, Used>> {
  const used = new Map<string, Used>();
  await Promise.all(
    graph.steps.map(async ({ id, task, workflow }, index) => {
      if (task !== undefined) {
        const row = await tasks.find(task);
        if (row?.customer_id === customerId) used.set(id, { type: 'task', task: row });
        else errors.push({ field: `steps[${index}].task`, message: `"${id}": there is no such task` });
      } else {
        const row = await queries.find(workflow as string);
        if (row?.customer_id === customerId) used.set(id, { type: 'workflow', workflow: row });
        else
          errors.push({ field: `steps[${index}].workflow`, message: `"${id}": there is no such workflow` });
      }
    }),
  );
  return used;
}

export function definitionsOf(box: Platform['box'], used: Used): ArgumentDefinition[] {
  return openDefinitions(box, used.type === 'task' ? used.task.task_arguments : used.workflow.task_arguments);
}

/** Mappings that fit what they are for, and conditions that look at something. */
function checkSteps(
  box: Platform['box'],
  graph: WorkflowGraph,
  used: ReadonlyMap<string, Used>,
  errors: FieldError[],
): void {
  const known = new Set(inOrder(graph));
  for (const [index, { id, arguments: mapping }] of graph.steps.entries()) {
    const of = used.get(id);
    if (of === undefined || mapping === undefined) continue;
    const field = `steps[${index}].arguments`;
    errors.push(...checkMapping(definitionsOf(box, of), mapping, field));
    for (const [key, source] of Object.entries(mapping)) {
      const [, step] = 'from' in source ? (/^steps\.([A-Za-z][\w-]*)/.exec(source.from) ?? []) : [];
      if (step !== undefined && !known.has(step))
        errors.push({ field: `${field}.${key}`, message: `there is no step "${step}"` });
    }
  }
}

/** The task whose arguments a run takes, where the workflow has none of its own: that of the one step it begins with. */
function firstTask(graph: WorkflowGraph, used: ReadonlyMap<string, Used>): UsedTask | undefined {
  const starts = startsOf(graph);
  const first = starts.length === 1 ? used.get(starts[0] as string) : undefined;
  const isMapped = graph.steps.find(({ id }) => id === starts[0])?.arguments !== undefined;
  return first?.type === 'task' && !isMapped ? first.task : undefined;
}

function checked(
  given: NonNullable<WorkflowUpdate['task_arguments']>,
  errors: FieldError[],
): ArgumentDefinition[] {
  const { definitions, errors: found } = normalizeDefinitions(given, { matches });
  errors.push(...found);
  return definitions;
}

/** A workflow that would run itself again: through a workflow that it is a step of, or through events. */
async function checkCircle(
  events: EventQueries,
  old: WorkflowRow,
  uses: readonly string[],
  errors: FieldError[],
): Promise<void> {
  const edges = withSteps(await events.edges(old.customer_id), old.id, uses);
  const parents = edges
    .filter(({ to_id, is_step }) => is_step && to_id === old.id)
    .map(({ from_id }) => from_id);
  const way =
    parents.length > 0 || uses.includes(old.id) ? wayTo(edges, old.id, new Set(parents)) : undefined;
  if (way !== undefined)
    errors.push({
      field: 'steps',
      message:
        way.length === 0
          ? 'a workflow cannot be a step of itself'
          : `would run this workflow again: it runs ${way.map((name) => `"${name}"`).join(', which runs ')}`,
    });
}
