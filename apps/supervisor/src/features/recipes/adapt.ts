import { ArgusError, invalid, type RecipeShape, type TaskCreate } from '@argus/contract';
import { notesOn, type Findings, type Notes } from './adapt/notes.ts';
import { adaptScript, type AdaptedScript } from './adapt/script.ts';
import { adaptTask, problemOfType } from './adapt/task.ts';
import { isFields, type Fields } from './adapt/values.ts';
import { adaptWorkflow, type AdaptedValues } from './adapt/workflow.ts';
import { recognize, recognizeWorkflow, type RecipePart } from './rules.ts';

/** The bot that a recipe or a request names. */
export interface HostWish {
  id?: string | undefined;
  name?: string | undefined;
}

export interface AdaptedTask {
  /** The fields of the task but its bot and its script. */
  values: TaskCreate;
  script: AdaptedScript | undefined;
  /** The bot that it ran on, taken where there is one of that name or id; undefined: it needs none. */
  host: HostWish | undefined;
  notes: Notes;
}

export interface AdaptedRecipe {
  format: RecipeShape;
  /** At least one; the first is the recipe's task, or the one that its workflow starts with. */
  tasks: AdaptedTask[];
  /** The bot that the caller named beside the recipe: it must exist. */
  wanted: HostWish;
  /** The organization that the caller named beside the recipe. */
  customer: unknown;
  findings: Findings;
}

/**
 * What a recipe of any known shape becomes here: the tasks to make, with their scripts, and what there is to say about
 * it. Pure. Throws `invalid_input` for what is no recipe or holds nothing that can be made here.
 */
export function adapt(recipe: unknown): AdaptedRecipe {
  const { format, own, parts, beside, rest } = recognize(recipe);
  const findings: Findings = { adapted: [], dropped: [], missing: [] };
  const notes = notesOn(findings);
  const tasks = parts.flatMap((part): AdaptedTask[] => {
    const problem = problemOfType(part.task);
    if (problem === undefined) return [adaptPart(part, own, notes)];
    // of several tasks the others are still of use
    if (parts.length === 1) throw invalid(typeField(part), problem);
    notes
      .at(typeField(part))
      .dropped(`${problem} (task ${JSON.stringify(part.task['name'] ?? '').slice(0, 200)})`);
    return [];
  });
  if (tasks.length === 0)
    throw new ArgusError('invalid_input', 'No task of this recipe can be made here.', findings.dropped);
  for (const name of rest)
    notes
      .at(name)
      .dropped(
        name === 'graph' || name.startsWith('workflow')
          ? 'is not imported with its tasks: send the recipe to POST /workflow/import for all of it'
          : 'is not imported: the tasks are, one by one, without what joins them',
      );
  const { customer } = beside;
  return { format, tasks, wanted: hostOf(beside), customer, findings };
}

export interface AdaptedWorkflow {
  /** What steps of others name it by; undefined: it is the recipe's own. */
  reference: string | undefined;
  field: string;
  values: AdaptedValues;
}

export interface AdaptedWorkflowRecipe extends Omit<AdaptedRecipe, 'tasks'> {
  /** Those that steps run, each with the name that steps have for it. */
  tasks: (AdaptedTask & { reference: string; field: string })[];
  /** Each after those that are steps of it: the recipe's own is the last. */
  workflows: AdaptedWorkflow[];
}

/**
 * What the recipe of a workflow becomes here. Pure. Throws `invalid_input` for what is none, and for graphs that could
 * not run or name what is not there.
 */
export function adaptWorkflowRecipe(recipe: unknown): AdaptedWorkflowRecipe {
  const { format, own, tasks, workflows, beside } = recognizeWorkflow(recipe);
  const findings: Findings = { adapted: [], dropped: [], missing: [] };
  const notes = notesOn(findings);
  const known = {
    tasks: new Map(tasks.map(({ reference, task }) => [reference, task])),
    workflows: new Set(workflows.flatMap(({ reference }) => reference ?? [])),
  };
  const adapted = workflows.map((part): AdaptedWorkflow => {
    const here = part.field === '' ? notes : notes.at(part.field);
    const { reference, field } = part;
    return { reference, field, values: adaptWorkflow(part, own, known, here) };
  });
  const ordered = innerFirst(adapted);
  for (const { reference, field } of workflows)
    if (!ordered.some((one) => one.reference === reference))
      notes.at(field).dropped('no step runs it: it is left out');
  const used = new Set(ordered.flatMap(({ values }) => values.steps.flatMap(({ task }) => task ?? [])));
  return {
    format,
    workflows: ordered,
    tasks: tasks.flatMap((part) => {
      const { reference, field } = part;
      if (!used.has(reference)) {
        notes.at(field).dropped('no step runs it: it is left out');
        return [];
      }
      const problem = problemOfType(part.task);
      if (problem !== undefined) throw invalid(typeField(part), problem);
      return [{ ...adaptPart(part, own, notes), reference, field }];
    }),
    wanted: hostOf(beside),
    customer: beside['customer'],
    findings,
  };
}

/** The first and all that are steps of it, each after those that are steps of it in turn. */
function innerFirst(workflows: readonly AdaptedWorkflow[]): AdaptedWorkflow[] {
  const byName = new Map(workflows.map((one) => [one.reference, one]));
  const done: AdaptedWorkflow[] = [];
  const open = new Set<AdaptedWorkflow>();
  const visit = (one: AdaptedWorkflow): void => {
    if (done.includes(one)) return;
    if (open.has(one))
      throw invalid(`${one.field}.steps`, `go round in a circle: "${one.reference}" would run itself again`);
    open.add(one);
    for (const { workflow } of one.values.steps)
      if (workflow !== undefined) visit(byName.get(workflow) as AdaptedWorkflow);
    done.push(one);
  };
  visit(workflows[0] as AdaptedWorkflow);
  return done;
}

const typeField = ({ field }: RecipePart): string => (field === '' ? 'type' : `${field}.type`);

function adaptPart(
  { field, task, script, scriptField }: RecipePart,
  own: boolean,
  notes: Notes,
): AdaptedTask {
  const here = field === '' ? notes : notes.at(field);
  const values = adaptTask(task, own, here);
  const runs = values.type === 'script';
  return {
    values,
    script: runs ? adaptScript(script, own, scriptField, notes.at(scriptField)) : undefined,
    host: runs ? hostOf(task) : undefined,
    notes: here,
  };
}

/** A bot in any of the spellings of existing clients. */
function hostOf(fields: Fields): HostWish {
  const { host, host_id, hostname } = fields;
  const inHost = isFields(host) ? host : {};
  return {
    id: textIn(host_id, host, inHost['id'], inHost['_id']),
    name: textIn(hostname, inHost['hostname']),
  };
}

function textIn(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
