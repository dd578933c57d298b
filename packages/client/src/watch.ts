import type { Job } from '@argus/contract';
import { eventStream, type OpenStream } from './event-stream.ts';

export type ChangeEvent =
  /** The connection stands. What was read before it may be old: nothing is kept for who is away. */
  | { type: 'ready' }
  /** Words of the paths whose answers may be others now. */
  | { type: 'changed'; topics: string[] }
  /** The job that was asked for. */
  | { type: 'job'; job: Job };

export interface WatchOptions {
  /** A job to be told of, whole, at each change. */
  job?: string;
  signal?: AbortSignal;
}

/** What changes in an organization, through any number of connections, until the signal aborts. */
export async function* watch(open: OpenStream, signal: AbortSignal | undefined): AsyncGenerator<ChangeEvent> {
  for await (const { type, data } of eventStream(open, signal)) {
    if (type === 'ready') yield { type };
    else if (type === 'changed') yield { type, topics: JSON.parse(data) as string[] };
    else if (type === 'job') yield { type, job: JSON.parse(data) as Job };
  }
}
