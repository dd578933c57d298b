import { isUtf8 } from 'node:buffer';
import { formatPatch, structuredPatch, FILE_HEADERS_ONLY } from 'diff';

export interface Side {
  filename: string;
  version: number;
  data: Buffer;
}

/** The server does nothing else meanwhile; some 1,500 changed lines are found in this time. */
const TIME_MAX_MS = 300;
/** Of both files: cutting longer ones into lines takes longer than the comparison. */
const LINES_MAX = 100_000;
const BYTES_MAX = 4 * 1024 * 1024;

/**
 * A unified diff of two versions of a file, line ends included; empty where their bytes are the same. Where it
 * cannot be made (no text, or too much that differs), a line in its place says so.
 */
export function unifiedDiff(from: Side, to: Side): string {
  if (from.data.equals(to.data)) return '';
  if (!isText(from.data) || !isText(to.data))
    return `Binary files ${nameOf(from)} and ${nameOf(to)} differ\n`;
  const patch =
    from.data.length + to.data.length > BYTES_MAX || linesOf(from.data) + linesOf(to.data) > LINES_MAX
      ? undefined
      : structuredPatch(
          from.filename,
          to.filename,
          from.data.toString(),
          to.data.toString(),
          `version ${from.version}`,
          `version ${to.version}`,
          { context: 3, timeout: TIME_MAX_MS },
        );
  if (patch === undefined)
    return `Files ${nameOf(from)} and ${nameOf(to)} differ in too much to compare: download both\n`;
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

function nameOf({ filename, version }: Side): string {
  return `${filename} (version ${version})`;
}

function linesOf(data: Buffer): number {
  let lines = 0;
  for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/** Whether bytes are text that somebody could read: UTF-8 without NUL. */
function isText(data: Buffer): boolean {
  return !data.includes(0) && isUtf8(data);
}
