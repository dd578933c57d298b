import type {
  BodyOf,
  Operation,
  OperationId,
  Operations,
  ParamsOf,
  QueryOf,
  ResponseOf,
} from '@argus/contract';

/** What an intersection ignores. */
type Nothing = unknown;
type Filled<T, Part> = keyof T extends never ? Nothing : Part;

/** A file may be sent as a form. A body is left out where the operation has none, and may be where nothing is required of it. */
type BodyPart<O extends Operation> = O['body'] extends null
  ? Nothing
  : O['accepts'] extends 'upload'
    ? { body: BodyOf<O> | FormData }
    : unknown extends BodyOf<O>
      ? { body?: unknown }
      : { body: BodyOf<O> };

/** What a call of an operation takes. */
export type InputOf<K extends OperationId> = Filled<
  ParamsOf<Operations[K]>,
  { params: ParamsOf<Operations[K]> }
> &
  Filled<QueryOf<Operations[K]>, { query?: QueryOf<Operations[K]> }> &
  BodyPart<Operations[K]> & { headers?: Record<string, string>; signal?: AbortSignal };

/** What a call of an operation answers: the body as JSON, the `Response` where it is something else. */
export type ResultOf<K extends OperationId> = Operations[K]['response'] extends null
  ? Operations[K] extends { produces: string }
    ? Response
    : undefined
  : ResponseOf<Operations[K]>;

/** Lists that go on behind a `Link: …; rel="next"`. */
export type PagedOperation = {
  [K in OperationId]: 'cursor' extends keyof QueryOf<Operations[K]> ? K : never;
}[OperationId];

/** One element of a paged list. */
export type ItemOf<K extends PagedOperation> = ResultOf<K> extends readonly (infer Item)[] ? Item : never;

/** The parts of an input as the runtime sees them, whatever the operation. */
export interface CallInput {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}
