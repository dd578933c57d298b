import type { AuditEntry } from '@argus/contract';

const COLUMNS = [
  'at',
  'actor',
  'action',
  'outcome',
  'target_type',
  'target_id',
  'address',
  'details',
  'id',
] as const satisfies (keyof AuditEntry)[];

/** By it spreadsheets know that what follows is UTF-8. */
const MARK = '\u{FEFF}';

export function csvHead(): string {
  return `${MARK}${COLUMNS.join(',')}\r\n`;
}

/** An entry as a line of a table. */
export function csvLine(entry: AuditEntry): string {
  const cells = COLUMNS.map((column) => {
    const value = entry[column];
    return cell(value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  });
  return `${cells.join(',')}\r\n`;
}

/** What begins like a formula would be one where a spreadsheet opens it: an apostrophe makes it text. */
function cell(text: string): string {
  const safe = /^[\s\p{Cf}]*[=+\-@]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n';]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Batches as one JSON array, an item a line. */
export async function* jsonLines<T>(
  batches: AsyncIterable<readonly T[]>,
  view: (item: T) => unknown,
): AsyncGenerator<string> {
  let begin = '[\n';
  for await (const batch of batches) {
    yield begin + batch.map((item) => JSON.stringify(view(item))).join(',\n');
    begin = ',\n';
  }
  yield begin === '[\n' ? '[]\n' : '\n]\n';
}
