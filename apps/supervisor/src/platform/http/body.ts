import { ArgusError, invalid } from '@argus/contract';
import qs from 'qs';

const DEPTH_MAX = 64;
const KEYS_MAX = 20_000;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Parses JSON from a caller. Throws `invalid_json`, or `invalid_input` for what no object of ours may hold. */
export function parseJson(text: string, maxFields?: number): unknown {
  return checked(parseUnchecked(text), maxFields);
}

/** The same without looking into it: for what a sender would not send again. Its texts may be of any kind. */
export function parseUnchecked(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ArgusError('invalid_json');
  }
}

/**
 * Refuses what is never meant well: nesting deeper than 64, more than 20,000 keys (or `max`), keys that reach prototypes,
 * and text that PostgreSQL cannot hold (NUL, lone surrogates).
 */
export function checked<T>(value: T, max = KEYS_MAX): T {
  let keys = 0;
  let level: { value: unknown; path: string }[] = [{ value, path: '' }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX)
      throw new ArgusError('invalid_input', `The body is nested deeper than ${DEPTH_MAX} levels.`);
    const next: typeof level = [];
    for (const node of level) {
      if (typeof node.value === 'string') checkText(node.value, node.path);
      if (typeof node.value !== 'object' || node.value === null) continue;
      for (const [key, child] of Object.entries(node.value)) {
        if (++keys > max) throw new ArgusError('invalid_input', `The body has more than ${max} fields.`);
        if (FORBIDDEN_KEYS.has(key)) throw invalid(join(node.path, key), 'this name is not allowed');
        checkText(key, node.path);
        if (typeof child === 'object' || typeof child === 'string')
          next.push({ value: child, path: join(node.path, Array.isArray(node.value) ? `[${key}]` : key) });
      }
    }
    level = next;
  }
  return value;
}

function join(path: string, key: string): string {
  return path === '' || key.startsWith('[') ? path + key : `${path}.${key}`;
}

function checkText(text: string, path: string): void {
  const field = (path || 'body').slice(0, 200);
  if (text.includes('\0')) throw invalid(field, 'must not contain the NUL character');
  if (!text.isWellFormed()) throw invalid(field, 'is not valid Unicode (a lone surrogate)');
}

/**
 * Parses a urlencoded form or a query string: `a[]=1&a[]=2`, `a=1&a=2` and `a[k]=v`; `a[2]=1` alone is a list with
 * gaps. Keys and values are trimmed where `trim` is set (a shell that writes `--data-urlencode "customer = demo"`).
 */
export function parseForm(text: string, { trim = false } = {}): Record<string, unknown> {
  const decoder = (part: string, fallback: (part: string) => string) => {
    const decoded = fallback(part);
    return trim ? decoded.trim() : decoded;
  };
  let parsed: Record<string, unknown>;
  try {
    parsed = qs.parse(text, {
      depth: 5,
      arrayLimit: 1000,
      parameterLimit: 10_000,
      allowPrototypes: false,
      allowSparse: true,
      decoder: (part, fallback) => decoder(part, fallback),
    });
  } catch {
    throw new ArgusError('invalid_input', 'The form cannot be read.');
  }
  return checked(parsed);
}

/** Whether a body that is not JSON looks like a form all the same. */
export function looksLikeForm(text: string): boolean {
  return /^\s*[^{[="\s][^={}"]*=/.test(text);
}
