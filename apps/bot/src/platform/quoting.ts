import { Problem } from '../problem.ts';

/**
 * Words as the C runtime of Windows splits them: quotes around what holds space or is empty; a quote inside takes a
 * backslash, and so does each backslash before a quote.
 */
export function windowsCommandLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  return `"${word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

/**
 * A path in a unit file, where `%` begins a specifier.
 * @throws Problem on characters that systemd reads differently in different places
 */
export function systemdPath(path: string): string {
  if (/[\s"'\\$;]/.test(path))
    throw new Problem(`${path} has a space or a quote in its name: a unit file cannot hold it everywhere`);
  return path.replaceAll('%', '%%');
}

/** A text inside an XML element or attribute. */
export function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
