import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completeAnyWord,
  completeFromList,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxTree,
} from '@codemirror/language';
import { linter, lintGutter, lintKeymap, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  type EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from '@codemirror/view';
import { t } from '@lingui/core/macro';
import { SUPPORT, type LanguageId } from './languages.ts';
import { PHRASES } from './phrases.ts';
import { snippetsOf } from './snippets.ts';
import { looks } from './theme.ts';

/** What every view of a script has. */
export const common: Extension = [
  lineNumbers(),
  highlightSpecialChars(),
  drawSelection(),
  EditorState.allowMultipleSelections.of(true),
  highlightSelectionMatches(),
  search({ top: true }),
  EditorState.phrases.of(PHRASES),
  looks,
];

/** What an editor has beside it. Tab indents; after Esc it leaves the field, which the library sees to. */
export const editing: Extension = [
  common,
  highlightActiveLineGutter(),
  highlightActiveLine(),
  history(),
  foldGutter(),
  dropCursor(),
  rectangularSelection(),
  crosshairCursor(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  autocompletion(),
  keymap.of([
    { key: 'Tab', run: acceptCompletion },
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
    indentWithTab,
  ]),
];

/** What reads, completes and checks one language. */
export async function languageSupport(language: LanguageId | undefined): Promise<Extension> {
  const words = [
    { autocomplete: completeFromList([...snippetsOf(language)]) },
    { autocomplete: completeAnyWord },
  ];
  const unit = language === 'go' ? '\t' : language === 'python' || language === 'php' ? '    ' : '  ';
  return [
    language === undefined ? [] : await SUPPORT[language](),
    EditorState.languageData.of(() => words),
    indentUnit.of(unit),
    await checks(language),
  ];
}

/** Languages whose parser is strict enough to tell what it cannot read. */
const CHECKED: ReadonlySet<LanguageId | undefined> = new Set(['javascript', 'typescript', 'python', 'go']);

async function checks(language: LanguageId | undefined): Promise<Extension> {
  if (language === 'json') {
    const { jsonParseLinter } = await import('@codemirror/lang-json');
    const parse = jsonParseLinter();
    return [linter((view) => (view.state.doc.toString().trim() === '' ? [] : parse(view))), lintGutter()];
  }
  return CHECKED.has(language) ? [linter(unreadable), lintGutter()] : [];
}

/** More than the first few are consequences. */
const TOLD_MAX = 5;

function unreadable(view: EditorView): Diagnostic[] {
  const told: Diagnostic[] = [];
  const { doc } = view.state;
  syntaxTree(view.state).iterate({
    enter({ type, from, to }) {
      if (told.length >= TOLD_MAX) return false;
      if (!type.isError) return undefined;
      const line = doc.lineAt(from);
      const [begin, end] =
        from === to ? [Math.max(line.from, from - 1), from] : [from, Math.min(to, line.to)];
      told.push({ from: begin, to: end, severity: 'warning', message: t`This cannot be read as code.` });
      return false;
    },
  });
  return told;
}
