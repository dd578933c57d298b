import type { ArgumentDefinition, Mapping, Source } from '@argus/contract';

/**
 * Where the value of one argument comes from, as the panel asks for it: `default`, `value`, `input` (of the run),
 * `output` (or a file of what led to the step), `step:ID` (the same of any step before), or `path` for anything else.
 */
export interface SourceChoice {
  from: string;
  /** The value, or what follows in the path. */
  rest: string;
}

/** The key of an argument in a mapping that has it. */
export function keyIn(mapping: Mapping, { order, label }: ArgumentDefinition): string | undefined {
  return Object.keys(mapping).find((key) => key === String(order) || (label !== undefined && key === label));
}

/** The key that an argument gets: its label, where that is its own. */
export function keyFor(definition: ArgumentDefinition, all: readonly ArgumentDefinition[]): string {
  const { order, label } = definition;
  const isOwn =
    label !== undefined &&
    label.trim() !== '' &&
    !/^\d+$/.test(label) &&
    all.filter((one) => one.label === label).length === 1;
  return isOwn ? label : String(order);
}

export function choiceOf(source: Source | undefined): SourceChoice {
  if (source === undefined) return { from: 'default', rest: '' };
  if (!('from' in source)) {
    const { value } = source;
    return { from: 'value', rest: typeof value === 'string' ? value : JSON.stringify(value) };
  }
  const { from } = source;
  const [, step = '', rest] = /^steps\.([A-Za-z][\w-]*)\.((?:output|artifacts)\b.*)$/.exec(from) ?? [];
  if (rest !== undefined) return { from: `step:${step}`, rest };
  if (/^(?:output|artifacts)\b/.test(from)) return { from: 'output', rest: from };
  if (/^input\b/.test(from)) return { from: 'input', rest: from };
  return { from: 'path', rest: from };
}

export function sourceOf({ from, rest }: SourceChoice): Source | undefined {
  switch (from) {
    case 'default':
      return undefined;
    case 'value':
      return { value: rest };
    case 'input':
    case 'output':
    case 'path':
      return { from: rest };
    default:
      return { from: `steps.${from.slice('step:'.length)}.${rest}` };
  }
}

/** A file that a step left, by its name. */
export const FILE_PATH = 'artifacts["report.csv"]';

/** What is written first where another origin is chosen. */
export function startOf(from: string, { position, isFile }: { position: number; isFile: boolean }): string {
  if (from === 'input') return `input[${position}]`;
  if (from === 'output' || from.startsWith('step:')) return isFile ? FILE_PATH : `output[${position}]`;
  return from === 'path' ? 'event' : '';
}
