import { ARGUMENT_TYPES } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { argumentDraft, definitionOf, type ArgumentDraft } from './task-draft.ts';

const KIND = 'argus.task-arguments';
const TYPES: readonly unknown[] = [...ARGUMENT_TYPES, 'options'];

/** A recipe of arguments alone. Masked values are not in it. */
export function recipeOf(drafts: readonly ArgumentDraft[]): string {
  const task_arguments = drafts.map((draft, order) => {
    const { value, ...definition } = definitionOf(draft, order);
    return draft.masked || value === undefined ? definition : { ...definition, value };
  });
  return `${JSON.stringify({ kind: KIND, version: 1, task_arguments }, null, 2)}\n`;
}

/**
 * The arguments of a recipe: one of arguments alone, one of a task, or the bare list.
 * @throws an Error that says what is wrong with it
 */
export function argumentsOf(text: string): ArgumentDraft[] {
  const list = listIn(parsed(text));
  if (list === undefined) throw new Error(t`It holds no arguments: export them from a task first.`);
  return list.map((definition, index) => {
    const place = index + 1;
    if (!isRecord(definition) || !TYPES.includes(definition['type']))
      throw new Error(t`Argument ${place} of the file has no type that is known here.`);
    return argumentDraft(definition);
  });
}

function listIn(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return undefined;
  const list = value['task_arguments'];
  return Array.isArray(list) ? list : listIn(value['task']);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(t`It is no JSON file.`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
