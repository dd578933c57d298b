/** `from` starts `to`. */
export interface Edge {
  from_id: string;
  to_id: string;
  to_name: string;
  /** As a step of a workflow, not by an event. */
  is_step: boolean;
}

/**
 * The shortest way from what `start` starts to one of `targets`, as the names of what is started; empty where `start` is
 * one of them; undefined where there is no way.
 */
export function wayTo(
  edges: readonly Edge[],
  start: string,
  targets: ReadonlySet<string>,
): string[] | undefined {
  const startedBy = Map.groupBy(edges, ({ from_id }) => from_id);
  const names = new Map<string, string[]>([[start, []]]);
  // a map goes on over what is added meanwhile: nearest first
  for (const [id, way] of names) {
    if (targets.has(id)) return way;
    for (const { to_id, to_name } of startedBy.get(id) ?? [])
      if (!names.has(to_id)) names.set(to_id, [...way, to_name]);
  }
  return undefined;
}
