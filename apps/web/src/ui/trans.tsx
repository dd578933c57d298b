import { Trans as Sentence, type TransProps } from '@lingui/react';

/**
 * A sentence with elements in it: what the macro of that name becomes. Values are words; by itself, the library takes what
 * looks like an element in them for one of the sentence's own.
 */
export function Trans({ values, ...props }: TransProps) {
  return <Sentence {...props} {...(values && { values: asWords(values) })} />;
}

/** What is no text is put in after elements were found. */
function asWords(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && value.includes('<') ? [value] : value,
    ]),
  );
}
