import { routes } from '@argus/client';
import type { Job, OperationId } from '@argus/contract';
import type { Query, QueryClient } from '@tanstack/react-query';
import { clientOf } from './clients.ts';

/** After what changed was read, it is read again no sooner than this: much may change all the time. */
const REST_MS = 400;
/** A page out of sight lets go of its stream after this long: browsers give one server six connections for all tabs. */
const HIDDEN_MS = 30_000;
/** What the stream tells is still asked for this often. */
export const TOLD_REFRESH_MS = 30_000;

/** Answers that follow from others: by the word of the changed path. */
const FOLLOWING: Readonly<Record<string, readonly string[]>> = { job: ['queue', 'overview', 'outlook'] };
/** What changes without any call or job: bots come and go, letters are sent. */
const UNTOLD = new Set(['host', 'agent', 'enrollment', 'notification', 'auth', 'delivery']);

const wordsOf = (operation: OperationId): string[] =>
  routes[operation].path.split('/').filter((word) => word !== '' && !word.startsWith('{'));

/** Whether the stream says when an operation's answer may be another. */
export function isTold(operation: OperationId): boolean {
  return !wordsOf(operation).some((word) => UNTOLD.has(word));
}

/** Whether an operation's answer may be another after these changes. */
export function isTouched(operation: OperationId, topics: ReadonlySet<string>): boolean {
  const words = wordsOf(operation);
  return [...topics].some(
    (topic) => words.includes(topic) || (FOLLOWING[topic] ?? []).some((word) => words.includes(word)),
  );
}

type TakeJob = (job: Job) => void;

interface Stream {
  readonly closing: AbortController;
  /** The job that it tells of. */
  readonly job: string | undefined;
}

/**
 * The one stream of a page: whatever of the organization changes is read again while it is in sight. It holds through
 * sleep, lost connections and restarts of the server: each time it stands again, all that is shown is read anew.
 */
export class Live {
  #customer: string | undefined;
  #cache: QueryClient | undefined;
  #job: { id: string; take: TakeJob } | undefined;
  #opened: Stream | undefined;
  /** The one that stands. */
  #standing: Stream | undefined;
  #hasStood = false;
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #touched = new Set<string>();
  #isReading = false;

  /** Whether changes are told as they happen. */
  get isStanding(): boolean {
    return this.#standing !== undefined;
  }

  /** Begins for an organization; answers what ends it. */
  start(customer: string, cache: QueryClient): () => void {
    this.#customer = customer;
    this.#cache = cache;
    this.#hasStood = false;
    const onVisibility = () => {
      clearTimeout(this.#later);
      if (document.visibilityState === 'hidden') this.#later = setTimeout(() => this.#close(), HIDDEN_MS);
      else this.#open();
    };
    document.addEventListener('visibilitychange', onVisibility);
    this.#open();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      clearTimeout(this.#later);
      this.#customer = undefined;
      this.#close();
    };
  }

  /** Follows one job, whole, until the answer is called. */
  follow(id: string, take: TakeJob): () => void {
    const followed = { id, take };
    this.#job = followed;
    this.#open();
    return () => {
      if (this.#job !== followed) return;
      this.#job = undefined;
      // the page that comes may follow another
      setTimeout(() => this.#open(), REST_MS);
    };
  }

  #close(): void {
    this.#opened?.closing.abort();
    this.#standing?.closing.abort();
    this.#opened = undefined;
    this.#standing = undefined;
  }

  /** Opens the stream that is wanted now, unless it is open; what stands goes on until the new one stands. */
  #open(): void {
    const job = this.#job?.id;
    if (this.#customer === undefined || (this.#opened !== undefined && this.#opened.job === job)) return;
    if (this.#opened !== this.#standing) this.#opened?.closing.abort();
    const stream: Stream = { closing: new AbortController(), job };
    this.#opened = stream;
    void this.#read(stream, this.#customer).finally(() => {
      // refused: the page's own calls tell why
      if (this.#standing === stream) this.#standing = undefined;
      if (this.#opened === stream) this.#opened = undefined;
    });
  }

  async #read(stream: Stream, customer: string): Promise<void> {
    const { job, closing } = stream;
    const { signal } = closing;
    const events = clientOf(customer).followChanges({ ...(job !== undefined && { job }), signal });
    try {
      for await (const event of events) {
        if (signal.aborted) return;
        if (event.type === 'ready') this.#stands(stream);
        else if (event.type === 'changed') this.#touch(event.topics);
        else if (this.#job?.id === event.job.id) this.#job.take(event.job);
      }
    } catch {
      // left, or refused
    }
  }

  #stands(stream: Stream): void {
    const before = this.#standing;
    this.#standing = stream;
    if (before !== undefined && before !== stream) {
      before.closing.abort();
      return;
    }
    // the first time, what is shown was asked for a moment ago
    if (!this.#hasStood) this.#touch(['job']);
    else void this.#cache?.invalidateQueries({ predicate: (query) => this.#isOwn(query) });
    this.#hasStood = true;
  }

  #touch(topics: readonly string[]): void {
    for (const topic of topics) this.#touched.add(topic);
    if (!this.#isReading) void this.#readAgain();
  }

  async #readAgain(): Promise<void> {
    this.#isReading = true;
    while (this.#touched.size > 0) {
      const topics = new Set(this.#touched);
      this.#touched.clear();
      await this.#cache?.invalidateQueries({
        predicate: (query) => this.#isOwn(query) && isTouched(query.queryKey[0] as OperationId, topics),
      });
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    this.#isReading = false;
  }

  #isOwn({ queryKey }: Query): boolean {
    return queryKey[1] === this.#customer && (queryKey[0] as string) in routes;
  }
}

export const live = new Live();
