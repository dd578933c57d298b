import {
  atLeast,
  startsOf,
  type Workflow,
  type WorkflowGraph,
  type WorkflowVersion,
  type WorkflowVersionSummary,
} from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import { problemsOfMissing, shownDefinitions } from '../tasks/index.ts';
import { openEnvs } from './envs.ts';
import { usedBy, type VersionRow, type WholeVersionRow, type WorkflowRow } from './queries.ts';

/** What things are called, by id. */
export type Names = ReadonlyMap<string, { name: string }>;

/** Why a workflow cannot run, as sentences; none where it can. */
export function problemsOfWorkflow(
  { graph, paused, missing_secrets }: Pick<WorkflowRow, 'graph' | 'paused' | 'missing_secrets'>,
  names: Names,
): string[] {
  return [
    ...(paused === null ? [] : [`It was paused by ${paused.by}${paused.reason && `: ${paused.reason}`}.`]),
    ...goneIn(graph, names),
    ...problemsOfMissing(missing_secrets),
  ];
}

/** Steps that have nothing to run any more, as sentences. */
function goneIn({ steps }: WorkflowGraph, names: Names): string[] {
  return steps
    .filter(({ task, workflow }) => !names.has((task ?? workflow) as string))
    .map(
      ({ id, task }) => `The ${task ? 'task' : 'workflow'} of its step "${id}" was deleted: choose another.`,
    );
}

/** A workflow as the API answers it. Environments often hold secrets, so only admins get them. */
export function workflowView(
  { box }: Pick<Platform, 'box'>,
  row: WorkflowRow,
  names: Names,
  caller: Pick<Actor, 'role'>,
): Workflow {
  const { env, ...content } = contentOf({ box }, row, names, caller);
  return {
    id: row.id,
    customer: row.customer_name,
    name: row.name,
    description: row.description,
    tags: row.tags,
    acls: row.acls,
    task_arguments: shownDefinitions(row.task_arguments),
    own_arguments: row.own_arguments,
    ...content,
    ...(env !== undefined && { env }),
    triggers: row.triggers,
    trigger_arguments: row.trigger_arguments,
    grace_time: row.grace_time,
    multitasking: row.multitasking,
    retention_days: row.retention_days,
    version: row.version,
    paused: row.paused,
    problems: problemsOfWorkflow(row, names),
    creation_date: row.created_at.toISOString(),
    last_update: row.updated_at.toISOString(),
  };
}

/** What a version has of a workflow. */
function contentOf(
  { box }: Pick<Platform, 'box'>,
  { graph, env_cipher }: Pick<WorkflowRow, 'graph' | 'env_cipher'>,
  names: Names,
  caller: Pick<Actor, 'role'>,
): Pick<Workflow, 'steps' | 'edges' | 'start' | 'uses' | 'env'> {
  const isAdmin = atLeast(caller.role, 'admin');
  const envs = isAdmin ? openEnvs(box, env_cipher) : { env: {}, steps: {} };
  const ofTasks = new Set(graph.steps.flatMap(({ task }) => task ?? []));
  return {
    steps: graph.steps.map((step) => {
      const env = envs.steps[step.id];
      return env === undefined ? step : { ...step, env };
    }),
    edges: graph.edges,
    start: startsOf(graph),
    uses: usedBy(graph).map((id) => ({
      type: ofTasks.has(id) ? ('task' as const) : ('workflow' as const),
      id,
      name: names.get(id)?.name ?? null,
    })),
    ...(isAdmin && { env: envs.env }),
  };
}

export function versionSummary({ created_at, ...row }: VersionRow): WorkflowVersionSummary {
  const { version, created_by, runs, open_runs } = row;
  return { version, created_by, created_at: created_at.toISOString(), runs, open_runs };
}

/** A version as the API answers it. */
export function versionView(
  platform: Pick<Platform, 'box'>,
  row: WholeVersionRow,
  names: Names,
  caller: Pick<Actor, 'role'>,
): WorkflowVersion {
  return {
    ...versionSummary(row),
    ...contentOf(platform, row, names, caller),
    problems: goneIn(row.graph, names),
  };
}
