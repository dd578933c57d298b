/** The id of the element that chooses a task. */
export function boxId(id: string): string {
  return `choose-${id}`;
}

/** The id of what is folded open below a task. */
export function moreId(id: string): string {
  return `more-${id}`;
}
