/** Labels as they are kept and compared: lower case, each once, in one order, so that equal sets are equal rows. */
export function normalLabels(labels: readonly string[]): string[] {
  return [...new Set(labels.map((label) => label.toLowerCase()))].toSorted();
}

/** All that a bot carries: what people gave it, what its settings say, its system and its processor. */
export function carriedLabels(
  own: readonly string[],
  info: { os: string; arch: string; labels?: readonly string[] | undefined } | null,
): string[] {
  return normalLabels([...own, ...(info === null ? [] : [info.os, info.arch, ...(info.labels ?? [])])]);
}
