import type { ArgumentDefinition } from '@argus/contract';
import { useEffect, useEffectEvent, useState } from 'react';
import { filesOf, type FormValue, type FormValues } from './values.ts';

// verbatim: how a browser calls what is dragged
const FILES = 'Files';

/**
 * Files that are dropped anywhere on the page while a form is there: they go to its first argument that takes files and
 * has none. Answers whether files hover over the page.
 */
export function useFileDrop(
  definitions: readonly ArgumentDefinition[],
  values: FormValues,
  change: (order: number, value: FormValue) => void,
): boolean {
  const [hovers, setHovers] = useState(false);
  const takers = definitions.filter(({ type, readonly }) => type === 'file' && !readonly);
  const take = useEffectEvent((files: File[]) => {
    const empty = takers.find(({ order }) => filesOf(values[order] ?? '').length === 0);
    const taker = empty ?? takers[0];
    if (taker === undefined || files.length === 0) return;
    const { order, multiple } = taker;
    change(order, multiple ? [...filesOf(values[order] ?? ''), ...files] : files.slice(0, 1));
  });
  const isTaking = takers.length > 0;
  useEffect(() => {
    if (!isTaking) return undefined;
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes(FILES)) return;
      event.preventDefault();
      setHovers(true);
    };
    const leave = (event: DragEvent) => {
      // between two elements of the page there is a related one
      if (event.relatedTarget === null) setHovers(false);
    };
    const drop = (event: DragEvent) => {
      setHovers(false);
      if (!event.dataTransfer?.types.includes(FILES)) return;
      // else the browser opens the file in place of the page
      event.preventDefault();
      take([...event.dataTransfer.files]);
    };
    window.addEventListener('dragover', hover);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', hover);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [isTaking]);
  return hovers;
}
