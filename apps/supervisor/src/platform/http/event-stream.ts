import type { FastifyReply } from 'fastify';

/** A comment line this often keeps proxies from closing a quiet stream. */
export const HEARTBEAT_MS = 15_000;
/** When a reader whose connection broke comes back: to another supervisor, where this one is gone. */
const RECONNECT_MS = 1_000;

export type EventStream = ReturnType<typeof eventStream>;

/** Answers with server-sent events. Writing waits where the reader is slow, so that nothing gathers in memory. */
export function eventStream(reply: FastifyReply, signal: AbortSignal) {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  // a browser waits 3 s or more unless told otherwise
  raw.write(`retry: ${RECONNECT_MS}\n\n`);
  const write = async (text: string) => {
    if (signal.aborted || raw.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        raw.removeListener('drain', done);
        raw.removeListener('close', done);
        resolve();
      };
      raw.on('drain', done);
      raw.on('close', done);
    });
  };
  return {
    send: (event: string, data: string, id?: string) =>
      write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`),
    comment: () => write(': still here\n\n'),
    close: () => raw.end(),
  };
}
