import {
  dynamicArguments,
  normalizeDefinitions,
  problemOf,
  type ArgumentDefinition,
  type ArgumentDefinitionInput,
  type ArgumentTools,
} from '@argus/contract';

/** What the inputs of a form hold, by the position of their argument. */
export type FormValues = Record<number, string | string[]>;
export type FormErrors = Record<number, string>;

/**
 * The rules of the contract, with the browser's own regular expressions. They read a few patterns differently, and
 * those are refused in Unicode mode: what is not understood here is left to the server.
 */
export const argumentTools: ArgumentTools = {
  matches(pattern, text) {
    try {
      return new RegExp(pattern, 'u').test(text);
    } catch {
      return true;
    }
  },
};

/** The arguments of a task that a person gives values for, in order. */
export function askedArguments(taskArguments: readonly Record<string, unknown>[]): ArgumentDefinition[] {
  const given = taskArguments as readonly ArgumentDefinitionInput[];
  return dynamicArguments(normalizeDefinitions(given, argumentTools).definitions);
}

/** What a form starts with: earlier values where there are some, else the defaults. */
export function initialValues(
  definitions: readonly ArgumentDefinition[],
  earlier: readonly (string | null)[] = [],
): FormValues {
  return Object.fromEntries(
    definitions.map((definition) => [
      definition.order,
      definition.multiple
        ? listOf(earlier[definition.order] ?? definition.value)
        : textOf(earlier[definition.order] ?? definition.value),
    ]),
  );
}

/** The value to send: null stands for an argument left out. */
export function valueOf(entered: string | string[] | undefined): string | string[] | null {
  return entered === undefined || entered.length === 0 ? null : entered;
}

/** What is wrong with the entered values, by the position of their argument. */
export function validate(definitions: readonly ArgumentDefinition[], values: FormValues): FormErrors {
  const errors: FormErrors = {};
  for (const definition of definitions) {
    const problem = problemOf(definition, valueOf(values[definition.order]), argumentTools);
    if (problem !== undefined) errors[definition.order] = problem;
  }
  return errors;
}

/** The errors that the server found, by the position of their argument. */
export function serverErrors(errors: readonly { field: string; message: string }[]): FormErrors {
  const found: FormErrors = {};
  for (const { field, message } of errors) {
    const order = /^task_arguments\[(\d+)\]/.exec(field)?.[1];
    if (order !== undefined) found[Number(order)] = message;
  }
  return found;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(textOf);
  const text = textOf(value);
  if (text === '') return [];
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(textOf);
  } catch {
    // not a list as JSON: it is the one value
  }
  return [text];
}
