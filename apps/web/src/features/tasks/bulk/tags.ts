/** Tags with some added and others taken away; the same list where that changes nothing. Compared without case, as the server does. */
export function retagged(
  tags: readonly string[],
  added: readonly string[],
  removed: readonly string[],
): readonly string[] {
  const key = (tag: string) => tag.toLowerCase();
  const gone = new Set(removed.map(key));
  const kept = tags.filter((tag) => !gone.has(key(tag)));
  const has = new Set(kept.map(key));
  const fresh = added.filter((tag) => !has.has(key(tag)));
  return fresh.length === 0 && kept.length === tags.length ? tags : [...kept, ...fresh];
}
