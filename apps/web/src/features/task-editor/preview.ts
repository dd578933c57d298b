import {
  asText,
  builtInEnv,
  commandOf,
  isSecretReference,
  normalizeDefinitions,
  parseEnv,
  problemOf,
  scriptEnvironment,
  shellWords,
  type ArgumentDefinition,
} from '@argus/contract';
import { t } from '@lingui/core/macro';
import { said } from '../../api/sentences/said.ts';
import {
  argumentTools,
  filesOf,
  initialValues,
  valueOf,
  type FormErrors,
  type FormValue,
} from '../../ui/argument-form/values.ts';
import { definitionOf, type TaskDraft } from './task-draft.ts';

/** What stands for a value that nobody may see. */
export const HIDDEN = '••••••••';
/** What stands for the directory that each run gets of its own. */
export const RUN_DIRECTORY = '/run-directory';
/** Variables whose values the bot's machine decides. */
const OF_MACHINE: ReadonlySet<string> = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG']);
const SECRET_NAME = /pass|secret|token|credential|private|api_?key/i;

/** Values typed for a trial, by the key of their argument. */
export type Samples = Readonly<Record<string, FormValue>>;

export interface PreviewFacts {
  organization: string;
  url: string;
  task: string;
  user: { id: string; email: string } | null;
  /** Of the script; empty where none is chosen. */
  filename: string;
}

export interface Variable {
  name: string;
  /** Null where the bot's machine decides. */
  value: string | null;
}

export interface Preview {
  /** The command as a POSIX shell would read it back. */
  line: string;
  argv: string[];
  env: Variable[];
  /** What keeps it from running with these values. */
  problems: string[];
}

/** The definitions of a draft, in their order. */
export function definitionsOf({ task_arguments }: Pick<TaskDraft, 'task_arguments'>): ArgumentDefinition[] {
  return normalizeDefinitions(task_arguments.map(definitionOf), argumentTools).definitions;
}

/** The values of a trial by position: those typed, else the defaults. */
export function valuesOf({ task_arguments }: Pick<TaskDraft, 'task_arguments'>, samples: Samples) {
  const values = initialValues(definitionsOf({ task_arguments }));
  task_arguments.forEach(({ key, multiple }, order) => {
    const sample = samples[key];
    // a list where it now takes one value, or the other way round, is of an earlier definition
    if (sample !== undefined && (filesOf(sample).length > 0 || Array.isArray(sample) === multiple))
      values[order] = sample;
  });
  return values;
}

/** What a run of this draft would start, made by the rules that supervisor and bot use. */
export function previewOf(draft: TaskDraft, samples: Samples, facts: PreviewFacts): Preview {
  const definitions = definitionsOf(draft);
  const values = valuesOf(draft, samples);
  const problems: string[] = [];
  const args = definitions.map((definition) => argumentText(definition, values[definition.order]));
  const filename = facts.filename || 'script';
  let argv: string[] = [];
  try {
    argv = commandOf(draft.run_as, `${RUN_DIRECTORY}/script/${filename}`, args);
  } catch (error) {
    problems.push(said((error as Error).message));
  }
  let own: Record<string, string> = {};
  try {
    own = parseEnv(draft.env);
  } catch (error) {
    problems.push(said((error as Error).message));
  }
  const env = scriptEnvironment({
    user: { name: '', shell: '' },
    home: '',
    path: '',
    botEnv: {},
    passEnv: [],
    given: {
      ...builtInEnv({
        job: '…',
        task: facts.task,
        user: facts.user,
        workflow: null,
        organization: facts.organization,
        url: facts.url,
      }),
      ...own,
    },
    attempt: '…',
    resultFile: `${RUN_DIRECTORY}/cwd/.argus-result`,
    artifactsDirectory: `${RUN_DIRECTORY}/artifacts`,
  });
  return {
    line: shellWords(argv),
    argv,
    env: Object.entries(env).map(([name, value]) => ({
      name,
      value: Object.hasOwn(own, name)
        ? SECRET_NAME.test(name) && value !== '' && !isSecretReference(value)
          ? HIDDEN
          : value
        : OF_MACHINE.has(name)
          ? null
          : value,
    })),
    problems,
  };
}

/** What is wrong with the values of a trial, by position: the same rules that a run meets. */
export function problemsOfSamples(
  definitions: readonly ArgumentDefinition[],
  values: Readonly<Record<number, FormValue>>,
): FormErrors {
  const errors: FormErrors = {};
  for (const definition of definitions) {
    if (definition.type === 'fixed') continue;
    const value = valueOf(values[definition.order]);
    const isMissing = value === null && (definition.required ?? true);
    const problem =
      definition.type === 'file'
        ? isMissing
          ? t`is required`
          : undefined
        : problemOf(definition, value, argumentTools);
    if (problem !== undefined) errors[definition.order] = said(problem);
  }
  return errors;
}

/** What an argument is given, as far as it may be shown. */
export function argumentText(definition: ArgumentDefinition, value: FormValue | undefined): string {
  const { type, order, multiple, masked, readonly } = definition;
  if (type === 'file') return filePaths(order, multiple ?? false, filesOf(value ?? ''));
  const given = type === 'fixed' || readonly ? definition.value : valueOf(value);
  const text = asText(given);
  // of a masked one that is fixed the server has the value, and the form has not
  if (masked) return text === '' && type !== 'fixed' ? '' : HIDDEN;
  return text;
}

/** Where the bot puts files: each in a directory of its own, under the name that people know. */
function filePaths(order: number, multiple: boolean, files: readonly { name: string }[]): string {
  if (files.length === 0) return '';
  const path = (place: string, { name }: { name: string }) => `${RUN_DIRECTORY}/files/${place}/${name}`;
  return multiple
    ? JSON.stringify(files.map((file, index) => path(`${order}-${index}`, file)))
    : path(`${order}`, files[0] as { name: string });
}
