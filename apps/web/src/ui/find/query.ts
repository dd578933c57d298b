/** One condition of a search: text to be found, or the values of a field of which one is asked for. */
export interface Term {
  /** null: text that may be anywhere. */
  field: string | null;
  /** Of a field with nothing behind its colon: none. */
  values: readonly string[];
  negated: boolean;
}

/** A term with its place in the text. */
export interface PlacedTerm extends Term {
  start: number;
  end: number;
}

const FIELD = /^([a-z][a-z-]*):/i;
const SPACE = /\s/;

/**
 * The terms of a search, all of which hold: `word`, `"some words"`, `field:value`, `field:one,two` (either), and each of
 * them with `-` before it (not). What looks like a field but is none is text. Every text is a search.
 */
export function parseQuery(text: string, fields: ReadonlySet<string>): PlacedTerm[] {
  const terms: PlacedTerm[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    const next = text.charAt(at + 1);
    const negated = text.charAt(at) === '-' && next !== '' && !SPACE.test(next);
    if (negated) at++;
    const named = FIELD.exec(text.slice(at))?.[1];
    const field = named !== undefined && fields.has(named.toLowerCase()) ? named.toLowerCase() : null;
    if (field !== null) at += field.length + 1;
    const values: string[] = [];
    let more = true;
    while (more) {
      const value = readValue(text, at, field !== null);
      at = value.end;
      if (field === null || value.text !== '' || value.quoted) values.push(value.text);
      more = field !== null && text.charAt(at) === ',';
      if (more) at++;
    }
    terms.push({ field, values, negated, start, end: at });
  }
  return terms;
}

/** A value from a place on: in quotes, within which `\` takes what follows as it is; or up to a space (or comma). */
function readValue(
  text: string,
  start: number,
  listed: boolean,
): { text: string; end: number; quoted: boolean } {
  let at = start;
  if (text.charAt(at) !== '"') {
    const length = text.slice(start).search(listed ? /[\s,]/ : SPACE);
    const end = length < 0 ? text.length : start + length;
    return { text: text.slice(start, end), end, quoted: false };
  }
  let value = '';
  at++;
  while (at < text.length && text.charAt(at) !== '"') {
    if (text.charAt(at) === '\\' && at + 1 < text.length) at++;
    value += text.charAt(at++);
  }
  // what stands right behind the closing quote is a term of its own
  return { text: value, end: Math.min(at + 1, text.length), quoted: true };
}

/** A value as it is written in a search. */
export function quoted(value: string): string {
  const isPlain = value !== '' && !/[\s",:\\]/.test(value) && !value.startsWith('-');
  return isPlain ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Terms as the text that says them. */
export function formatQuery(terms: readonly Term[]): string {
  return terms
    .map(({ field, values, negated }) => {
      const text = values.map(quoted).join(',');
      return `${negated ? '-' : ''}${field === null ? '' : `${field}:`}${text}`;
    })
    .join(' ');
}

/** How things are compared: each field with one of its values, and text. */
export interface Tests<T> {
  text: (thing: T, text: string) => boolean;
  fields: Readonly<Record<string, (thing: T, value: string) => boolean>>;
}

/** Whether a thing is what all terms say. Fields that have no value yet say nothing. */
export function matcherOf<T>(terms: readonly Term[], { text, fields }: Tests<T>): (thing: T) => boolean {
  const conditions = terms
    .filter(({ values }) => values.length > 0)
    .map(({ field, values, negated }) => {
      const asked = values.map((value) => value.toLowerCase());
      const test = field === null ? text : (fields[field] ?? (() => false));
      return (thing: T) => asked.some((value) => test(thing, value)) !== negated;
    });
  return (thing) => conditions.every((condition) => condition(thing));
}

/**
 * Whether a text is a value that was asked for, both in lower case: whole, or around what `*` stands for (anything). In
 * time that grows with the text alone.
 */
export function isLike(text: string, asked: string): boolean {
  if (!asked.includes('*')) return text === asked;
  const parts = asked.split('*');
  const [first = ''] = parts;
  const last = parts.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** What is being typed at a place: the start of a field's name or of a value, and what a choice would replace. */
export interface Typing {
  /** null: a field's name, or text. */
  field: string | null;
  /** What of it is there, in lower case. */
  typed: string;
  start: number;
  end: number;
}

/** What somebody who writes at `caret` is about to write. */
export function typingAt(text: string, caret: number, fields: ReadonlySet<string>): Typing {
  const term = parseQuery(text, fields).find(({ start, end }) => start < caret && caret <= end);
  if (term === undefined) return { field: null, typed: '', start: caret, end: caret };
  const before = text.slice(term.start, caret);
  const from = term.start + (term.negated ? 1 : 0);
  if (term.field === null)
    return { field: null, typed: written(before, term.negated), start: from, end: term.end };
  const list = from + term.field.length + 1;
  if (caret < list) return { field: null, typed: written(before, term.negated), start: from, end: term.end };
  let start = list;
  // from value to value up to the one with the caret in it
  for (;;) {
    const { end } = readValue(text, start, true);
    if (caret <= end) return { field: term.field, typed: valueText(text.slice(start, caret)), start, end };
    start = end + 1;
  }
}

function written(before: string, negated: boolean): string {
  return valueText(negated ? before.slice(1) : before);
}

function valueText(part: string): string {
  return readValue(part, 0, false).text.toLowerCase();
}

/** The text and the place in it after something is chosen for what was being typed. */
export function replaceTyping(
  text: string,
  { start, end, field }: Typing,
  choice: string,
): { text: string; caret: number } {
  const isName = field === null;
  const inserted = isName ? `${choice}:` : quoted(choice);
  const after = text.slice(end);
  const space = isName || /^[\s,]/.test(after) ? '' : ' ';
  return {
    text: text.slice(0, start) + inserted + space + after,
    caret: start + inserted.length + (isName ? 0 : 1),
  };
}
