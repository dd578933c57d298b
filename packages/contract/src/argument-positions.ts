import type { ArgumentDefinition } from './arguments.ts';
import type { FieldError } from './errors.ts';

/**
 * A value for the argument of a label; null: values are given by label, and there is none. Only what reads a request
 * makes these, so no JSON value can pass for one.
 */
export class LabelledValue {
  readonly label: string | null;
  readonly value: unknown;

  constructor(label: string | null, value: unknown) {
    this.label = label;
    this.value = value;
  }
}

/** The definitions that a caller gives values for. */
export function dynamicArguments(definitions: readonly ArgumentDefinition[]): ArgumentDefinition[] {
  return definitions.filter(({ type }) => type !== 'fixed');
}

/**
 * The given values by position; undefined where they are too few. By label, what is not named has its default; any other
 * way it is left out.
 */
export function positions(
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
): Map<number, unknown> | undefined {
  const dynamic = dynamicArguments(definitions);
  const labelled = given.filter((value) => value instanceof LabelledValue);
  if (labelled.length > 0)
    return new Map([
      ...dynamic.map(({ order, value }): [number, unknown] => [order, value]),
      ...labelled.flatMap(({ label, value }) =>
        ofLabel(dynamic, label).map(({ order }): [number, unknown] => [order, value]),
      ),
    ]);
  const ordered = given.filter(isOrdered);
  if (ordered.length > 0 && ordered.length === given.length)
    return new Map(ordered.map(({ order, value }) => [order, value]));
  // own keys: a gap has none
  if (Object.keys(given).length < given.length)
    return new Map(Object.entries(given).map(([index, value]) => [Number(index), value]));
  if (given.length >= definitions.length) return new Map(dynamic.map(({ order }) => [order, given[order]]));
  if (given.length >= dynamic.length)
    return new Map(dynamic.map(({ order }, index) => [order, given[index]]));
  return undefined;
}

/** What is wrong with the labels that values were given for: nothing, or several arguments, are called so. */
export function problemsOfLabels(
  definitions: readonly ArgumentDefinition[],
  given: readonly unknown[],
): FieldError[] {
  const dynamic = dynamicArguments(definitions);
  const labels = dynamic.flatMap(({ label }) => (label ? [JSON.stringify(label)] : []));
  return given.flatMap((value): FieldError[] => {
    if (!(value instanceof LabelledValue) || value.label === null) return [];
    const count = ofLabel(dynamic, value.label).length;
    if (count === 1) return [];
    const field = `task_arguments.${value.label}`.slice(0, 200);
    const message =
      count > 1
        ? 'is the label of several arguments: give them by position, in a list'
        : labels.length === 0
          ? 'no argument has a label: give them by position, in a list'
          : `no argument is called so: there are ${labels.join(', ')}`;
    return [{ field, message }];
  });
}

/** Those of a label; where none is called exactly so, upper and lower case do not count. */
function ofLabel(dynamic: readonly ArgumentDefinition[], label: string | null): ArgumentDefinition[] {
  if (label === null) return [];
  const exact = dynamic.filter((one) => one.label === label);
  if (exact.length > 0) return exact;
  const key = label.trim().toLowerCase();
  return dynamic.filter((one) => one.label?.trim().toLowerCase() === key);
}

function isOrdered(element: unknown): element is { order: number; value: unknown } {
  return (
    typeof element === 'object' &&
    element !== null &&
    'value' in element &&
    Number.isInteger((element as { order?: unknown }).order)
  );
}

/** A value without the position that it names. */
export function unwrap(value: unknown): unknown {
  return isOrdered(value) ? value.value : value;
}
