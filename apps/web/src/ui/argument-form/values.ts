import { t } from '@lingui/core/macro';
import {
  dynamicArguments,
  jobFileText,
  normalizeDefinitions,
  problemOf,
  type ArgumentDefinition,
  type ArgumentDefinitionInput,
  type ArgumentTools,
} from '@argus/contract';
import { said } from '../../api/sentences/said.ts';

/** A file that the server has, of a job or run of before: it is not sent again. */
export interface KeptFile {
  /** Ids; of a run in the place of the job. */
  job: string;
  id: string;
  name: string;
  /** Bytes. */
  size: number;
}
export type FormFile = File | KeptFile;

/** What one input holds. */
export type FormValue = string | string[] | FormFile[];
/** The same as it is sent without files of the browser. */
export type SentValue = string | string[] | null;
/** What the inputs of a form hold, by the position of their argument. */
export type FormValues = Record<number, FormValue>;
export type FormErrors = Record<number, string>;
/** What a form may start with: text, files where they are at hand, null where there is nothing to show. */
export type EarlierValue = string | FormFile[] | null;

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
  earlier: readonly EarlierValue[] = [],
): FormValues {
  return Object.fromEntries(
    definitions.map((definition) => [definition.order, startOf(definition, earlier[definition.order])]),
  );
}

/** A file of which only the name is known has to be chosen again. */
function startOf({ type, multiple, readonly, value }: ArgumentDefinition, earlier?: EarlierValue): FormValue {
  if (type === 'file') return Array.isArray(earlier) ? earlier : [];
  const start = readonly ? value : (earlier ?? value);
  return multiple ? listOf(start) : textOf(start);
}

/** What of the values a browser may keep for a reload: none that is masked, and no files. */
export function keepableValues(
  definitions: readonly ArgumentDefinition[],
  values: FormValues,
): Record<number, string | string[]> {
  return Object.fromEntries(
    definitions.flatMap(({ order, type, masked, readonly }) => {
      const value = values[order];
      if (type === 'file' || masked || readonly || value === undefined) return [];
      return [[order, value as string | string[]]];
    }),
  );
}

/** What tells whether kept values still fit: neither defaults nor anything else that may be secret. */
export function shapeOf(definitions: readonly ArgumentDefinition[]): unknown {
  return definitions.map(({ order, label, type, masked, multiple }) => [
    order,
    label,
    type,
    masked,
    multiple,
  ]);
}

/** The value to send: null stands for an argument left out. */
export function valueOf(entered: FormValue | undefined): FormValue | null {
  return entered === undefined || entered.length === 0 ? null : entered;
}

/** What is wrong with the entered values, by the position of their argument. */
export function validate(definitions: readonly ArgumentDefinition[], values: FormValues): FormErrors {
  const errors: FormErrors = {};
  let fileBytes = 0;
  for (const definition of definitions) {
    const value = valueOf(values[definition.order]);
    fileBytes += newFilesOf(value).reduce((sum, { size }) => sum + size, 0);
    const problem =
      definition.type !== 'file'
        ? problemOf(definition, value, argumentTools)
        : value === null && (definition.required ?? true)
          ? t`is required`
          : fileBytes > FILES_MAX_BYTES
            ? t`makes the files larger than 64 MiB together`
            : undefined;
    if (problem !== undefined) errors[definition.order] = said(problem);
  }
  return errors;
}

/** All files of one run together, as the server takes them. */
const FILES_MAX_BYTES = 64 * 1024 * 1024;

/** The files that an input holds; none where it holds text. */
export function filesOf(value: FormValue | null): FormFile[] {
  return Array.isArray(value) ? value.filter((one) => typeof one !== 'string') : [];
}

/** Those of them that the browser has to send. */
export function newFilesOf(value: FormValue | null): File[] {
  return filesOf(value).filter((one) => one instanceof File);
}

/** Values without files of the browser, for JSON: kept files by their names for the server. */
export function sentValues(values: readonly (FormValue | null)[]): SentValue[] {
  return values.map((value) => (Array.isArray(value) ? value.map(sentText) : value));
}

function sentText(one: string | FormFile): string {
  if (one instanceof File) throw new Error('a file of the browser does not fit into JSON');
  return typeof one === 'string' ? one : jobFileText({ job: one.job, file: one.id });
}

/** Earlier values with kept files in place of their names. */
export function withKeptFiles(
  job: string,
  values: readonly EarlierValue[],
  files: readonly { position: number; id: string; filename: string; size: number }[],
): EarlierValue[] {
  const byPosition = Map.groupBy(files, ({ position }) => position);
  return values.map(
    (value, at) =>
      byPosition.get(at)?.map(({ id, filename, size }) => ({ job, id, name: filename, size })) ?? value,
  );
}

/** Values that stand in the order of what is asked for, by the positions of their arguments. */
export function byPosition<T>(
  definitions: readonly ArgumentDefinition[],
  values: readonly T[],
): (T | null)[] {
  const placed = new Map(definitions.map(({ order }, place) => [order, values[place] ?? null]));
  return Array.from({ length: Math.max(-1, ...placed.keys()) + 1 }, (_, order) => placed.get(order) ?? null);
}

/** The values as a form with files sends them: each under its position, an empty text for what is left out. */
export function multipartOf(
  definitions: readonly ArgumentDefinition[],
  values: readonly (FormValue | null)[],
  options: Readonly<Record<string, string | number | readonly string[]>> = {},
): FormData {
  const form = new FormData();
  // before the files: what comes after them is read after them
  for (const [name, value] of Object.entries(options))
    if (typeof value === 'object') for (const one of value) form.append(`${name}[]`, one);
    else form.append(name, String(value));
  definitions.forEach(({ order, multiple = false }, index) => {
    const value = values[index] ?? '';
    const name = `task_arguments[${order}]${multiple && value !== '' ? '[]' : ''}`;
    for (const one of Array.isArray(value) ? value : [value])
      if (one instanceof File) form.append(name, one);
      else form.append(name, sentText(one));
  });
  return form;
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
