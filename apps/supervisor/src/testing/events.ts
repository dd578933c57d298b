import type { Job, LogPiece } from '@argus/contract';

export type StreamEvent =
  | { event: 'job' | 'end'; id: undefined; data: Job }
  | { event: 'log'; id: string; data: LogPiece };

export interface FollowOptions {
  token: string;
  lastEventId?: string;
  search?: string;
}

/** Follows a job's log over server-sent events until it ends, or the loop over them is left. */
export async function* followLog(
  url: string,
  job: string,
  { token, lastEventId, search = '' }: FollowOptions,
): AsyncGenerator<StreamEvent, void> {
  const headers = lastEventId === undefined ? undefined : { 'last-event-id': lastEventId };
  for await (const event of eventsAt(`${url}/job/${job}/log/stream${search}`, token, headers))
    yield event as StreamEvent;
}

export interface Changes extends Disposable {
  /** All that was said so far, oldest first. */
  readonly events: SseEvent[];
  /** Resolves where the server ends it. */
  readonly ended: Promise<void>;
}

/** Watches what changes in the token's organization, until it is disposed. */
export async function watchChanges(url: string, token: string, search = ''): Promise<Changes> {
  const events: SseEvent[] = [];
  const standing = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const read = async (): Promise<void> => {
    for await (const event of eventsAt(`${url}/changes${search}`, token, {}, leaving.signal)) {
      events.push(event);
      standing.resolve();
    }
  };
  const ended = read().catch((error: unknown) => {
    if (!leaving.signal.aborted) standing.reject(error);
  });
  await standing.promise;
  return { events, ended, [Symbol.dispose]: () => leaving.abort() };
}

interface SseEvent {
  event: string | undefined;
  id: string | undefined;
  data: unknown;
}

async function* eventsAt(
  address: string,
  token: string,
  headers: Record<string, string> = {},
  left?: AbortSignal,
): AsyncGenerator<SseEvent, void> {
  const leaving = new AbortController();
  try {
    const response = await fetch(address, {
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: left ? AbortSignal.any([left, leaving.signal]) : leaving.signal,
    });
    if (!response.ok || response.body === null)
      throw new Error(`${response.status} ${await response.text()}`);
    let text = '';
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      // a comment, or how soon to come back, is no event
      for (const block of blocks) if (/^data:/m.test(block)) yield parse(block);
    }
  } finally {
    leaving.abort();
  }
}

function parse(block: string): SseEvent {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => {
      const [name, value] = line.split(/: (.*)/s, 2) as [string, string];
      return [name, value];
    }),
  );
  return { event: fields['event'], id: fields['id'], data: JSON.parse(fields['data'] ?? '') };
}
