import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useCustomer } from '../api/hooks.ts';
import { kept } from './kept.ts';
import { useKeeping } from './use-keeping.ts';

/** Changes are kept for a reload so long after the last one, milliseconds. */
const KEEP_MS = 250;

/** What is changed in a form and not saved: kept as long as the tab, for a reload. Whoever keeps leaves out secrets. */
export interface Draft<T> {
  /** What was left when the form was opened; undefined where there is nothing, or what it was made of has changed. */
  found: T | undefined;
  /** Whether it is told that it is back. */
  isTold: boolean;
  /** It need not be told any more. */
  accept(): void;
  /** Saved or given up: no more of it is kept, until the form is changed after it was as saved. */
  forget(): void;
  write(changes: T): void;
  /** Nothing is changed any more. */
  settle(): void;
  /** What else goes where it is given up: it is asked for beside the form. */
  discard?: () => void;
}

interface Stored<T> {
  base: string;
  changes: T;
}

/**
 * The draft of a form, by the name of what it is about. `base`: what the form starts with, without secrets; a draft of
 * another beginning is none.
 */
export function useDraft<T>(name: string, base: unknown): Draft<T> {
  const customer = useCustomer();
  const [place] = useState(() => kept<Stored<T>>('tab', `draft:${customer}:${name}`));
  const baseText = JSON.stringify(base, withoutKeys);
  const [found] = useState(() => {
    const stored = place.read();
    return stored?.base === baseText ? stored.changes : undefined;
  });
  const [isTold, setTold] = useState(found !== undefined);
  const isOver = useRef(false);
  const isKept = useRef(false);
  const forget = useCallback(() => {
    isOver.current = true;
    place.forget();
  }, [place]);
  const accept = useCallback(() => setTold(false), []);
  const write = useCallback(
    (changes: T) => {
      if (isOver.current) return;
      isKept.current = true;
      place.write({ base: baseText, changes });
    },
    [place, baseText],
  );
  const settle = useCallback(() => {
    isOver.current = false;
    if (isKept.current) place.forget();
    isKept.current = false;
  }, [place]);
  return useMemo(
    () => ({ found, isTold, accept, forget, write, settle }),
    [found, isTold, accept, forget, write, settle],
  );
}

/** Keeps the changes after each of them; undefined where there are none. */
export function useKeepDraft<T>(draft: Draft<T>, changes: T | undefined): void {
  const { write, settle } = draft;
  const text = changes === undefined ? undefined : JSON.stringify(changes);
  // at once: what is typed right after a save is kept as well
  useEffect(() => {
    if (text === undefined) settle();
  }, [text, settle]);
  const keep = useCallback(() => {
    if (text !== undefined) write(JSON.parse(text) as T);
  }, [text, write]);
  useKeeping(keep, KEEP_MS);
}

/** Keys that tell rows apart are made anew with each form. */
function withoutKeys(name: string, value: unknown): unknown {
  return name === 'key' ? undefined : value;
}
