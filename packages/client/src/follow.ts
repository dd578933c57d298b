import type { Job, LogPiece } from '@argus/contract';
import { isTemporary } from './error.ts';
import { createSseParser, type SseEvent, type SseParser } from './sse.ts';
import { backoff, sleep } from './wait.ts';

export type LogEvent =
  | { type: 'job'; job: Job }
  | { type: 'log'; piece: LogPiece }
  | { type: 'end'; job: Job };

export interface FollowOptions {
  /** Bytes of the log to skip. */
  fromOffset?: number;
  /** Begins with the last lines, so many; in place of `fromOffset`. */
  tail?: number;
  /** false: no `log` events; the job tells how its log grows. */
  log?: boolean;
  signal?: AbortSignal;
}

/** Opens the stream behind the last event seen. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;

const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 2_000;
/** A connection this silent is taken for dead; resuming costs nothing if it was not. */
const SILENCE_MS = 60_000;

/**
 * The events of a job's log stream until its `end`, through any number of connections: each goes on where the
 * last one broke. Ends early only by the signal or by an answer that a repetition cannot change.
 */
export async function* follow(open: OpenStream, signal: AbortSignal | undefined): AsyncGenerator<LogEvent> {
  let lastEventId: string | undefined;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    const connection = new AbortController();
    const parser = createSseParser();
    try {
      const both = signal ? AbortSignal.any([signal, connection.signal]) : connection.signal;
      for await (const event of eventsOf(await open(lastEventId, both), parser, connection)) {
        failures = 0;
        if (event.id !== '') lastEventId = event.id;
        const known = logEvent(event);
        if (known) yield known;
        if (known?.type === 'end') return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!connection.signal.aborted && !isTemporary(error)) throw error;
    } finally {
      connection.abort();
    }
    await sleep(parser.retry ?? backoff(failures, RETRY_FIRST_MS, RETRY_MOST_MS), signal);
    failures += 1;
  }
}

async function* eventsOf(
  response: Response,
  parser: SseParser,
  connection: AbortController,
): AsyncGenerator<SseEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const silence = setTimeout(() => connection.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    yield* parser.push(decoder.decode(value, { stream: true }));
  }
}

function logEvent({ type, data }: SseEvent): LogEvent | undefined {
  if (type === 'log') return { type, piece: JSON.parse(data) as LogPiece };
  if (type === 'job' || type === 'end') return { type, job: JSON.parse(data) as Job };
  return undefined;
}
