/** A number that a double may not hold: with more than 15 digits, or with an exponent. */
const MANY_DIGITS = /\d\.?(?:\d\.?){15}|\d[eE]/;

// not yet in the types of the language's library
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): value is { rawJSON: string };
};

/**
 * JSON.parse, but numbers that a double may not hold (ids of 64 bits among them) become what JSON.stringify writes again as
 * it was: see `writtenNumber`. Throws as JSON.parse does.
 */
export function parseExactly(text: string): unknown {
  if (!MANY_DIGITS.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && source !== undefined && String(value) !== source && MANY_DIGITS.test(source)
      ? rawJSON(source)
      : value,
  );
}

/** The text of a number that `parseExactly` kept as it was written; undefined for any other value. */
export function writtenNumber(value: unknown): string | undefined {
  return isRawJSON(value) ? value.rawJSON : undefined;
}
