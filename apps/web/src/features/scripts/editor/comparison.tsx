import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import classes from './code-editor.module.css';
import { languageOf } from './languages.ts';
import { common, languageSupport } from './setup.ts';

export interface ComparisonProps {
  filename: string;
  /** Each with what it is called. */
  before: { label: string; text: string };
  after: { label: string; text: string };
  /** Two columns; else one. */
  sideBySide: boolean;
}

/** Around a change. */
const UNCHANGED = { margin: 3, minSize: 6 };

/** Two texts, and what is different between them. */
export function Comparison({ filename, before, after, sideBySide }: ComparisonProps) {
  const place = useRef<HTMLDivElement>(null);
  const isDark = useComputedColorScheme('light') === 'dark';
  const [beforeLabel, beforeText, afterLabel, afterText] = [
    before.label,
    before.text,
    after.label,
    after.text,
  ];
  useEffect(() => {
    let shown: { destroy(): void } | undefined;
    let isOver = false;
    const draw = async () => {
      const support = await languageSupport(languageOf(filename, afterText));
      if (isOver || place.current === null) return;
      const extensions = (label: string) => [
        common,
        support,
        EditorState.readOnly.of(true),
        EditorView.darkTheme.of(isDark),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      ];
      shown = sideBySide
        ? new MergeView({
            parent: place.current,
            a: { doc: beforeText, extensions: extensions(beforeLabel) },
            b: { doc: afterText, extensions: extensions(afterLabel) },
            collapseUnchanged: UNCHANGED,
          })
        : new EditorView({
            parent: place.current,
            doc: afterText,
            extensions: [
              extensions(afterLabel),
              unifiedMergeView({ original: beforeText, mergeControls: false, collapseUnchanged: UNCHANGED }),
            ],
          });
    };
    void draw();
    return () => {
      isOver = true;
      shown?.destroy();
    };
  }, [filename, beforeLabel, beforeText, afterLabel, afterText, sideBySide, isDark]);
  return <div ref={place} className={classes.compared} />;
}
