import { zstdCompressSync } from 'node:zlib';
import type { FinishedEvent } from '@argus/contract';
import { Refused } from './http.ts';

/**
 * Whether a supervisor refuses what a request says: sent again, it would be refused again. 413 may come from a proxy; the
 * others count only with the code that a supervisor gives, for a proxy refuses so whatever passes.
 */
export function isOfContent(error: unknown): error is Refused {
  if (!(error instanceof Refused)) return false;
  return error.status === 413 || ([400, 422].includes(error.status) && error.code !== undefined);
}

const NOTICE = '[this piece of the log could not be delivered]';

/** Takes the place of a piece of log, compressed: as many bytes and line breaks, so that what follows keeps its place. */
export function blankLog({ bytes, lines }: { bytes: number; lines: number }): Buffer {
  const breaks = Math.min(lines, bytes);
  return zstdCompressSync(
    Buffer.from(NOTICE.slice(0, bytes - breaks).padEnd(bytes - breaks) + '\n'.repeat(breaks)),
  );
}

type End = Omit<FinishedEvent, 'type' | 'job' | 'attempt' | 'lease' | 'last_seq' | 'age_ms'>;

/**
 * Takes the place of an end: without what a script can make large or odd. How the script went is then not for the
 * supervisor to judge, since its result is missing.
 */
export function bareEnd({ ending, exit_code, signal, stopped_by, limit }: End, why: string): End {
  const how = exit_code === null ? (signal ?? ending) : `exit code ${exit_code}`;
  return {
    ending: 'unknown',
    exit_code: null,
    signal: null,
    stopped_by,
    survivors: [],
    left_running: [],
    error: `the report of its end (${how}) was refused: ${why}`.slice(0, 2000),
    result: { file: null, stdout: null, stderr: null },
    duration_ms: null,
    log_dropped_bytes: 0,
    ...(limit !== undefined && { limit }),
  };
}
