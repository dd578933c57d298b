import type { Workflow, WorkflowCreate } from '@argus/contract';
import { mappingDrafts } from '../../task-editor/mapping-draft.ts';
import { numberOf } from '../../task-editor/policy-draft.ts';
import {
  argumentDraft,
  bodyOf as taskBody,
  definitionOf,
  EMPTY_DRAFT,
  envText,
  type TaskDraft,
} from '../../task-editor/task-draft.ts';
import { graphOf, type GraphDraft } from './graph-draft.ts';

/**
 * A workflow without its graph, as the form edits it. All that it has a task has too, so the parts of the task form edit
 * it; the rest of the draft is never sent.
 */
export type SettingsDraft = TaskDraft;

export const EMPTY_SETTINGS: SettingsDraft = EMPTY_DRAFT;

export function settingsDraft(workflow: Workflow): SettingsDraft {
  const { name, description, tags, acls, triggers, grace_time, multitasking, retention_days } = workflow;
  const task_arguments = workflow.task_arguments.map(argumentDraft);
  return {
    ...EMPTY_DRAFT,
    name,
    description,
    tags,
    acls,
    triggers,
    grace_time,
    multitasking,
    retention_days,
    task_arguments,
    trigger_arguments: mappingDrafts(workflow.trigger_arguments, task_arguments),
    env: envText(workflow.env ?? {}),
  };
}

/** What is sent. `own`: the arguments are its own, not those of its first step. */
export function workflowBody(draft: SettingsDraft, graph: GraphDraft, own: boolean): WorkflowCreate {
  const body = taskBody(draft, null);
  const { name, description, tags, acls, env, triggers, trigger_arguments, grace_time, multitasking } = body;
  const retention_days = numberOf(draft.retention_days);
  const { steps, edges, start } = graphOf(graph);
  return {
    name,
    description: description ?? '',
    tags: tags ?? [],
    acls: acls ?? [],
    task_arguments: own ? draft.task_arguments.map(definitionOf) : [],
    steps,
    edges,
    ...(start !== undefined && { start }),
    env: env ?? '',
    triggers: triggers ?? [],
    trigger_arguments: trigger_arguments ?? {},
    grace_time: grace_time ?? null,
    multitasking: multitasking ?? true,
    ...(retention_days !== null && { retention_days }),
  };
}
