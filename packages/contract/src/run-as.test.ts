import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandOf, parseRunAs, RunAsError } from './run-as.ts';

const SCRIPT = '/srv/my scripts/it\'s "here" $HOME.sh';

/** What a shell passes to a program for argv, as the program sees it: NUL-ended words. */
function ran(argv: string[]): string[] {
  const [command = '', ...args] = argv;
  return execFileSync(command, args, { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
const word = fc
  .string({ unit: fc.constantFrom(...'ab %\\\'"$`*\n;&|#~'), maxLength: 8 })
  .filter((text) => !text.includes('%script%'));

describe('run_as', () => {
  test('an empty line executes the file', () => {
    expect(commandOf('  ', '/x/a.sh', ['1', ''])).toEqual(['/x/a.sh', '1', '']);
  });

  test('a missing placeholder is appended', () => {
    expect(commandOf('python3 -u', '/x/a.py', ['1'])).toEqual(['python3', '-u', '/x/a.py', '1']);
  });

  test('the path is one element whatever it holds, also inside a word and in quotes', () => {
    expect(commandOf(`run --file=%script% "%script%" '%script%' x`, SCRIPT, [])).toEqual([
      'run',
      `--file=${SCRIPT}`,
      SCRIPT,
      SCRIPT,
      'x',
    ]);
  });

  test('a backslash keeps the placeholder literal', () => {
    expect(commandOf('echo \\%script% "\\%script%" %script%', '/s', [])).toEqual([
      'echo',
      '%script%',
      '%script%',
      '/s',
    ]);
  });

  test.each([
    'a && b',
    'a | b',
    'a > f',
    'a; b',
    'a &',
    'echo $HOME',
    'echo "$HOME"',
    'echo `id`',
    'ls *.txt',
    'ls ~',
    'X=1 a',
    '(a)',
    'a # b',
    'exec a',
  ])('a shell runs %s', (line) => {
    expect(parseRunAs(line).kind).toBe('shell');
  });

  test.each(["echo '$HOME && *'", 'echo "a;b|c"', 'a \\; \\$x', 'a b=c x#y z~', 'a %script% -- {}'])(
    'no shell is needed for %s',
    (line) => {
      expect(parseRunAs(line).kind).toBe('words');
    },
  );

  test.each(['a "b', "a 'b", 'a \0'])('%j is refused with a sentence', (line) => {
    expect(() => parseRunAs(line)).toThrow(RunAsError);
  });

  test.each([
    ['printf "%s\\0" %script% | cat'],
    ['printf "%s\\0" %script% 2>&1'],
    ['printf "%s\\0" "%script%" && true'],
    [`printf "%s\\0" '%script%' && true`],
    ['true; printf "%s\\0" %script% # said'],
    ['(printf "%s\\0" %script%)'],
    ['printf "%s" "$(printf "%s\\0" %script% | tr "\\0" "|")" | tr "|" "\\0"'],
  ])('in a shell the path and the arguments arrive whole with %s', (line) => {
    const args = ['a b', '', "'", '"', '$(id)', '*'];
    expect(ran(commandOf(line, SCRIPT, args))).toEqual([SCRIPT, ...args]);
  });

  test('any words, quoted, are read back as a shell reads them', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const line = `cmd ${words.map(quoted).join(' ')} %script%`;
        expect(commandOf(line, '/s', [])).toEqual(['cmd', ...words, '/s']);
      }),
    );
  });

  test('any line that needs no shell means the same to a shell', () => {
    const line = fc.string({ unit: fc.constantFrom(...'ab %\\\'" '), maxLength: 12 });
    fc.assert(
      fc.property(line, (text) => {
        let words: string[];
        try {
          const read = parseRunAs(`printf '%s\\0' x ${text}`);
          if (read.kind === 'shell') return;
          words = commandOf(`printf '%s\\0' x ${text}`, '/s', []).slice(2);
        } catch (error) {
          expect(error).toBeInstanceOf(RunAsError);
          return;
        }
        // a shell knows no placeholder: only lines where it was appended are comparable; `"\%"` is ours alone
        if (text.includes('%')) return;
        expect(words).toEqual(ran(['/bin/sh', '-c', `printf '%s\\0' x ${text} /s`]));
      }),
      { numRuns: 150 },
    );
  });

  test('any arguments reach the program exactly, with and without a shell', () => {
    const arg = fc
      .string({ unit: 'binary', maxLength: 12 })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(arg, { maxLength: 4 }), fc.constantFrom('', ' && true'), (args, tail) => {
        expect(ran(commandOf(`printf '%s\\0' %script%${tail}`, '/s', args))).toEqual(['/s', ...args]);
      }),
      { numRuns: 60 },
    );
  });
});
