import type { Job, LogPiece } from '@argus/contract';
import { eventStream, type OpenStream } from './event-stream.ts';
import type { SseEvent } from './sse.ts';

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

/** The events of a job's log stream until its `end`, through any number of connections. */
export async function* follow(open: OpenStream, signal: AbortSignal | undefined): AsyncGenerator<LogEvent> {
  for await (const event of eventStream(open, signal)) {
    const known = logEvent(event);
    if (known) yield known;
    if (known?.type === 'end') return;
  }
}

function logEvent({ type, data }: SseEvent): LogEvent | undefined {
  if (type === 'log') return { type, piece: JSON.parse(data) as LogPiece };
  if (type === 'job' || type === 'end') return { type, job: JSON.parse(data) as Job };
  return undefined;
}
