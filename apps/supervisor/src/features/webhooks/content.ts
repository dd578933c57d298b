import { looksLikeForm, parseForm } from '../../platform/http/body.ts';
import { readJson, type BodyKind, type Content } from './rules.ts';

/** What is kept of a body that was refused, bytes. */
const GLIMPSE_BYTES = 16 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body of any type. JSON that cannot be read is text; what is no text is base64. Never throws.
 */
export function readContent(bytes: Buffer, contentType: string | undefined): Content {
  const text = textOf(bytes);
  if (text === undefined) {
    const base64 = bytes.toString('base64');
    return { kind: 'binary', text: base64, value: base64 };
  }
  if (text.trim() === '') return { kind: 'none', text: null, value: null };
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === '' || /[/+]json$/.test(type)) return asKind('json', text);
  // `curl -d '{…}'` without a header says urlencoded
  if (type === 'application/x-www-form-urlencoded')
    return asKind(/^\s*[{["]/.test(text) ? 'json' : looksLikeForm(text) ? 'form' : 'text', text);
  return asKind('text', text);
}

/** What was kept, read again. */
export function contentOf(kind: BodyKind, text: string | null): Content {
  return text === null ? { kind: 'none', text: null, value: null } : asKind(kind, text);
}

function asKind(kind: BodyKind, text: string): Content {
  const read = kind === 'json' ? readJson(text) : kind === 'form' ? readForm(text) : undefined;
  if (read !== undefined) return { kind, text, value: read.value };
  return { kind: kind === 'binary' ? kind : 'text', text, value: text };
}

function readForm(text: string): { value: unknown } | undefined {
  try {
    return { value: parseForm(text) };
  } catch {
    return undefined;
  }
}

/** The begin of a body that is not let in. */
export function glimpseOf(bytes: Buffer): { body_kind: BodyKind; body: string | null; body_cut: boolean } {
  if (bytes.length === 0) return { body_kind: 'none', body: null, body_cut: false };
  const begin = bytes.subarray(0, GLIMPSE_BYTES);
  const body_cut = bytes.length > begin.length;
  const text = textOf(bytes);
  return text === undefined
    ? { body_kind: 'binary', body: begin.toString('base64'), body_cut }
    : { body_kind: 'text', body: begin.toString(), body_cut };
}

/** Undefined where it is no text, or none that a database takes. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
