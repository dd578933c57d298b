import type { FastifyReply } from 'fastify';
import type { Caller } from './caller.ts';

/** A stream is at most this much longer open than its token is good for. */
const EVERY_MS = 5_000;
/** How long a reader that does not read may keep a stream that has ended. */
const LAST_WORDS_MS = 2_000;

/**
 * Looks again and again whether the caller of a long answer is who they were: where the token was revoked, or its
 * rights are others now, the answer ends. Who still may comes back.
 */
export function keepChecking(
  authenticate: () => Promise<Caller | undefined>,
  caller: Caller,
  ending: AbortController,
  reply: FastifyReply,
): Disposable {
  const rights = rightsOf(caller);
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    authenticate()
      .then((again) => {
        if (again !== undefined && rightsOf(again) === rights) return;
        clearInterval(timer);
        ending.abort();
        setTimeout(() => reply.raw.destroy(), LAST_WORDS_MS).unref();
      })
      // the database is away for a moment: the next look tells
      .catch(() => undefined)
      .finally(() => (asking = false));
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What a caller is and may. The organization's `epoch` counts other people's changes too. */
function rightsOf(caller: Caller): string {
  return JSON.stringify({ ...caller, epoch: undefined });
}
