/** Height of a row that is not wrapped, pixels. */
export const ROW_HEIGHT = 20;
/** Browsers draw nothing beyond some 17 million pixels: the rows of a longer log share this height. */
export const SPACE_MOST = 8_000_000;
/** Rows drawn above and below those in sight. */
export const OVERSCAN = 30;

/** What scrolls. */
export interface Space {
  /** How many rows there are. */
  count: number;
  /** How much of them is seen at once, pixels. */
  view: number;
  /** How high a row is, pixels: on average, where they are wrapped. */
  rowHeight: number;
}

/** Height of what scrolls. */
export function spaceHeight({ count, rowHeight }: Pick<Space, 'count' | 'rowHeight'>): number {
  return Math.min(count * rowHeight, SPACE_MOST);
}

/** Where the view is: what it was scrolled to, and the row (with its fraction) at its top. */
export interface Place {
  scroll: number;
  row: number;
}

/**
 * The row (with its fraction) at the top of the view where it was scrolled to from another place: a share of what lies
 * between that place and the end of the log it was scrolled towards. So it goes up where it is scrolled up, also when so
 * much has come meanwhile that the place is far from its share of the whole log.
 */
export function rowAt(scroll: number, from: Place, space: Space): number {
  const { pixels, rows } = room(space);
  if (pixels <= 0) return 0;
  const to = Math.min(Math.max(scroll, 0), pixels);
  const row = Math.min(Math.max(from.row, 0), rows);
  if (to <= from.scroll) return from.scroll <= 0 ? 0 : (to / from.scroll) * row;
  return row + ((to - from.scroll) / (pixels - from.scroll)) * (rows - row);
}

/** Where to scroll to so that a row (with its fraction) is at the top of the view. */
export function scrollOf(row: number, space: Space): number {
  const { pixels, rows } = room(space);
  return rows <= 0 ? 0 : (Math.min(Math.max(row, 0), rows) / rows) * pixels;
}

/** Rows drawn while this one is at the top of the view: as many as it takes, none beyond the end. */
export function sliceAt(
  row: number,
  { count, view }: Pick<Space, 'count' | 'view'>,
): { first: number; last: number } {
  const shown = Math.ceil(view / ROW_HEIGHT) + 1;
  const most = shown + 2 * OVERSCAN;
  const first = Math.max(0, Math.min(Math.floor(row) - OVERSCAN, count - most));
  return { first, last: Math.min(count, first + most) };
}

/** How far it can be scrolled, in pixels and in rows. */
function room({ count, view, rowHeight }: Space): { pixels: number; rows: number } {
  return { pixels: spaceHeight({ count, rowHeight }) - view, rows: count - view / rowHeight };
}
