import { setTimeout as wait } from 'node:timers/promises';
import { Refused } from './http.ts';

const FIRST_MS = 200;
/** By half: a load balancer takes a second or two to see that a supervisor is gone, and no wait until then ends after 5 s. */
const GROWTH = 1.5;
const MAX_MS = 15_000;
/** A revoked credential stays revoked until a person acts. */
const REVOKED_MS = 30_000;

/** Waits after failures: full jitter between 0 and a bound that grows, unless the supervisor says how long. */
export class Backoff {
  #failures = 0;

  reset(): void {
    this.#failures = 0;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait after this failure. */
  next(error: unknown, random: () => number = Math.random): number {
    const bound = Math.min(MAX_MS, FIRST_MS * GROWTH ** this.#failures++);
    if (error instanceof Refused) {
      if (error.status === 401) return REVOKED_MS;
      if (error.retryAfterS !== undefined) return error.retryAfterS * 1000 + random() * FIRST_MS;
    }
    return random() * bound;
  }

  /** Waits after this failure, or until the signal. */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    await wait(this.next(error), undefined, { signal, ref: true }).catch(() => {});
  }
}
