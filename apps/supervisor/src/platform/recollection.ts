/** How long something may be remembered, milliseconds. */
const KEEP_MS = 60_000;
const MOST = 10_000;

/**
 * Rows that were read before, for callers that check with their own statement that nothing changed since
 * (`customers.epoch`). Never the last word: what is refused by it is decided anew from the database.
 */
export interface Recollection<V> {
  recall(key: string): V | undefined;
  /** `until`: milliseconds since the epoch after which it is not true any more, if that is known. */
  keep(key: string, value: V, until?: number): void;
  forget(key: string): void;
}

export function createRecollection<V>({ keepMs = KEEP_MS, most = MOST } = {}): Recollection<V> {
  const known = new Map<string, { value: V; until: number }>();
  return {
    recall(key) {
      const entry = known.get(key);
      if (entry === undefined || entry.until > Date.now()) return entry?.value;
      known.delete(key);
      return undefined;
    },
    keep(key, value, until = Infinity) {
      // the oldest goes first: a Map keeps the order of insertion
      known.delete(key);
      if (known.size >= most) known.delete(known.keys().next().value as string);
      known.set(key, { value, until: Math.min(until, Date.now() + keepMs) });
    },
    forget: (key) => void known.delete(key),
  };
}
