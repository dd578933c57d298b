import { isEnded, type Job, type OperationId, type WorkflowRun } from '@argus/contract';
import { isTemporary } from './error.ts';
import { follow, type FollowOptions, type LogEvent } from './follow.ts';
import { nextCursor, request, type Connection } from './request.ts';
import { routes } from './routes.ts';
import { watch, type ChangeEvent, type WatchOptions } from './watch.ts';
import type { CallInput, InputOf, ItemOf, PagedOperation, ResultOf } from './types.ts';
import { backoff, sleep } from './wait.ts';

export interface ClientOptions {
  /** Where the supervisor answers, without a slash at its end. A page of the supervisor itself leaves it out. */
  baseUrl?: string;
  /** An integration token or a session's access token; a page with a session cookie leaves it out. */
  token?: string;
  /** The organization, for the `/{customer}/…` form of every path; else the token's own. */
  customer?: string;
  fetch?: typeof fetch;
}

type Methods = {
  [K in OperationId]: Partial<InputOf<K>> extends InputOf<K>
    ? (input?: InputOf<K>) => Promise<ResultOf<K>>
    : (input: InputOf<K>) => Promise<ResultOf<K>>;
};

/** One method per operation of the contract, and what is built upon them. */
export interface Client extends Methods {
  /** Calls an operation by its id: what the method of that name does. */
  call<K extends OperationId>(operation: K, input: InputOf<K>): Promise<ResultOf<K>>;
  /** One page of a list, and the cursor of the next where there may be one. */
  page<K extends PagedOperation>(operation: K, input?: InputOf<K>): Promise<Paged<ItemOf<K>>>;
  /** All elements of a list, page after page. */
  paginate<K extends PagedOperation>(operation: K, input?: InputOf<K>): AsyncGenerator<ItemOf<K>>;
  /** Waits until the job has ended, also through restarts of the server. Only the signal ends it earlier. */
  waitForJob(id: string, options?: { signal?: AbortSignal }): Promise<Job>;
  /** The same for a run of a workflow. */
  waitForRun(run: { id: string; run: string }, options?: { signal?: AbortSignal }): Promise<WorkflowRun>;
  /** The job's changes and its log as they come, until its end; resumes by itself where a connection breaks. */
  followLog(id: string, options?: FollowOptions): AsyncGenerator<LogEvent>;
  /** What changes in the organization as it happens; comes back by itself, and says `ready` each time. */
  followChanges(options?: WatchOptions): AsyncGenerator<ChangeEvent>;
}

export interface Paged<Item> {
  items: Item[];
  /** Undefined at the end of the list. */
  cursor: string | undefined;
}

const WAIT_FIRST_MS = 50;
const WAIT_MOST_MS = 2_000;

/** A client of one supervisor, as one identity. */
export function createClient(options: ClientOptions = {}): Client {
  const connection: Connection = {
    baseUrl: (options.baseUrl ?? '').replace(/\/+$/, ''),
    token: options.token,
    customer: options.customer,
    fetch: options.fetch ?? globalThis.fetch,
  };

  async function call<K extends OperationId>(operation: K, input: InputOf<K>): Promise<ResultOf<K>> {
    const route = routes[operation];
    const response = await request(connection, route, input);
    if (route.answer === 'raw') return response as ResultOf<K>;
    // a body left unread would keep its connection
    const text = await response.text();
    return (route.answer === 'json' ? JSON.parse(text) : undefined) as ResultOf<K>;
  }

  async function page<K extends PagedOperation>(operation: K, input?: InputOf<K>): Promise<Paged<ItemOf<K>>> {
    const response = await request(connection, routes[operation], { ...input });
    const items = (await response.json()) as ItemOf<K>[];
    return { items, cursor: nextCursor(response.headers.get('link')) };
  }

  async function* paginate<K extends PagedOperation>(
    operation: K,
    input?: InputOf<K>,
  ): AsyncGenerator<ItemOf<K>> {
    let given = { ...input } as CallInput;
    for (;;) {
      const { items, cursor } = await page(operation, given as InputOf<K>);
      yield* items;
      if (cursor === undefined) return;
      given = { ...given, query: { ...given.query, cursor } };
    }
  }

  /** Reads until what is read is over; what passes by itself ends no wait. */
  async function waitFor<T>(
    read: () => Promise<T>,
    isOver: (found: T) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    for (let round = 0; ; round += 1) {
      try {
        const found = await read();
        if (isOver(found)) return found;
      } catch (error) {
        signal?.throwIfAborted();
        if (!isTemporary(error)) throw error;
      }
      await sleep(backoff(round, WAIT_FIRST_MS, WAIT_MOST_MS), signal);
    }
  }

  const waitForJob: Client['waitForJob'] = (id, { signal } = {}) =>
    waitFor(
      () => call('getJob', { params: { id }, ...(signal && { signal }) }),
      ({ lifecycle }) => isEnded(lifecycle),
      signal,
    );

  const waitForRun: Client['waitForRun'] = (params, { signal } = {}) =>
    waitFor(
      () => call('getWorkflowRun', { params, ...(signal && { signal }) }),
      ({ finished_at }) => finished_at !== null,
      signal,
    );

  function followLog(
    id: string,
    { fromOffset, tail, log, signal }: FollowOptions = {},
  ): AsyncGenerator<LogEvent> {
    return follow(
      (lastEventId, connectionSignal) =>
        call('followJobLog', {
          params: { id },
          query: {
            ...(lastEventId === undefined && fromOffset !== undefined && { offset: fromOffset }),
            ...(lastEventId === undefined && tail !== undefined && { tail }),
            ...(log !== undefined && { log }),
          },
          headers: {
            accept: 'text/event-stream',
            ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
          },
          signal: connectionSignal,
        }),
      signal,
    );
  }

  const methods = Object.fromEntries(
    (Object.keys(routes) as OperationId[]).map((operation) => [
      operation,
      (input: CallInput = {}) => call(operation, input as InputOf<typeof operation>),
    ]),
  ) as unknown as Methods;
  function followChanges({ job, signal }: WatchOptions = {}): AsyncGenerator<ChangeEvent> {
    return watch(
      (_lastEventId, connectionSignal) =>
        call('watchChanges', {
          query: { ...(job !== undefined && { job }) },
          headers: { accept: 'text/event-stream' },
          signal: connectionSignal,
        }),
      signal,
    );
  }

  return { ...methods, call, page, paginate, waitForJob, waitForRun, followLog, followChanges };
}
