import { setImmediate as nextTurn } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import {
  ArgusError,
  invalid,
  LOG_CHUNK_MAX_BYTES,
  type EventsRequest,
  type PackedEventsRequest,
} from '@argus/contract';
import { bytesPassed } from '../../platform/heap.ts';
import type { ReceivedEvent, ReceivedLog } from './rules.ts';

/** Between looks at what else there is to do, bytes of log: a few milliseconds. */
const TURN_BYTES = 4 * 1024 * 1024;

/**
 * Inflated text is looked at and dropped. Counted in full, collections took 2 % of the time in which a log of 1 GiB is stored,
 * and kept 3 MB less.
 */
const KEPT_SHARE = 0.5;

/**
 * The events of a request with the bytes of their log, from base64 or from behind a packed JSON. All is checked before
 * anything is stored.
 *
 * @throws ArgusError `invalid_input` where a chunk does not hold what it says
 */
export async function receivedEvents(
  body: EventsRequest | PackedEventsRequest,
  packed: Buffer | undefined,
): Promise<ReceivedEvent[]> {
  const received: ReceivedEvent[] = [];
  let at = 0;
  let passed = 0;
  for (const event of body.events) {
    if (event.type !== 'log') {
      received.push(event);
      continue;
    }
    let log: ReceivedLog;
    if ('size' in event) {
      const { size, ...rest } = event;
      // a copy: the rest of the request need not be kept for it
      log = { ...rest, data: packed?.subarray(at, at + size) ?? Buffer.alloc(0) };
      at += size;
      if (log.data.length < size)
        throw invalid('size', `says ${size}, the body has ${log.data.length} bytes left`);
    } else log = { ...event, data: Buffer.from(event.data, 'base64') };
    assertChunk(log);
    received.push(log);
    passed += log.bytes;
    if (passed < TURN_BYTES) continue;
    bytesPassed(passed * KEPT_SHARE);
    passed = 0;
    await nextTurn();
  }
  if (packed && at < packed.length)
    throw new ArgusError(
      'invalid_input',
      `The body has ${packed.length - at} bytes that no event speaks of.`,
    );
  bytesPassed(passed * KEPT_SHARE);
  return received;
}

/** A chunk must hold what it says, or positions in the log would be wrong for ever. */
function assertChunk({ data, encoding, bytes, lines }: ReceivedLog): void {
  let text: Buffer;
  try {
    text = encoding === 'identity' ? data : inflated(data, bytes);
  } catch {
    throw invalid('data', 'is not zstd, or holds more than a chunk may');
  }
  if (text.length !== bytes) throw invalid('bytes', `says ${bytes}, the data has ${text.length}`);
  if (countLines(text) !== lines) throw invalid('lines', 'is not the number of line breaks in the data');
}

/** Into one buffer of the size that is announced: by the usual steps of 16 KiB it takes a third more time. */
function inflated(data: Buffer, bytes: number): Buffer {
  return zstdDecompressSync(data, { maxOutputLength: LOG_CHUNK_MAX_BYTES, chunkSize: Math.max(64, bytes) });
}

function countLines(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) count++;
  return count;
}
