import type { LogMatch } from '@argus/contract';
import type pg from 'pg';
import { copyChunks, type ChunkRange } from './copy.ts';
import { createFinder, type LogQuery } from './finder.ts';
import { Scan, type Block, type ScanOptions } from './scan.ts';

/** A part of a log to search: the lines that begin in it. */
export interface Part extends Omit<ScanOptions, 'finder'>, ChunkRange {
  query: LogQuery;
  /** Milliseconds after which it ends where it is. */
  budgetMs: number;
}

export interface PartResult {
  matches: LogMatch[];
  blocks: Block[];
  /** The first line that was not looked at; null where all of the part was. */
  next: number | null;
}

/** Chunks read at once behind a part, for the end of its last line. */
const REST_CHUNKS = 16;
const AFTER_ALL = 2 ** 31 - 1;

/** Searches a part. Its last line is read to its end, the line that its first chunk goes on with is not its own. */
export async function searchPart(client: pg.Client, part: Part): Promise<PartResult> {
  const scan = new Scan({ ...part, finder: createFinder(part.query) });
  const until = performance.now() + part.budgetMs;
  let isLate = false;
  await copyChunks(client, part, (_seq, chunk) => {
    scan.push(chunk);
    isLate = !scan.isDone && performance.now() > until;
    return !scan.isDone && !isLate;
  });
  const answer = (next: number | null): PartResult => ({ matches: scan.matches, blocks: scan.blocks, next });
  if (isLate) return answer(scan.next);

  let fromSeq = part.toSeq;
  while (!scan.isDone) {
    const before = fromSeq;
    if (fromSeq < AFTER_ALL)
      await copyChunks(client, { ...part, fromSeq, toSeq: AFTER_ALL, count: REST_CHUNKS }, (seq, chunk) => {
        scan.pushRest(chunk);
        fromSeq = seq + 1;
        return !scan.isDone;
      });
    if (fromSeq === before) scan.end();
  }
  return answer(scan.isEnough ? scan.next : null);
}
