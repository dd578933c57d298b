import { useMemo, useRef, useState } from 'react';

/** The ids from one to another as they are listed, both included; where the first is not listed, the other alone. */
export function rangeOf(ids: readonly string[], from: string | undefined, to: string): readonly string[] {
  const end = ids.indexOf(to);
  const start = from === undefined ? end : ids.indexOf(from);
  if (end < 0) return [];
  return start < 0 ? [to] : ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

/** What is chosen of a list. */
export interface Selection {
  has: (id: string) => boolean;
  /** How many of the listed are chosen. */
  size: number;
  /** Chooses one or not; with `range`, all from the last one that was clicked to it. */
  set: (id: string, chosen: boolean, range: boolean) => void;
  /** Chooses these and no others. */
  replace: (ids: readonly string[]) => void;
}

/** What is chosen of the listed ids, in their order. What is not listed any more is not chosen. */
export function useSelection(listed: readonly string[]): Selection & { ids: readonly string[] } {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string>(undefined);
  const ids = useMemo(
    () => (chosen.size === 0 ? [] : listed.filter((id) => chosen.has(id))),
    [listed, chosen],
  );
  // the same where nothing changed: the list is drawn again for another one
  return useMemo(
    () => ({
      ids,
      size: ids.length,
      has: (id) => chosen.has(id),
      set: (id, isChosen, range) => {
        const changed = range ? rangeOf(listed, last.current, id) : [id];
        last.current = id;
        setChosen((before) => {
          const next = new Set(before);
          for (const one of changed) {
            if (isChosen) next.add(one);
            else next.delete(one);
          }
          return next;
        });
      },
      replace: (next) => {
        last.current = undefined;
        setChosen(new Set(next));
      },
    }),
    [ids, chosen, listed],
  );
}
