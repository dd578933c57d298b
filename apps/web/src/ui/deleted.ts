import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let gone: ReadonlySet<string> = new Set();

function change(ids: readonly string[]): void {
  gone = new Set(ids);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Ids of what is being deleted: not shown any more, and back if that is taken back. */
export function useDeleted(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => gone);
}

/** From here on it is not shown. */
export function hide(id: string): void {
  change([...gone, id]);
}

/** It is shown again, where it still is. */
export function show(id: string): void {
  change([...gone].filter((one) => one !== id));
}
