import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';

/** What the handle of an item is given. */
export interface HandleProps {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  onPointerUp: () => void;
  onPointerCancel: () => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/**
 * Puts the items of a list into another order: by dragging a handle, or with the arrow keys, Home and End on it. Items
 * carry `data-reorder` with their key.
 */
export function useReorder(keys: readonly string[], move: (from: number, to: number) => void) {
  const [dragged, setDragged] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  const itemOf = (key: string) =>
    [...(list.current?.querySelectorAll<HTMLElement>('[data-reorder]') ?? [])].find(
      (element) => element.dataset['reorder'] === key,
    );

  const handle = (key: string): HandleProps => ({
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged(key);
    },
    onPointerMove: ({ clientY }) => {
      if (dragged !== key) return;
      const from = keys.indexOf(key);
      const middles = keys.map((one) => {
        const box = itemOf(one)?.getBoundingClientRect();
        return box ? box.top + Math.min(box.height, 48) / 2 : 0;
      });
      // it goes before the first whose head is below the pointer, itself aside
      const others = middles.filter((_middle, index) => index !== from);
      const to = others.filter((middle) => middle < clientY).length;
      if (to !== from) move(from, to);
    },
    onPointerUp: () => setDragged(undefined),
    onPointerCancel: () => setDragged(undefined),
    onKeyDown: (event) => {
      const from = keys.indexOf(key);
      const to = { ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: keys.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      if (to < 0 || to >= keys.length || to === from) return;
      move(from, to);
      const element = event.currentTarget;
      // what moves in the document loses the focus
      requestAnimationFrame(() => element.focus());
    },
  });
  return { list, handle, dragged };
}
