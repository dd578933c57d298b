import { useState } from 'react';

/** Changes that can be taken back; more are not remembered. */
const STEPS_BACK = 200;

interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last change was to: a word is one change, not each of its letters. */
  touched: string | undefined;
}

/** A value whose changes can be undone and done again. */
export function useHistory<T>(initial: T) {
  const [{ past, present, future }, setHistory] = useState<History<T>>({
    past: [],
    present: initial,
    future: [],
    touched: undefined,
  });
  return {
    present,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    /** `touched`: changes in a row to the same thing are undone as one. */
    change: (next: (value: T) => T, touched?: string) =>
      setHistory((history) => {
        const value = next(history.present);
        if (value === history.present) return history;
        const goesOn = touched !== undefined && touched === history.touched;
        return {
          past: goesOn ? history.past : [...history.past, history.present].slice(-STEPS_BACK),
          present: value,
          future: [],
          touched,
        };
      }),
    /** What follows from the last change, and is undone with it. */
    amend: (next: (value: T) => T) =>
      setHistory((history) => ({ ...history, present: next(history.present) })),
    undo: () =>
      setHistory((history) => {
        const before = history.past.at(-1);
        if (history.past.length === 0) return history;
        return {
          past: history.past.slice(0, -1),
          present: before as T,
          future: [history.present, ...history.future],
          touched: undefined,
        };
      }),
    redo: () =>
      setHistory((history) => {
        const [after, ...future] = history.future;
        if (history.future.length === 0) return history;
        return { past: [...history.past, history.present], present: after as T, future, touched: undefined };
      }),
  };
}
