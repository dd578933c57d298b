import { RE2JS } from 're2js';

const compiled = new Map<string, RE2JS>();
const CACHE_MAX = 500;

/**
 * Whether a text matches a pattern that a person wrote, anywhere in it. RE2 runs in linear time, so no pattern
 * can hold the server up. Throws on a pattern that RE2 cannot compile.
 */
export function matches(pattern: string, text: string): boolean {
  let regex = compiled.get(pattern);
  if (regex === undefined) {
    regex = RE2JS.compile(pattern);
    if (compiled.size >= CACHE_MAX) compiled.clear();
    compiled.set(pattern, regex);
  }
  return regex.matcher(text).find();
}
