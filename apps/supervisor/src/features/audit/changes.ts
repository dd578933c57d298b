export interface Change {
  from: unknown;
  to: unknown;
}

/** What stands for a value that nobody may read in the audit. */
const HIDDEN = '(hidden)';
/** Longer text says no more about a change. */
const TEXT_MAX = 500;

/**
 * What an update changed: each field of `after` whose value is another one than in `before`, with both values. The
 * fields named in `secret` are told as changed, without their values.
 */
export function changes(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  { secret = [] }: { secret?: readonly string[] } = {},
): Record<string, Change> {
  return Object.fromEntries(
    Object.keys(after)
      .filter((field) => canonical(before[field]) !== canonical(after[field]))
      .map((field) => [
        field,
        secret.includes(field)
          ? { from: HIDDEN, to: HIDDEN }
          : { from: shown(before[field]), to: shown(after[field]) },
      ]),
  );
}

/** JSON with sorted keys: equal values have equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function shown(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'string' && value.length > TEXT_MAX) return `${value.slice(0, TEXT_MAX)}…`;
  const text = JSON.stringify(value);
  return text.length > TEXT_MAX * 4 ? `${text.slice(0, TEXT_MAX)}…` : value;
}
