/** What the address of a list says, by name; `view` is the saved view that was opened. */
export type ListSearch = Readonly<Record<string, string | undefined>>;

/** Of what an address says, what a view is made of: its texts, without the place in the list and what is open. */
export function viewOf({
  cursor: _cursor,
  open: _open,
  dialog: _dialog,
  ...search
}: ListSearch): Record<string, string> {
  const said = Object.entries(search).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(said.map(([name, value]) => [name, name === 'q' ? value.trim() : value]));
}

/** Whether two searches say the same, whatever their order. */
export function isSameSearch(one: ListSearch, other: ListSearch): boolean {
  const [a, b] = [viewOf(one), viewOf(other)];
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
