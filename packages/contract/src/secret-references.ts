// How tasks and workflows name what is kept in the organization's store of secrets: `{secret:NAME}` in place of the value.

/** What a secret may be called, as a pattern: a letter first, then letters, digits, `_`, `-` and `.`, at most 100. */
export const SECRET_NAME = '^[A-Za-z][A-Za-z0-9_.-]{0,99}$';

const REFERENCE = /\{secret:([A-Za-z][A-Za-z0-9_.-]{0,99})\}/g;

/** Anything that was meant as a reference, be its name one or not. */
const MEANT = /\{secret:([^{}\n]*)\}/g;

/** A secret as a text names it. */
export function secretReference(name: string): string {
  return `{secret:${name}}`;
}

/** Whether a text is the name of a secret and nothing else: then nothing of it is secret. */
export function isSecretReference(text: string): boolean {
  return text.match(REFERENCE)?.[0] === text;
}

/** The name in `secret:NAME`, as it stands between braces; undefined for anything else. */
export function secretNamed(placeholder: string): string | undefined {
  return /^secret:(.+)$/.exec(placeholder)?.[1];
}

/** The secrets that texts name, each once, by name. */
export function secretNames(texts: Iterable<string>): string[] {
  const names = new Set<string>();
  for (const text of texts) for (const [, name] of text.matchAll(REFERENCE)) names.add(name as string);
  return [...names].toSorted();
}

/** The first reference of a text whose name can be that of no secret; undefined where there is none. */
export function badSecretReference(text: string): string | undefined {
  const name = new RegExp(SECRET_NAME);
  for (const [whole, named] of text.matchAll(MEANT)) if (!name.test(named as string)) return whole;
  return undefined;
}

/**
 * A text with the values of the secrets that it names, each put in once: what a value holds is never read again. A
 * reference without a value stays as it is.
 */
export function withSecrets(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(REFERENCE, (whole, name: string) => values.get(name) ?? whole);
}

/** Shorter lines of a secret are found in any log. */
const LINE_MIN = 8;

/** What no log may show of a secret: the whole, and of one with several lines each of 8 characters or more. */
export function textsOfSecret(value: string): string[] {
  const whole = value.trim();
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  const long = lines.length > 1 ? lines.filter((line) => line.length >= LINE_MIN) : [];
  return [...new Set([whole, ...long])].filter((text) => text !== '');
}
