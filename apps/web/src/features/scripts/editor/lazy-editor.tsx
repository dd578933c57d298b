import { t } from '@lingui/core/macro';
import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { CodeEditorProps } from './code-editor.tsx';
import type { ComparisonProps } from './comparison.tsx';

// as large as all the rest of a page: only pages with code load it
const Editor = lazy(() => import('./code-editor.tsx').then(({ CodeEditor }) => ({ default: CodeEditor })));
const Comparison = lazy(() => import('./comparison.tsx').then((module) => ({ default: module.Comparison })));

/** A field for code; its place until it is there. */
export function LazyEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Skeleton height="62vh" aria-label={t`Loading`} />}>
      <Editor {...props} />
    </Suspense>
  );
}

/** Two texts compared. */
export function LazyComparison(props: ComparisonProps) {
  return (
    <Suspense fallback={<Skeleton height={240} aria-label={t`Loading`} />}>
      <Comparison {...props} />
    </Suspense>
  );
}
