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
  const leaving = new AbortController();
  try {
    const response = await fetch(`${url}/job/${job}/log/stream${search}`, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
      signal: leaving.signal,
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

function parse(block: string): StreamEvent {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => {
      const [name, value] = line.split(/: (.*)/s, 2) as [string, string];
      return [name, value];
    }),
  );
  return { event: fields['event'], id: fields['id'], data: JSON.parse(fields['data'] ?? '') } as StreamEvent;
}
