import { lazy, Suspense } from 'react';
import type { CodeEditorProps } from './code-editor.tsx';
import type { ComparisonProps } from './comparison.tsx';
import { Loading } from '../../../ui/loading.tsx';

// as large as all the rest of a page: only pages with code load it
const Editor = lazy(() => import('./code-editor.tsx').then(({ CodeEditor }) => ({ default: CodeEditor })));
const Comparison = lazy(() => import('./comparison.tsx').then((module) => ({ default: module.Comparison })));

/** A field for code; its place until it is there. */
export function LazyEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Loading height="62vh" />}>
      <Editor {...props} />
    </Suspense>
  );
}

/** Two texts compared. */
export function LazyComparison(props: ComparisonProps) {
  return (
    <Suspense fallback={<Loading height={240} />}>
      <Comparison {...props} />
    </Suspense>
  );
}
