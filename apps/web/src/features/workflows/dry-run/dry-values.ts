import {
  FileValue,
  inputOfRun,
  normalizeDefinitions,
  outputOf,
  resolveArguments,
  type ArgumentDefinition,
  type ArgumentDefinitionInput,
  type GivenFiles,
  type State,
  type StepEnd,
} from '@argus/contract';
import { argumentTools, filesOf, valueOf, type FormValues } from '../../../ui/argument-form/values.ts';

/** How a step is to end, as it is typed. */
export interface EndDraft {
  event: string;
  /** JSON; empty: no output. */
  output: string;
}

export const SUCCESS: EndDraft = { event: 'success', output: '' };

/** All definitions as rules take them. */
export function definitionsOf(given: readonly Record<string, unknown>[]): ArgumentDefinition[] {
  return normalizeDefinitions(given as readonly ArgumentDefinitionInput[], argumentTools).definitions;
}

/** What a run gets of what was typed, as the server makes it, and what would keep it from beginning. */
export function runInput(
  definitions: readonly ArgumentDefinition[],
  values: FormValues,
): { input: unknown[]; problems: string[] } {
  const given = definitions.map(({ order }) => {
    const value = valueOf(values[order]);
    const files = filesOf(value).map(
      ({ name, size }) => new FileValue({ id: '', filename: name, size, sha256: '' }),
    );
    return { order, value: files.length > 0 ? files : value };
  });
  const { values: resolved, errors } = resolveArguments(definitions, given, argumentTools);
  const input = inputOfRun<string | GivenFiles>(definitions, resolved).map((value) => {
    if (typeof value === 'string') return value === '' ? null : value;
    return value.multiple ? value.files : value.files[0];
  });
  return { input, problems: errors.map(({ message }) => message) };
}

const STATES: Readonly<Record<string, State>> = {
  failure: 'failure',
  timeout: 'timeout',
  canceled: 'canceled',
};

/** The end that was typed; undefined where its output is no JSON. An event of a script's own is that of one that went well. */
export function endOf({ event, output }: EndDraft): StepEnd | undefined {
  const name = event.trim() || SUCCESS.event;
  const state = STATES[name] ?? 'success';
  if (output.trim() === '') return { event: name, state, output: [] };
  try {
    return { event: name, state, output: outputOf(JSON.parse(output)) };
  } catch {
    return undefined;
  }
}
