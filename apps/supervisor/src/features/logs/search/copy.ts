import type { Stream } from '@argus/contract';
import type pg from 'pg';
import { bytesPassed } from '../../../platform/heap.ts';
import { dropText, textOf } from '../text.ts';
import type { SearchedChunk } from './scan.ts';

/** Chunks of one log, from one on and up to another. */
export interface ChunkRange {
  jobId: string;
  attempt: number;
  stream: Stream | undefined;
  fromSeq: number;
  /** Up to here, without it. */
  toSeq: number;
  count?: number;
}

/** Takes a chunk; false: no more are wanted. */
type TakeChunk = (seq: number, chunk: SearchedChunk) => boolean;

/**
 * Reads chunks in their order, each as it comes, by COPY in binary form: as columns of a query their data would travel as
 * hexadecimal text, which takes as long as all the rest of a search. What `take` gets is valid until it returns.
 */
export async function copyChunks(client: pg.Client, range: ChunkRange, take: TakeChunk): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const reader = createReader(take);
  let failure: unknown;
  let isEnough = false;
  const query = {
    submit: (connection: { query(text: string): void }) => connection.query(statementOf(range)),
    handleCopyData({ chunk }: { chunk: Buffer }) {
      // what is still to come is dropped as it comes: to stop it would take a connection more
      if (isEnough) return;
      try {
        isEnough = !reader(chunk);
      } catch (error) {
        isEnough = true;
        failure = error;
      }
    },
    handleRowDescription: () => undefined,
    handleCommandComplete: () => undefined,
    handleError: (error: unknown) => reject(error),
    handleReadyForQuery: () => (failure === undefined ? resolve() : reject(failure)),
  };
  client.query(query as unknown as pg.Submittable);
  return promise;
}

/** COPY takes no parameters: whatever is written into it is checked here. */
function statementOf({ jobId, attempt, stream, fromSeq, toSeq, count }: ChunkRange): string {
  const numbers = [attempt, fromSeq, toSeq, count ?? 0];
  if (!/^[0-9a-f]{24}$/.test(jobId) || !numbers.every(Number.isSafeInteger))
    throw new Error(`not the name of a log: ${jobId} ${numbers.join(' ')}`);
  const ofStream = stream === undefined ? '' : `and stream = '${stream === 'stderr' ? 'stderr' : 'stdout'}'`;
  return `copy (select seq, lines, log_offset, line, (extract(epoch from at) * 1000)::float8, stream, encoding, data from log_chunks
    where job_id = '${jobId}' and attempt = ${attempt} and seq >= ${fromSeq} and seq < ${toSeq} ${ofStream}
    order by seq ${count === undefined ? '' : `limit ${count}`}) to stdout (format binary)`;
}

/** What comes before the rows: a signature of 11 bytes, flags, and the length of what is not used (0). */
const HEADER_BYTES = 19;
const FIELDS = 8;

/** Reads rows out of the pieces of a binary COPY, however it is cut. */
function createReader(take: TakeChunk): (piece: Buffer) => boolean {
  let rest: Buffer | undefined;
  let begun = false;
  const keep = (bytes: Buffer) => {
    // the memory of a piece is used again for the next one
    rest = Buffer.from(bytes);
    return true;
  };
  return (piece) => {
    let bytes = rest ? Buffer.concat([rest, piece]) : piece;
    rest = undefined;
    if (!begun) {
      if (bytes.length < HEADER_BYTES) return keep(bytes);
      bytes = bytes.subarray(HEADER_BYTES);
      begun = true;
    }
    while (bytes.length > 0) {
      const end = takeRow(bytes, take);
      if (end === undefined) return keep(bytes);
      if (end === -1) return false;
      bytes = bytes.subarray(end);
    }
    return true;
  };
}

/** Takes the first row; answers where it ends, undefined where it is not all there, -1 where no more is wanted. */
function takeRow(bytes: Buffer, take: TakeChunk): number | undefined {
  if (bytes.length < 2) return undefined;
  // -1 ends the copy
  if (bytes.readInt16BE(0) !== FIELDS) return bytes.length;
  let at = 2;
  const fields: Buffer[] = [];
  for (let field = 0; field < FIELDS; field++) {
    if (bytes.length < at + 4) return undefined;
    const length = bytes.readInt32BE(at);
    if (bytes.length < at + 4 + length) return undefined;
    fields.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [seq, lines, offset, line, time, stream, encoding, data] = fields as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const chunk = { encoding: encoding.toString(), data };
  const text = textOf(chunk);
  const goOn = take(seq.readInt32BE(), {
    lines: lines.readInt32BE(),
    offset: Number(offset.readBigInt64BE()),
    line: Number(line.readBigInt64BE()),
    at: time.readDoubleBE(),
    stream: stream.toString() as Stream,
    text,
  });
  // for the buffers that it came in and what was decoded of it; its own text is dropped at once
  bytesPassed(text.length);
  dropText(chunk, text);
  return goOn ? at : -1;
}
