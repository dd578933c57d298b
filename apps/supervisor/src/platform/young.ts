import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Each byte that passes leaves three or four in buffers of V8's young generation. */
const EVERY_BYTES = 4 * 1024 * 1024;

/** In a thread with a heap of some MB, where a whole collection takes about 2 ms. */
const WHOLE_EVERY_BYTES = 8 * 1024 * 1024;

let collect: ((options: { type: 'minor' | 'major' }) => void) | undefined;
let passed = 0;

/**
 * To be told of the bytes of large bodies as they pass through. V8 counts the objects of its young generation, not the
 * buffers behind them, and lets 64 MiB of dead buffers gather before it looks: this makes it look earlier. A look takes
 * about a millisecond.
 */
export function bytesPassed(bytes: number): void {
  passed += bytes;
  if (passed < EVERY_BYTES) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

/**
 * The same in a thread of its own for buffers that zlib made. Each hangs on a handle that only a whole collection frees,
 * and V8 lets 64 MiB of them gather.
 */
export function bytesInflated(bytes: number): void {
  passed += bytes;
  if (passed < WHOLE_EVERY_BYTES) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'major' });
}

function collector(): (options: { type: 'minor' | 'major' }) => void {
  // a flag of the command line would depend on how the process was started
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { type: 'minor' | 'major' }) => void;
  setFlagsFromString('--no-expose-gc');
  return gc;
}
