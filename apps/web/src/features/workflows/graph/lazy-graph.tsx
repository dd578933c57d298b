import { lazy, Suspense } from 'react';
import type { GraphProps } from './graph-words.ts';
import { Loading } from '../../../ui/loading.tsx';

// what draws graphs is as large as all the rest of a page
const Graph = lazy(() => import('./graph.tsx').then((module) => ({ default: module.Graph })));

/** A graph; its place until what draws it is there. */
export function LazyGraph(props: GraphProps) {
  return (
    <Suspense fallback={<Loading height={props.height ?? 220} />}>
      <Graph {...props} />
    </Suspense>
  );
}
