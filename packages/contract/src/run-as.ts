/**
 * The `run_as` of a task: a command line with `%script%` for the path of the script (design §6).
 *
 * It is split into words by the rules of a POSIX shell, without a shell. Where it holds something that only a shell
 * understands (operators, redirections, `$NAME`, backticks, wildcards, `~`, comments, assignments before the
 * command), `/bin/sh -c` runs it. Either way the script's path and the arguments travel as elements of argv, never
 * as text of a command line:
 *
 * - Words: every `%script%`, alone or inside a word, quoted or not, becomes the path; arguments follow the last word.
 * - Shell: `%script%` becomes `"$0"`, in whatever quotes it stands, and the arguments (`"$@"`) follow at the end of
 *   the simple command that holds the first `%script%`: `bash %script% | tee log` gives them to the script, not to tee.
 * - Without `%script%`, ` %script%` is appended; an empty line executes the file itself.
 * - `\%script%` is the literal text, in both.
 */
export const SCRIPT_PLACEHOLDER = '%script%';

/** A command line that cannot be read; the message is a sentence for the person who wrote it. */
export class RunAsError extends Error {
  override name = 'RunAsError';
}

export type RunAs = { kind: 'words'; words: Word[] } | { kind: 'shell'; text: string };

/** A word as its literal pieces: the script's path stands between each two of them. */
export type Word = string[];

/** Contexts of the reader, innermost last: `(` is plain text again inside `$(…)`. */
type Context = 'plain' | 'single' | 'double' | '(';

const SHELL_ONLY = new Set('|&;<>()$`*?[\n');
const SHELL_AT_WORD_START = new Set('~#');
const SHELL_COMMANDS = new Set([
  'exec',
  'eval',
  'command',
  '.',
  '!',
  '{',
  '}',
  'if',
  'while',
  'until',
  'for',
  'case',
]);
const ENDS_SIMPLE_COMMAND = new Set('|&;<>()`\n');

/** Reads a command line. @throws RunAsError where a quote is not closed or a NUL stands in it. */
export function parseRunAs(line: string): RunAs {
  const read = readLine(line.trim() === '' ? SCRIPT_PLACEHOLDER : line);
  if (!read.placed) return parseRunAs(`${line} ${SCRIPT_PLACEHOLDER}`);
  return read.needsShell ? { kind: 'shell', text: read.text } : { kind: 'words', words: read.words };
}

/** The argv that runs `script` (a path) with `args` in the way that `line` says. @throws RunAsError */
export function commandOf(line: string, script: string, args: readonly string[]): string[] {
  const runAs = parseRunAs(line);
  if (runAs.kind === 'shell') return ['/bin/sh', '-c', runAs.text, script, ...args];
  return [...runAs.words.map((pieces) => pieces.join(script)), ...args];
}

interface Read {
  words: Word[];
  /** The line for `/bin/sh -c`. */
  text: string;
  needsShell: boolean;
  placed: boolean;
}

/** One pass over the line that makes both readings; the caller takes the one that is needed. */
function readLine(line: string): Read {
  if (line.includes('\0')) throw new RunAsError('run_as holds a NUL character');
  const contexts: Context[] = ['plain'];
  const words: Word[] = [];
  let word: Word | undefined;
  let text = '';
  let needsShell = false;
  let placed = false;
  let argsPlaced = false;

  const add = (literal: string) => {
    word ??= [''];
    word[word.length - 1] += literal;
  };
  const endWord = () => {
    if (word) words.push(word);
    word = undefined;
  };
  const placeArgs = () => {
    if (!placed || argsPlaced) return;
    argsPlaced = true;
    // the digits of `2>` belong to the redirection
    const [, command = '', digits = ''] = /^([^]*?)((?<=\s)\d+)?$/.exec(text) ?? [];
    text = `${command} "$@" ${digits}`;
  };

  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    const context = contexts.at(-1);
    if (line.startsWith(SCRIPT_PLACEHOLDER, at)) {
      word ??= [''];
      word.push('');
      text += context === 'double' ? '$0' : context === 'single' ? `'"$0"'` : '"$0"';
      placed = true;
      at += SCRIPT_PLACEHOLDER.length - 1;
      continue;
    }
    if (context === 'single') {
      if (char === "'") contexts.pop();
      else add(char);
      text += char;
      continue;
    }
    if (char === '\\' && at + 1 < line.length) {
      const next = line.charAt(++at);
      // inside double quotes a backslash is literal except before these; a line break after it joins lines
      const literal = context === 'double' && !'$`"\\\n%'.includes(next) ? char + next : next;
      if (next !== '\n') add(literal);
      // `\%` is ours: within double quotes a shell would keep the backslash
      text += context === 'double' && next === '%' ? next : char + next;
      continue;
    }
    if (context === 'double') {
      if (char === '"') contexts.pop();
      else add(char);
      if (char === '$' || char === '`') needsShell = true;
      text += char;
      if (char === '$' && line.charAt(at + 1) === '(') {
        contexts.push('(');
        text += line.charAt(++at);
      }
      continue;
    }
    if (char === "'" || char === '"') {
      word ??= [''];
      contexts.push(char === "'" ? 'single' : 'double');
      text += char;
      continue;
    }
    if (SHELL_ONLY.has(char) || (!word && SHELL_AT_WORD_START.has(char))) needsShell = true;
    if (ENDS_SIMPLE_COMMAND.has(char) || (!word && char === '#')) placeArgs();
    if (char === '(') contexts.push('(');
    if (char === ')' && context === '(') contexts.pop();
    if (/\s/.test(char)) endWord();
    else add(char);
    text += char;
  }
  if (contexts.includes('single') || contexts.includes('double'))
    throw new RunAsError('run_as has a quote that is not closed');
  endWord();
  placeArgs();
  const first = words[0]?.join(SCRIPT_PLACEHOLDER) ?? '';
  if (SHELL_COMMANDS.has(first) || /^[A-Za-z_][A-Za-z0-9_]*=/.test(first)) needsShell = true;
  return { words, text, needsShell, placed };
}
