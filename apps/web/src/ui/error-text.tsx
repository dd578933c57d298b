import type { ArgusApiError } from '@argus/client';
import { Text } from '@mantine/core';
import { ERROR_WORDS, type ErrorWords } from './error-words.ts';

// a newer server may have codes that this page does not know
const KNOWN: Readonly<Record<string, ErrorWords | undefined>> = ERROR_WORDS;

/** What an error means and what to do, in the reader's language; below it what the server says of it, in that language as well. */
export function ErrorText({ error, detail }: { error: ArgusApiError; detail: string }) {
  const words = KNOWN[error.code];
  if (words === undefined) return <Text size="sm">{detail}</Text>;
  return (
    <>
      <Text size="sm">
        <b>{words.title}.</b> {words.next}
      </Text>
      {detail !== `${words.title}.` && <Text size="sm">{detail}</Text>}
    </>
  );
}
