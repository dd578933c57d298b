import { shown, type Notes } from './notes.ts';

export type Fields = Record<string, unknown>;
export type Check = (value: unknown) => string | undefined;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value says nothing: what a field has that was never set. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * A value that passes the check: itself, or what it obviously means ("3" where a number belongs, 3 where a text
 * does), which is noted. Undefined where neither passes, noted as dropped; `null` is the same as left out.
 */
export function fitting(value: unknown, check: Check, notes: Notes): unknown {
  const problem = check(value);
  if (problem === undefined) return value;
  if (value === null || value === undefined) return undefined;
  const meant = meanings(value).find((one) => check(one) === undefined);
  if (meant === undefined) notes.dropped(`${problem} (it was ${shown(value)})`);
  else notes.adapted(`was ${shown(value)}, taken as ${shown(meant)}`);
  return meant;
}

function meanings(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [String(value)];
  if (typeof value === 'number') return [String(value), ...(value === 0 || value === 1 ? [value === 1] : [])];
  if (typeof value !== 'string') return [];
  const text = value.trim();
  return [
    ...(text !== '' && Number.isFinite(Number(text)) ? [Number(text)] : []),
    ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
  ];
}

/** A number from a number or its text; undefined for anything else. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? Number(value)
    : undefined;
}

/** A text cut to what fits, which is noted. */
export function cut(text: string, max: number, notes: Notes): string {
  if (text.length <= max) return text;
  notes.adapted(`had ${text.length} characters, cut to ${max}`);
  // not in the middle of a character
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}
