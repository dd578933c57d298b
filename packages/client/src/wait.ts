/** Resolves after a while; rejects with the signal's reason as soon as it aborts. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Growing waits, each a random part of its limit, so that many clients do not come back at once. */
export function backoff(attempt: number, first: number, most: number): number {
  const limit = Math.min(most, first * 2 ** Math.min(attempt, 20));
  return limit / 2 + (Math.random() * limit) / 2;
}
