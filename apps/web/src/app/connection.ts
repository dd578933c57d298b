import { ArgusApiError } from '@argus/client';
import type { QueryClient } from '@tanstack/react-query';

const LOOK_MS = 2_000;
/** How often it is asked whether the server has another page by now. */
const NEWER_MS = 60_000;
/** Whatever is new: each of its files is named by its content. */
const ENTRY = /\/app\/assets\/index-[\w-]+\.js/;

type Listener = () => void;

/** Whether the server can be reached, and whether it has another page than this one. */
export class Connection {
  isLost = false;
  isOutdated = false;
  readonly #listeners = new Set<Listener>();
  #asked = 0;

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Watches what becomes of the page's own calls; answers what ends it. */
  watch(cache: QueryClient): () => void {
    const ending = new AbortController();
    const { signal } = ending;
    const lose = () => {
      if (this.isLost) return;
      this.isLost = true;
      this.#tell();
      void this.#untilBack(cache, signal);
    };
    const unsubscribe = cache.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'failed' && isAway(event.action.error)) lose();
    });
    window.addEventListener('offline', lose, { signal });
    // a part of the page is gone: the server has another one
    window.addEventListener('vite:preloadError', () => void this.#compare(0), { signal });
    document.addEventListener('visibilitychange', () => void this.#compare(NEWER_MS), { signal });
    const timer = setInterval(() => void this.#compare(NEWER_MS), NEWER_MS);
    return () => {
      ending.abort();
      unsubscribe();
      clearInterval(timer);
    };
  }

  async #untilBack(cache: QueryClient, signal: AbortSignal): Promise<void> {
    while (this.isLost && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const answer = await fetch('/api/status', { cache: 'no-store', signal }).catch(() => undefined);
      if (!answer?.ok) continue;
      this.isLost = false;
      this.#tell();
      void cache.invalidateQueries();
      void this.#compare(0);
    }
  }

  /** Asks for the page again, unless that was asked a moment ago. */
  async #compare(atLeastMs: number): Promise<void> {
    if (this.isOutdated || document.visibilityState === 'hidden') return;
    if (Date.now() - this.#asked < atLeastMs) return;
    this.#asked = Date.now();
    const own = [...document.scripts].map(({ src }) => ENTRY.exec(src)?.[0]).find(Boolean);
    const answer = await fetch('/app/', { cache: 'no-store' }).catch(() => undefined);
    if (own === undefined || !answer?.ok) return;
    const served = ENTRY.exec(await answer.text())?.[0];
    if (served === undefined || served === own) return;
    this.isOutdated = true;
    this.#tell();
  }
}

/** Whether an error says that nobody answers, not what was answered. */
function isAway(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof ArgusApiError && error.code === 'unavailable');
}

export const connection = new Connection();
