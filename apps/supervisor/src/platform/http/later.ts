import type { FastifyReply, FastifyRequest } from 'fastify';

type Headers = Record<string, string>;

/**
 * The answer of a call that waits for something. Its handler returns this at once, so that nothing of the call is kept
 * meanwhile, and settles it when there is something to say.
 */
export class Later<T> {
  #send: ((value: T, headers: Headers) => void) | undefined;
  #early: [T, Headers] | undefined;
  #isGone = false;
  #onGone: (() => void) | undefined;

  /** Answers the call. Where the caller went away, nobody hears it. */
  settle(value: T, headers: Headers = {}): void {
    if (this.#send === undefined) this.#early = [value, headers];
    else this.#send(value, headers);
  }

  /** What is to be done where the caller goes away before it is answered. */
  onGone(leave: () => void): void {
    if (this.#isGone) leave();
    else this.#onGone = leave;
  }

  /** To be told where the answer goes. */
  attach(send: (value: T, headers: Headers) => void): void {
    this.#send = send;
    if (this.#early !== undefined) send(...this.#early);
  }

  /** The caller went away. */
  leave(): void {
    this.#isGone = true;
    this.#onGone?.();
  }
}

/** What of the call is not needed any more is let go: thousands may wait. */
export function answerLater(request: FastifyRequest, reply: FastifyReply, later: Later<unknown>): void {
  request.body = undefined;
  whenGone(reply, () => later.leave());
  later.attach((value, headers) => void reply.headers(headers).send(value));
}

/** Calls where the caller goes away before the answer is out. A finished answer needs no abort, which costs more than it seems: it makes an error with its stack. */
export function whenGone({ raw }: FastifyReply, leave: () => void): void {
  if (raw.destroyed && !raw.writableFinished) return leave();
  raw.once('close', () => {
    if (!raw.writableFinished) leave();
  });
}

/** What was thrown, as Fastify takes it. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('what was thrown is no error', { cause: thrown });
}
