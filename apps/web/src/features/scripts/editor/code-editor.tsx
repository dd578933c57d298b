import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef } from 'react';
import classes from './code-editor.module.css';
import { languageOf } from './languages.ts';
import { common, editing, languageSupport } from './setup.ts';

export interface CodeEditorProps {
  /** Of the text field. */
  label: string;
  filename: string;
  /** The text, its lines ended by line feeds. Another one than the last told by `onChange` replaces what is there. */
  value: string;
  onChange?: (value: string) => void;
  readOnly?: boolean;
  /** The id of what describes it. */
  describedBy?: string;
  autoFocus?: boolean;
  /** A file was dropped into it. */
  onFile?: (file: File) => void;
}

/** A text field for code. Ctrl+S and Ctrl+Enter are left to the page. */
export function CodeEditor(props: CodeEditorProps) {
  const { label, filename, value, readOnly = false, describedBy, autoFocus } = props;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<{ view: EditorView; told: string; language: Compartment; scheme: Compartment }>(
    undefined,
  );
  const narrow = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const isDark = useComputedColorScheme('light') === 'dark';
  const changed = useEffectEvent((text: string) => props.onChange?.(text));
  const dropped = useEffectEvent((file: File) => props.onFile?.(file));

  const begin = useEffectEvent((parent: HTMLDivElement) => {
    const language = new Compartment();
    const scheme = new Compartment();
    const extensions: Extension = [
      readOnly
        ? [common, EditorState.readOnly.of(true)]
        : [
            Prec.highest(
              keymap.of(
                ['Mod-s', 'Mod-Enter'].map((key) => ({ key, run: () => true, preventDefault: true })),
              ),
            ),
            editing,
            EditorView.updateListener.of(({ docChanged, state }) => {
              if (!docChanged || editor.current === undefined) return;
              editor.current.told = state.doc.toString();
              changed(editor.current.told);
            }),
            EditorView.domEventHandlers({
              drop(event) {
                const file = event.dataTransfer?.files[0];
                if (file === undefined) return false;
                event.preventDefault();
                dropped(file);
                return true;
              },
            }),
          ],
      EditorView.contentAttributes.of({
        'aria-label': label,
        ...(describedBy && { 'aria-describedby': describedBy }),
        ...(readOnly && { tabindex: '0' }),
        autocapitalize: 'off',
      }),
      narrow ? EditorView.lineWrapping : [],
      language.of([]),
      scheme.of(EditorView.darkTheme.of(isDark)),
    ];
    const view = new EditorView({ parent, state: EditorState.create({ doc: value, extensions }) });
    editor.current = { view, told: value, language, scheme };
    if (autoFocus) view.focus();
    return () => {
      view.destroy();
      editor.current = undefined;
    };
  });
  useEffect(() => (place.current ? begin(place.current) : undefined), [label, readOnly]);

  useEffect(() => {
    const { current } = editor;
    if (current === undefined || value === current.told) return;
    current.told = value;
    const { view } = current;
    // one step back brings the former text again
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const { current } = editor;
    current?.view.dispatch({ effects: current.scheme.reconfigure(EditorView.darkTheme.of(isDark)) });
  }, [isDark]);

  const language = languageOf(filename, value);
  useEffect(() => {
    let isOver = false;
    void languageSupport(language).then((support) => {
      const { current } = editor;
      if (!isOver) current?.view.dispatch({ effects: current.language.reconfigure(support) });
    });
    return () => {
      isOver = true;
    };
  }, [language, label, readOnly]);

  return <div ref={place} className={classes.place} data-language={language} />;
}
