import { ArgusError, invalid, type RecipeShape, type TaskCreate } from '@argus/contract';
import { notesOn, type Findings, type Notes } from './adapt/notes.ts';
import { adaptScript, type AdaptedScript } from './adapt/script.ts';
import { adaptTask, problemOfType } from './adapt/task.ts';
import { isFields, type Fields } from './adapt/values.ts';
import { recognize } from './rules.ts';

/** The bot that a recipe or a request names. */
export interface HostWish {
  id?: string | undefined;
  name?: string | undefined;
}

export interface AdaptedTask {
  /** The fields of the task but its bot and its script. */
  values: TaskCreate;
  script: AdaptedScript | undefined;
  /** The bot that it ran on: taken where there is one of that name or id. */
  host: HostWish;
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
  const tasks = parts.flatMap(({ field, task, script, scriptField }): AdaptedTask[] => {
    const problem = problemOfType(task);
    const typeField = field === '' ? 'type' : `${field}.type`;
    if (problem !== undefined) {
      // of several tasks the others are still of use
      if (parts.length === 1) throw invalid(typeField, problem);
      notes.at(typeField).dropped(`${problem} (task ${JSON.stringify(task['name'] ?? '')})`);
      return [];
    }
    const here = field === '' ? notes : notes.at(field);
    return [
      {
        values: adaptTask(task, own, here),
        script: adaptScript(script, own, scriptField, notes.at(scriptField)),
        host: hostOf(task),
        notes: here,
      },
    ];
  });
  if (tasks.length === 0)
    throw new ArgusError('invalid_input', 'No task of this recipe runs a script.', findings.dropped);
  for (const name of rest)
    notes.at(name).dropped('is not imported: the tasks are, one by one, without what joins them');
  const { customer } = beside;
  return { format, tasks, wanted: hostOf(beside), customer, findings };
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
