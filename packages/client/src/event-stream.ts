import { isTemporary } from './error.ts';
import { createSseParser, type SseEvent, type SseParser } from './sse.ts';
import { backoff, sleep } from './wait.ts';

/** Opens the stream behind the last event seen. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>;

const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 2_000;
/** A connection this silent is taken for dead; resuming costs nothing if it was not. */
const SILENCE_MS = 60_000;

/**
 * Server-sent events through any number of connections: each goes on where the last one broke. Ends only by the reader,
 * by the signal, or by an answer that a repetition cannot change.
 */
export async function* eventStream(
  open: OpenStream,
  signal: AbortSignal | undefined,
): AsyncGenerator<SseEvent> {
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
        yield event;
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
