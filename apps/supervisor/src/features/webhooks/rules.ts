import type { Delivery } from '@argus/contract';

export type BodyKind = Delivery['body_kind'];

/** What a delivery brought: its text as it is kept, and what it says. */
export interface Content {
  kind: BodyKind;
  /** As it came; base64 of what is no text; null where there was nothing. */
  text: string | null;
  /** What filters look at: JSON and forms as they are read, else the text. */
  value: unknown;
}

/** Deeper than anything that is meant, and as deep as PostgreSQL takes without a doubt. */
const DEPTH_MAX = 64;

/** NUL and half a character can be in JSON only as escapes, where its text is whole. */
const ODD_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/** JSON as it is read; undefined where it is none, or holds what neither a database nor a command line can. */
export function readJson(text: string): { value: unknown } | undefined {
  if (isDeep(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return ODD_ESCAPE.test(text) && !isPlain(value) ? undefined : { value };
}

/** Whether JSON has more levels than are taken. Looked at before it is read, since reading costs the more the deeper it is. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inText) {
      if (char === '\\') at++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '[' || char === '{') {
      if (++depth > DEPTH_MAX) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}

/** No NUL and no half of a character, in texts and keys. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return Object.entries(value).every(([key, child]) => isPlain(key) && isPlain(child));
}

/**
 * The arguments that a body stands for: of a list its elements, JSON text of those that are no text; text that is a
 * list likewise; anything else is one; nothing is one without a value.
 */
export function outputOf({ kind, text, value }: Content): (string | null)[] {
  if (text === null || value === null) return [null];
  if (kind === 'json' && Array.isArray(value)) return value.map(elementText);
  if (kind === 'form') return [JSON.stringify(value)];
  // as it came: reading and writing it again would change long numbers
  if (kind === 'json' && typeof value !== 'string') return [text.trim()];
  return kind === 'binary' ? [text] : listOf(typeof value === 'string' ? value : text);
}

function listOf(text: string): string[] {
  if (!/^\s*\[/.test(text)) return [text];
  const list = readJson(text)?.value;
  return Array.isArray(list) ? list.map(elementText) : [text];
}

function elementText(element: unknown): string {
  return typeof element === 'string' ? element : JSON.stringify(element);
}

/**
 * What mappings call `body`. Objects and lists stay text, which is read on the way: so the whole of it is what came,
 * and waits in little memory.
 */
export function bodyForMappings({ kind, text, value }: Content): unknown {
  return kind === 'json' && typeof value === 'object' && value !== null ? text : value;
}

const SECRET_NAME = /authorization|cookie|signature|token|secret|password|api[-_]?key/i;

/** Headers or a query without what is nobody's business: tokens, signatures. */
export function withoutSecrets<T>(fields: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !SECRET_NAME.test(name)));
}

/** Why a time of sending (seconds since 1970) is not taken; undefined where it is. */
export function problemOfTime(sentAt: number, now: number, tolerance: number): string | undefined {
  const age = Math.round(now - sentAt);
  if (age > tolerance) return `it was sent ${age} s ago: more than ${tolerance} s are too old`;
  if (age < -tolerance)
    return `its time lies ${-age} s ahead: more than ${tolerance} s are a clock that is wrong`;
  return undefined;
}
