/** Longer files do not fit into a request as text; they are downloaded, changed and uploaded. */
export const EDITABLE_MAX_BYTES = 1024 * 1024;

/** The text of a file exactly as it is, a byte order mark too; undefined where it is no text. */
export function textOf(bytes: ArrayBuffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** A text as a text field holds it: there every line ends with a line feed. */
export function asField(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

/**
 * What was edited in a text field, with the line ends of the original: lines before and after the change keep theirs,
 * new ones get that of the line before them. So does an empty line that moved behind a lone carriage return, where its
 * own line feed would be lost.
 */
export function withLineEnds(original: string, edited: string): string {
  const before = linesOf(original);
  const after = linesOf(asField(edited));
  const shorter = Math.min(before.length, after.length);
  const same = (a: number, b: number) => before[a]?.text === after[b]?.text;
  let head = 0;
  while (head < shorter && same(head, head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && same(before.length - 1 - tail, after.length - 1 - tail)) tail += 1;
  let last = before.find(({ end }) => end !== '')?.end ?? '\n';
  return after
    .map(({ text, end }, index) => {
      const twin =
        index < head
          ? before[index]
          : index >= after.length - tail
            ? before[before.length - after.length + index]
            : undefined;
      if (end === '') return text;
      const own = twin?.end || last;
      // a line feed right after a carriage return would be taken for the second half of one line end
      const joins = last === '\r' && index > 0 && text === '' && own === '\n';
      if (!joins) last = own;
      return text + last;
    })
    .join('');
}

interface Line {
  text: string;
  /** Empty on a last line that has none. */
  end: string;
}

function linesOf(text: string): Line[] {
  return [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)]
    .map(([, line = '', end = '']) => ({ text: line, end }))
    .filter(({ text: line, end }) => line !== '' || end !== '');
}
