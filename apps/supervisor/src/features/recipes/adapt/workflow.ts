import {
  ArgusError,
  problemsOfGraph,
  RECIPE_WORKFLOW_FIELDS,
  RecipeGraph,
  WorkflowCreate,
  type FieldError,
  type WorkflowCreate as WorkflowValues,
} from '@argus/contract';
import { checkOf, partCheckOf } from '../../../platform/http/validate.ts';
import { matches } from '../../../platform/pattern.ts';
import type { WorkflowPart } from '../rules.ts';
import { adaptArguments } from './arguments.ts';
import { adaptGraph } from './graph.ts';
import { shown, type Notes } from './notes.ts';
import { envOf, graceOf, nameOf, noteUnknown, textsOf } from './task.ts';
import { cut, fitting, isEmpty, type Check, type Fields } from './values.ts';

const DESCRIPTION_MAX = 20_000;

/** What a workflow is made of: its steps name tasks and workflows of the recipe by their references. */
export type AdaptedValues = Omit<WorkflowValues, 'steps' | 'edges' | 'start'> & RecipeGraph;

/** The names that steps can use. */
export interface Known {
  tasks: ReadonlyMap<string, Fields>;
  workflows: ReadonlySet<string>;
}

let compiled: { fields: Map<string, Check>; graph: ReturnType<typeof partCheckOf> } | undefined;
function checks() {
  compiled ??= {
    fields: new Map(
      (['grace_time', 'multitasking', 'retention_days'] as const).map((name) => [
        name,
        checkOf(WorkflowCreate.properties[name]),
      ]),
    ),
    graph: partCheckOf(RecipeGraph),
  };
  return compiled;
}

const THEIR_FIELDS = [
  'name',
  'description',
  'tags',
  'acl',
  'acls',
  'triggers',
  'global_constants',
  'env',
  'multitasking',
  'grace_time',
  'graph',
  'tasks',
  'start_task',
  'start_task_id',
];

/** A workflow of a recipe. Throws `invalid_input`, naming step or edge, for a graph that could not run. */
export function adaptWorkflow(
  { workflow, field }: WorkflowPart,
  own: boolean,
  known: Known,
  notes: Notes,
): AdaptedValues {
  const graph = own
    ? withEnvs(ownGraph(workflow, field, known), notes)
    : adaptGraph(workflow, known.tasks, notes);
  const { description, env, global_constants, acl, acls, triggers } = workflow;
  const values: Fields = {
    name: nameOf(workflow['name'], notes.at('name'), 'Imported workflow'),
    tags: textsOf(workflow['tags'], 'tags', own, notes.at('tags')),
    ...graph,
  };
  if (typeof description === 'string')
    values['description'] = cut(description, DESCRIPTION_MAX, notes.at('description'));
  else if (!isEmpty(description))
    notes.at('description').dropped(`is no text (it was ${shown(description)})`);
  const take = (name: string) => fitting(workflow[name], checks().fields.get(name) as Check, notes.at(name));
  values['multitasking'] = take('multitasking');
  if (own) {
    values['env'] = envOf(env, notes.at('env'));
    values['acls'] = textsOf(acls, 'acls', own, notes.at('acls'));
    values['task_arguments'] = adaptArguments(workflow['task_arguments'], own, notes.at('task_arguments'));
    values['grace_time'] = take('grace_time');
    values['retention_days'] = take('retention_days');
  } else {
    const name = isEmpty(global_constants) ? 'env' : 'global_constants';
    values['env'] = envOf(workflow[name], notes.at(name));
    if (!isEmpty(global_constants)) notes.at(name).adapted('is called env here');
    values['grace_time'] = graceOf(workflow['grace_time'], notes.at('grace_time'));
    if (!isEmpty(acl ?? acls))
      notes.at('acls').dropped('names people of another organization: give access anew');
  }
  if (!isEmpty(triggers))
    notes.at('triggers').dropped('are events of another place: choose its triggers anew');
  noteUnknown(
    workflow,
    own ? [...RECIPE_WORKFLOW_FIELDS, 'steps', 'edges', 'start', 'triggers'] : THEIR_FIELDS,
    notes,
  );
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as unknown as AdaptedValues;
}

/** A graph of ours: exactly as it is, or refused. */
function ownGraph({ steps, edges, start }: Fields, field: string, { tasks, workflows }: Known): RecipeGraph {
  const given = { steps, edges: edges ?? [], ...(start !== undefined && start !== null && { start }) };
  const wrong = checks().graph(given);
  if (wrong !== undefined) throw refused(field, [wrong]);
  const graph = given as RecipeGraph;
  const errors: FieldError[] = [];
  for (const [index, { id, task, workflow }] of graph.steps.entries())
    for (const [name, reference, is] of [
      ['task', task, (one: string) => tasks.has(one)],
      ['workflow', workflow, (one: string) => workflows.has(one)],
    ] as const)
      if (reference !== undefined && !is(reference))
        errors.push({
          field: `steps[${index}].${name}`,
          message: `"${id}": there is no ${name} "${reference}" in this recipe`,
        });
  if (errors.length === 0) errors.push(...problemsOfGraph(graph, { matches }));
  if (errors.length > 0) throw refused(field, errors);
  return graph;
}

const ERRORS_MAX = 100;

function refused(field: string, errors: readonly FieldError[]): ArgusError {
  const named = errors
    .slice(0, ERRORS_MAX)
    .map((error) => ({ ...error, field: error.field === '' ? field : `${field}.${error.field}` }));
  const [first] = named as [FieldError];
  return new ArgusError('invalid_input', `${first.field}: ${first.message}`, named);
}

/** The same with environments that steps can have, and what a recipe to share left out of them noted. */
function withEnvs({ steps, ...graph }: RecipeGraph, notes: Notes): RecipeGraph {
  return {
    ...graph,
    steps: steps.map((step, index) => {
      const here = notes.at('steps').at(`[${index}]`);
      for (const [name, source] of Object.entries(step.arguments ?? {}))
        if ('value' in source && source.value === null) here.at('arguments').at(name).missing('has no value');
      const { env, ...rest } = step;
      const taken = envOf(env, here.at('env'));
      return taken === undefined ? rest : { ...rest, env: taken };
    }),
  };
}
