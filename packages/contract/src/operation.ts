import { Type, type Static, type TObject, type TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import type { Permission } from './permissions.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/**
 * One operation of the API. Routes, validation, types, OpenAPI and the client all come from these.
 * `path` has `{name}` for parameters and no customer prefix.
 */
export interface Operation {
  method: Method;
  path: string;
  /** Other paths of the same operation, with the same parameters: what existing clients call it by. */
  aliases?: readonly string[];
  permission: Permission;
  /** `customer`: served as `/{customer}/…` and without the prefix. `global`: only without. */
  scope: 'customer' | 'global';
  tag: string;
  summary: string;
  description?: string;
  params: TObject;
  query: TObject;
  body: TSchema | null;
  /**
   * Operations that answer requests to this one's path in its place, by id: `agent` those with the token of an
   * existing agent, `basic` those with HTTP Basic. They have a path of their own too.
   */
  instead?: { agent?: string; basic?: string };
  /**
   * `json` only; `form`: JSON, urlencoded and multipart, a form under a JSON content type too; `upload`: JSON or a
   * multipart file; `unchecked`: JSON with any text and any depth in it, from callers that would not send it again;
   * `anything`: a body of any type, as the bytes that came.
   */
  accepts: 'json' | 'form' | 'upload' | 'unchecked' | 'anything';
  /** The body is somebody's document: a `customer` in it is part of it, and not this request's organization. */
  document?: boolean;
  /** Fields that the body may have, at any depth; 20,000 if left out. */
  maxFields?: number;
  /** Of a `form`: whether its multipart body may have files, up to 64 MiB, which come to the handler as a stream. */
  files?: boolean;
  /** Headers that it reads, each with what it is for. */
  headers?: Readonly<Record<string, string>>;
  /** Takes HTTP Basic too. */
  basic?: true;
  /** A browser that asks for HTML gets a small page in place of the JSON. */
  page?: true;
  /**
   * Takes packed bodies too (`application/octet-stream`): the length of what follows as 4 bytes, big endian, that much
   * JSON of this schema, and the bytes that the JSON speaks of.
   */
  packed?: TSchema;
  /** Bytes of body taken, where it is not the general 2 MiB. */
  maxBodyBytes?: number;
  status: number;
  /** null: no body, or a body that is not JSON (`produces` says which). */
  response: TSchema | null;
  produces?: string;
  /** Status, headers and body are what a script said: anything but a redirect. */
  scripted?: true;
  errors: readonly ErrorCode[];
  /** What the audit calls it, `noun.verb`. Every write has one, but those that leave a record of their own (a job, an attempt). */
  audit?: string;
}

/** Tags of the operations that a token limited to some tasks may call; everything else is closed to it. */
export const LIMITED_TOKEN_TAGS: readonly string[] = ['auth', 'tasks', 'jobs', 'logs'];

type Defaults = {
  params: TObject<{}>;
  query: TObject<{}>;
  body: null;
  accepts: 'json';
  status: 200;
  response: null;
  errors: readonly [];
  scope: 'customer';
};
type Given = Pick<Operation, 'method' | 'path' | 'permission' | 'tag' | 'summary'> & Partial<Operation>;

const NOTHING = Type.Object({}, { additionalProperties: false });

/** Fills in what an operation leaves out; what it gives keeps its exact type. */
export function operation<const T extends Given>(given: T): Omit<Defaults, keyof T> & T {
  return {
    params: NOTHING,
    query: NOTHING,
    body: null,
    accepts: 'json',
    status: 200,
    response: null,
    errors: [],
    scope: 'customer',
    ...given,
  } as never;
}

export type ParamsOf<O extends Operation> = Static<O['params']>;
export type QueryOf<O extends Operation> = Static<O['query']>;
export type BodyOf<O extends Operation> = O['body'] extends TSchema ? Static<O['body']> : undefined;
export type ResponseOf<O extends Operation> = O['response'] extends TSchema
  ? Static<O['response']>
  : undefined;
