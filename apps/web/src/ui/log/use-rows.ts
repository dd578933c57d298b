import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { ROW_HEIGHT, rowAt, scrollOf, sliceAt, spaceHeight, type Space } from './rows.ts';

/** This near to the end counts as the end, pixels. */
const NEAR_END = 24;
/** Scrolling has come to rest after this long, milliseconds. */
const REST_MS = 150;
/** Rows of another height than was thought: from this share on, it is thought anew. */
const OTHER_HEIGHT = 0.2;

interface Options {
  /** What scrolls. */
  frame: RefObject<HTMLElement | null>;
  /** In it, as high as all rows. */
  space: RefObject<HTMLElement | null>;
  /** In that, the rows that are drawn: one element each, and nothing else. */
  slice: RefObject<HTMLElement | null>;
  count: number;
}

/** A row that stays where it is, whatever is drawn around it. */
interface Pin {
  row: number;
  /** Pixels from the begin of what scrolls. */
  top: number;
  /** Where the view is to be; where it is, if left out. */
  scroll?: number;
}

export interface Rows {
  /** The rows to draw: from `first` on, up to `last` without it. */
  first: number;
  last: number;
  /** Whether the end stays in sight as rows are added. */
  following: boolean;
  onScroll: () => void;
  follow: () => void;
  /** Brings a row into sight, a third of the way down. */
  show: (row: number) => void;
  /** The row at the top of the view. */
  top: () => number;
}

/**
 * Draws the rows in sight out of any number of rows of any height. What scrolls is as high as all rows, but bounded: in a
 * longer log, scrolling far moves by a share of what lies ahead, scrolling near by pixels. The row at the top of the view is
 * pinned while others are drawn around it. Once scrolling rests, the view moves to where the share says that its row is,
 * of which nothing is seen.
 */
export function useRows({ frame, space, slice, count }: Options): Rows {
  // an object for each move: to the same row again is a move too
  const [place, setPlace] = useState({ row: 0 });
  const [following, setFollowing] = useState(true);
  const [view, setView] = useState(0);
  const [rowHeight, setRowHeight] = useState(ROW_HEIGHT);
  const pin = useRef<Pin>({ row: 0, top: 0 });
  const sliceTop = useRef(0);
  const lastScroll = useRef(0);
  const resting = useRef<number>(undefined);
  const onRest = useRef<() => void>(undefined);

  const whole: Space = { count, view, rowHeight };
  const { first, last } = sliceAt(following ? count : place.row, whole);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setView(element.clientHeight));
    observer.observe(element);
    setView(element.clientHeight);
    return () => {
      observer.disconnect();
      clearTimeout(resting.current);
    };
  }, [frame]);

  // after each drawing: rows may have come, gone or changed their height
  useLayoutEffect(() => {
    onRest.current = atRest;
    const [element, room, drawn] = [frame.current, space.current, slice.current];
    if (!element || !room || !drawn) return;
    const { row, top, scroll } = pin.current;
    // a person scrolled, and its event comes only after this drawing
    const moved = element.scrollTop - lastScroll.current;
    const toEnd = following && moved > -1;
    const unseen = toEnd || scroll !== undefined || Math.abs(moved) < 1 ? 0 : moved;
    const isAll = first === 0 && last === count;
    const height = isAll ? drawn.offsetHeight : spaceHeight(whole);
    room.style.height = `${height}px`;
    let begin = top - (childAt(drawn, row - first)?.offsetTop ?? 0);
    let to = toEnd ? height : (scroll ?? element.scrollTop);
    // at either end nothing lies beyond
    const edge = first === 0 ? 0 : last === count ? height - drawn.offsetHeight : undefined;
    if (edge !== undefined) {
      if (!toEnd) to += edge - begin;
      begin = edge;
    }
    sliceTop.current = begin;
    drawn.style.transform = `translateY(${begin}px)`;
    if (Math.abs(to - element.scrollTop) > 0.5) element.scrollTop = to;
    lastScroll.current = element.scrollTop - unseen;
    pin.current = pinAt(element.scrollTop, drawn, first, begin);
    if (isOther(averageOf(drawn), rowHeight)) restSoon();
  });

  const onScroll = () => {
    const [element, drawn] = [frame.current, slice.current];
    if (!element || !drawn) return;
    const { scrollTop: scroll, clientHeight } = element;
    // an echo of where it was put here
    if (Math.abs(scroll - lastScroll.current) < 1) return;
    const isUp = scroll < lastScroll.current;
    const { row, top } = pin.current;
    const from = { scroll: lastScroll.current, row: row + (lastScroll.current - top) / rowHeight };
    lastScroll.current = scroll;
    const end = sliceTop.current + drawn.offsetHeight;
    if (last === count && end - scroll - clientHeight < NEAR_END) {
      setFollowing(true);
      return;
    }
    // only an upward move is a person's: rows that are added leave the position alone
    if (following && !isUp) return;
    const isDrawn = scroll + clientHeight > sliceTop.current && scroll < end;
    const far = rowAt(scroll, from, whole);
    pin.current = isDrawn
      ? pinAt(scroll, drawn, first, sliceTop.current)
      : { row: Math.floor(far), top: scroll - (far % 1) * rowHeight };
    // new rows are drawn before those that are there come to their end
    if (following || Math.abs(sliceAt(pin.current.row, whole).first - first) > 10) setPlace(pin.current);
    setFollowing(false);
    restSoon();
  };

  const atRest = () => {
    const [element, drawn] = [frame.current, slice.current];
    if (!element || !drawn) return;
    const average = averageOf(drawn);
    const next = isOther(average, rowHeight) ? average : rowHeight;
    setRowHeight(next);
    if (following) return;
    const { row, top } = pin.current;
    const within = element.scrollTop - top;
    // whole pixels, as browsers scroll: else the rows would move by the rest
    const scroll = Math.round(scrollOf(row + within / next, { ...whole, rowHeight: next }));
    if (next === rowHeight && Math.abs(scroll - element.scrollTop) < element.clientHeight) return;
    pin.current = { row, top: scroll - within, scroll };
    setPlace({ row });
  };

  const restSoon = () => {
    clearTimeout(resting.current);
    resting.current = window.setTimeout(() => onRest.current?.(), REST_MS);
  };

  const show = (row: number) => {
    const above = view / 3;
    const scroll = scrollOf(row - above / rowHeight, whole);
    pin.current = { row, top: scroll + above, scroll };
    setFollowing(false);
    setPlace({ row });
  };

  return {
    first,
    last,
    following,
    onScroll,
    follow: () => setFollowing(true),
    show,
    top: () => pin.current.row,
  };
}

function childAt(drawn: HTMLElement, index: number): HTMLElement | undefined {
  return drawn.children[index] as HTMLElement | undefined;
}

/** The row at the top of the view. */
function pinAt(scroll: number, drawn: HTMLElement, first: number, sliceTop: number): Pin {
  let low = 0;
  let high = drawn.children.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sliceTop + (childAt(drawn, middle)?.offsetTop ?? 0) <= scroll) low = middle;
    else high = middle - 1;
  }
  return { row: first + low, top: sliceTop + (childAt(drawn, low)?.offsetTop ?? 0) };
}

function averageOf(drawn: HTMLElement): number {
  return Math.max(ROW_HEIGHT, drawn.offsetHeight / Math.max(1, drawn.children.length));
}

function isOther(height: number, known: number): boolean {
  return Math.abs(height - known) / known > OTHER_HEIGHT;
}
