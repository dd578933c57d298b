import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Both schemes in one: the browser picks by the page's. Each colour has 4.5 to 1 on its surface and on a selected line. */
// verbatim: CSS
export const looks = [
  EditorView.theme({
    '&': {
      fontSize: '13px',
      color: 'var(--mantine-color-text)',
      backgroundColor: 'var(--argus-surface)',
    },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
    '.cm-content': { caretColor: 'var(--mantine-color-text)', paddingBlock: '8px' },
    '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--mantine-color-text)' },
    '.cm-gutters': {
      color: 'var(--mantine-color-dimmed)',
      backgroundColor: 'var(--argus-inset)',
      borderRight: '1px solid var(--argus-border)',
    },
    '.cm-activeLine': { backgroundColor: 'light-dark(#f1f4fa80, #ffffff0a)' },
    '.cm-activeLineGutter': { backgroundColor: 'light-dark(#e6ebf5, #ffffff14)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'light-dark(#cfdcf5, #2d4674)',
    },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      backgroundColor: 'light-dark(#d5e6d3, #2f4d36)',
      outline: '1px solid light-dark(#7ea67a, #5c8f68)',
    },
    '.cm-searchMatch': { backgroundColor: 'light-dark(#ffe9a8, #5c4a12)' },
    '.cm-searchMatch-selected': { backgroundColor: 'light-dark(#ffc766, #8a5a00)' },
    '.cm-panels': {
      color: 'var(--mantine-color-text)',
      backgroundColor: 'var(--argus-inset)',
      borderColor: 'var(--argus-border)',
    },
    '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--argus-border)' },
    '.cm-panel.cm-search': { padding: '6px 28px 6px 8px' },
    '.cm-panel.cm-search label': { fontSize: '12px', whiteSpace: 'nowrap' },
    '.cm-textfield': {
      color: 'inherit',
      fontSize: '13px',
      backgroundColor: 'var(--argus-surface)',
      border: '1px solid var(--argus-border)',
      borderRadius: '4px',
    },
    '.cm-button': {
      color: 'inherit',
      fontSize: '12px',
      backgroundImage: 'none',
      backgroundColor: 'var(--argus-surface)',
      border: '1px solid var(--argus-border)',
      borderRadius: '4px',
    },
    '.cm-tooltip': {
      color: 'var(--mantine-color-text)',
      backgroundColor: 'var(--argus-surface)',
      border: '1px solid var(--argus-border)',
      borderRadius: '4px',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      color: '#fff',
      backgroundColor: 'var(--mantine-color-accent-7)',
    },
    '.cm-foldPlaceholder': { backgroundColor: 'var(--argus-inset)', borderColor: 'var(--argus-border)' },
    // added and removed, in comparisons
    '&.cm-merge-b .cm-changedLine, .cm-insertedLine, .cm-inlineChangedLine': {
      backgroundColor: 'light-dark(#d9f2de, #173a21)',
    },
    '&.cm-merge-a .cm-changedLine, .cm-deletedLine, .cm-deletedChunk': {
      backgroundColor: 'light-dark(#fbdfdf, #47201f)',
    },
    '&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText, .cm-inlineChangedLine .cm-changedText': {
      background: 'light-dark(#a7e0b4, #236035)',
    },
    '&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText': {
      background: 'light-dark(#f4b5b5, #7a3130)',
    },
    '.cm-collapsedLines': {
      color: 'var(--mantine-color-dimmed)',
      background: 'var(--argus-inset)',
      paddingBlock: '3px',
    },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'light-dark(#8b2a8f, #d69be0)' },
      { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'light-dark(#1d6b34, #8fcf9c)' },
      { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'light-dark(#9a4a00, #e5ab73)' },
      { tag: [tags.comment, tags.meta], color: 'light-dark(#5f6875, #98a2b3)', fontStyle: 'italic' },
      {
        tag: [tags.function(tags.variableName), tags.definition(tags.variableName), tags.labelName],
        color: 'light-dark(#1f4fa8, #8eb4f5)',
      },
      {
        tag: [tags.propertyName, tags.attributeName, tags.standard(tags.name)],
        color: 'light-dark(#0f6070, #7cc7d8)',
      },
      { tag: [tags.typeName, tags.className, tags.tagName], color: 'light-dark(#835100, #e0c07a)' },
      { tag: tags.invalid, color: 'light-dark(#b42318, #ff9c93)' },
    ]),
  ),
];
