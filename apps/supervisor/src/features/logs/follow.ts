import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, type Job, type LogPiece, type Stream } from '@argus/contract';
import type { FastifyReply } from 'fastify';
import type { Bus } from '../../platform/bus.ts';
import { eventStream, HEARTBEAT_MS } from '../../platform/http/event-stream.ts';
import type { LogQueries } from './queries.ts';
import { textOf } from './text.ts';

/** Looked at this often without any wake-up: another supervisor may have stored the chunk. */
const LOOK_EVERY_MS = 1000;
/** Without its text, the growth of a log is told this often at most. */
const GROWTH_EVERY_MS = 100;

export interface FollowStart {
  attempt: number;
  offset: number;
}

export interface FollowOptions {
  bus: Bus;
  queries: LogQueries;
  jobId: string;
  readJob: () => Promise<Job | undefined>;
  start: FollowStart | undefined;
  /** Whether the log is sent, or only how it grows. */
  withLog: boolean;
  signal: AbortSignal;
}

/** Reads an event id, `<attempt>.<offset>`; undefined for anything else. */
export function parseEventId(id: string | undefined): FollowStart | undefined {
  const match = /^(\d{1,9})\.(\d{1,15})$/.exec(id ?? '');
  return match ? { attempt: Number(match[1]), offset: Number(match[2]) } : undefined;
}

/**
 * Streams a job's changes and its log as server-sent events until the job has ended and all its log is sent, or
 * the reader goes away. A reader that comes back with the last event's id misses nothing and gets nothing twice.
 */
export async function follow(
  reply: FastifyReply,
  { bus, queries, readJob, start, jobId, withLog, signal }: FollowOptions,
): Promise<void> {
  using bell = bus.doorbell(`job:${jobId}`);
  const sink = eventStream(reply, signal);
  let attempt = start?.attempt ?? 0;
  let seq = -1;
  let sent = start?.offset ?? 0;
  let shown = '';
  let quietSince = Date.now();
  let decoders: Record<Stream, StringDecoder> = newDecoders();

  while (!signal.aborted) {
    const job = await readJob();
    if (job === undefined) break;
    if (job.attempt !== attempt && job.attempt > 0) {
      // the first attempt is what a start without a position means; a later one begins its own log
      if (attempt > 0) sent = 0;
      attempt = job.attempt;
      seq = -1;
      decoders = newDecoders();
    }
    const text = JSON.stringify(job);
    // a growing log is told by its own events, where there are any
    const essence = withLog ? JSON.stringify({ ...job, log_bytes: 0, log_lines: 0 }) : text;
    if (essence !== shown) {
      await sink.send('job', text);
      shown = essence;
      quietSince = Date.now();
    }
    if (attempt > 0 && withLog) {
      const key = { jobId, attempt };
      if (seq < 0) seq = (await queries.atOffset(key, sent)) - 1;
      for (;;) {
        const chunks = await queries.after(key, seq);
        for (const chunk of chunks) {
          seq = chunk.seq;
          const end = chunk.log_offset + chunk.bytes;
          if (end <= sent) continue;
          const skip = Math.max(0, sent - chunk.log_offset);
          const bytes = textOf(chunk).subarray(skip);
          const piece: LogPiece = {
            offset: chunk.log_offset + skip,
            end,
            line: chunk.line,
            stream: chunk.stream,
            at: chunk.at.toISOString(),
            text: decoders[chunk.stream].write(bytes),
          };
          await sink.send('log', JSON.stringify(piece), `${attempt}.${end}`);
          sent = end;
          quietSince = Date.now();
        }
        if (chunks.length === 0 || signal.aborted) break;
      }
    }
    // the job was read before its log: once it had ended then, its log was complete, and all of it is sent
    if (isEnded(job.lifecycle)) {
      await sink.send('end', text);
      break;
    }
    if (Date.now() - quietSince > HEARTBEAT_MS) {
      await sink.comment();
      quietSince = Date.now();
    }
    // the first change after a silence is told at once
    if (!withLog) await sleep(GROWTH_EVERY_MS, undefined, { signal }).catch(() => undefined);
    await bell.wait(LOOK_EVERY_MS, signal);
  }
  sink.close();
}

function newDecoders(): Record<Stream, StringDecoder> {
  return { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
}
