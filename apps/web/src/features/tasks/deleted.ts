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

/** The tasks that are being deleted: not shown any more, and back if that is taken back. */
export function useDeleted(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => gone);
}

/** From here on the task is not shown. */
export function hideTask(id: string): void {
  change([...gone, id]);
}

/** The task is shown again, where there is one. */
export function showTask(id: string): void {
  change([...gone].filter((one) => one !== id));
}
