import { stripVTControlCharacters } from 'node:util';
import { readLines } from './lines.ts';
import type { LogQueries } from './queries.ts';

/** Where a line is read as part of a message, its end says no more. */
const SHOWN_CHARACTERS = 500;

/** The last lines of an attempt's log as plain text, without colours; none where there is no log (any more). */
export async function lastLines(
  queries: LogQueries,
  jobId: string,
  attempt: number,
  count: number,
): Promise<string[]> {
  const { lines } = await readLines(queries, { jobId, attempt }, { tail: count });
  return lines.map(({ text }) =>
    stripVTControlCharacters(text)
      .replaceAll(/[^\P{Cc}\t]/gu, '')
      .slice(0, SHOWN_CHARACTERS),
  );
}
