import type { StreamParser } from '@codemirror/language';

// verbatim: words of a language
const COMMANDS = new Set(
  (
    'assoc attrib break bcdedit call cd chcp chdir choice cls color copy date defined del dir do echo else endlocal equ erase errorlevel ' +
    'exist exit for format ftype geq goto gtr if in label leq lss md mkdir mklink move neq not path pause popd prompt pushd rd rem ren ' +
    'rename rmdir set setlocal shift start time timeout title tree type ver verify vol where xcopy robocopy'
  ).split(' '),
);

/** The colours of Windows batch files. */
export const batch: StreamParser<{ atStart: boolean }> = {
  name: 'batch',
  startState: () => ({ atStart: true }),
  token(stream, state) {
    if (stream.sol()) state.atStart = true;
    if (stream.eatSpace()) return null;
    const { atStart } = state;
    if (atStart && (stream.match(/^@?rem\b.*/i) || stream.match(/^::.*/))) return 'comment';
    if (atStart && stream.match(/^:[^\s:]+/)) return 'labelName';
    if (stream.match(/^@/)) return 'operator';
    state.atStart = false;
    if (stream.match(/^%%?~?[\w$*#.-]*%?/) || stream.match(/^![\w$#.-]+!/)) return 'variableName';
    if (stream.match(/^"[^"]*"?/)) return 'string';
    if (stream.match(/^\d+\b/)) return 'number';
    if (stream.match(/^(&&|\|\||[&|<>()=])/)) {
      state.atStart = true;
      return 'operator';
    }
    const word = stream.match(/^[\w.-]+/);
    if (Array.isArray(word)) return COMMANDS.has((word[0] ?? '').toLowerCase()) ? 'keyword' : null;
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: 'rem ' } },
};
