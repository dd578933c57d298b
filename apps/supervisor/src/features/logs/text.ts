import { zstdDecompressSync } from 'node:zlib';
import { LOG_CHUNK_MAX_BYTES } from '@argus/contract/limits';

export const LINE_BREAK = 10;
/** What of a line is shown; the rest is read as text. Bytes. */
export const LINE_SHOWN_BYTES = 8 * 1024;

/** The text of a chunk. */
export function textOf({ encoding, data }: { encoding: string; data: Buffer }): Buffer {
  if (encoding !== 'zstd') return data;
  // in one piece: with Node's usual 16 KiB at a time it takes three times as long
  return zstdDecompressSync(data, {
    maxOutputLength: LOG_CHUNK_MAX_BYTES,
    chunkSize: LOG_CHUNK_MAX_BYTES,
  });
}

/**
 * Gives the memory of a chunk's text back at once; nothing of it may be used any more. What zlib made hangs on a handle
 * that only a whole collection frees: V8 lets 64 MiB of it gather, and fresh memory for each chunk costs a third more time.
 */
export function dropText(chunk: { encoding: string }, text: Buffer): void {
  if (chunk.encoding === 'zstd') (text.buffer as ArrayBuffer).transfer(0);
}

/** The position behind the first `count` line breaks; the whole length where there are fewer. */
export function endOfLines(text: Buffer, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line++) {
    const next = text.indexOf(LINE_BREAK, at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return at;
}

/** Line breaks between two positions. */
export function breaksBetween(text: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf(LINE_BREAK, from); at !== -1 && at < to; at = text.indexOf(LINE_BREAK, at + 1))
    count++;
  return count;
}

/** The first `max` bytes of a text, or some less where a character would be cut. */
export function headOf(text: Buffer, max: number): Buffer {
  if (text.length <= max) return text;
  let end = max;
  // a character has three bytes after its first at most
  while (end > max - 4 && end > 0 && ((text[end] as number) & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}
