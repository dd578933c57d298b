import {
  ArgusError,
  operations,
  type BodyOf,
  type Operation,
  type OperationId,
  type Operations,
  type ParamsOf,
  type Permission,
  type QueryOf,
  type ResponseOf,
} from '@argus/contract';
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { authorize } from './authorize.ts';
import { checked } from './body.ts';
import type { Actor, AgentCaller, BotCaller, Caller, CustomerRef } from './caller.ts';
import { answersInstead, wayOf } from './instead.ts';
import { isMultipart, openUpload, readMultipart, type Upload } from './multipart.ts';
import { Packed } from './packed.ts';
import { answerLater, Later, toError, whenGone } from './later.ts';
import { keepChecking } from './recheck.ts';
import { takeAnything } from './anything.ts';
import { refuseStrangers } from './strangers.ts';
import { presentedToken, type Presented } from './token.ts';
import { validatorsOf, type Validators } from './validate.ts';

type CallerFor<P extends Permission> = P extends 'public' | 'secret'
  ? null
  : P extends 'bot'
    ? BotCaller
    : P extends 'agent'
      ? AgentCaller
      : Actor;

/** What a handler gets: validated input, who calls, and the raw request and reply for what needs them. */
export interface Context<O extends Operation = Operation> {
  operation: OperationId;
  params: ParamsOf<O>;
  query: QueryOf<O>;
  body: BodyOf<O>;
  /** Of a packed body the bytes behind its JSON; `body` is then that JSON, checked against `packed` of the operation. */
  packed: Buffer | undefined;
  /** Of an operation that takes anything the body as it came; empty where there is none. */
  bytes: Buffer;
  /** What of a multipart body is still to come, where it has files; `body` is then the fields before them. */
  upload: Upload | undefined;
  caller: CallerFor<O['permission']>;
  /** The organization that the path, body or query names, without quotes; undefined where none is named. */
  namedCustomer: string | undefined;
  /** Where the request came from. */
  address: string;
  /** Whether the request's token is the web page's cookie. */
  fromPage: boolean;
  /** Where the token came from; undefined where none was needed or sent. */
  tokenFrom: Presented['from'] | undefined;
  request: FastifyRequest;
  reply: FastifyReply;
  /**
   * Whether the caller was remembered, not looked up for this call: what the handler writes must then check that
   * nothing changed since (`Actor.epoch`). What it throws is not answered: the call is done again from the database.
   */
  fromMemory: boolean;
  /** Ends when the caller goes away. */
  readonly signal: AbortSignal;
  /** Adds to what the audit will say of this call: whom it was about, and what changed. */
  note(facts: AuditFacts): void;
}

/** What a handler throws that finds what was remembered outdated. */
export class Outdated extends Error {}

/** What a handler knows of its call beyond who called from where. */
export interface AuditFacts {
  /** What it is called, where the operation's own name is not exact. */
  action?: string;
  /** What it was about; the object of the path where left out. */
  target?: { type: string; id: string };
  details?: Record<string, unknown>;
  /** Who, where there is no caller. */
  actor?: string;
  customerId?: string;
}

/** A call that the audit keeps: one that wrote or read a secret, and any that was refused for want of rights. */
export interface AuditedCall extends AuditFacts {
  action: string;
  caller: Caller | null;
  address: string;
  outcome: 'done' | 'refused';
}

/**
 * A handler's value is the JSON answer. One that writes the answer itself (streams, downloads) returns `reply`; one whose
 * answer may be long in coming, `Later`.
 */
export type Handler<O extends Operation> = (
  context: Context<O>,
) => Promise<ResponseOf<O> | FastifyReply | Later<ResponseOf<O>>>;

export type Handlers = { [K in OperationId]: Handler<Operations[K]> };

export interface OperationHost {
  metrics: Metrics;
  /** Who a token is; undefined where nobody (unknown, expired, revoked). `address`: where it is used from. */
  authenticate(token: string, address?: string): Promise<Caller | undefined>;
  /** Who a token was a moment ago, without a look; undefined where that is not known. */
  recall(token: string): Caller | undefined;
  /** Operations whose handlers check by themselves that what was remembered is still true. */
  remembering: ReadonlySet<OperationId>;
  findCustomer(name: string): Promise<CustomerRef | undefined>;
  /** The origins whose pages may write with the session cookie. */
  ownOrigin(origin: string, request: FastifyRequest): boolean;
  audit(call: AuditedCall): void;
  /** A call has written something of an organization; `topics` are the words of its path. */
  changed(customerId: string, topics: readonly string[]): void;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: OperationId;
  }
  interface FastifyRequest {
    /** The bot that calls, once that is known. */
    bot?: string;
  }
}

/** Registers every operation of the contract, those of an organization in both forms. */
export function registerOperations(app: FastifyInstance, handlers: Handlers, host: OperationHost): void {
  const all = Object.entries<Operation>(operations) as [OperationId, Operation][];
  const runners: Record<string, Runner> = Object.fromEntries(
    all.map(([id, operation]) => [id, runner(id, operation, handlers[id], host)]),
  );
  for (const [id, operation] of all) {
    const run = chooser(id, operation, runners);
    const [path, ...aliases] = [operation.path, ...(operation.aliases ?? [])].map((text) =>
      text.replaceAll(/\{(\w+)\}/g, ':$1'),
    ) as [string, ...string[]];
    const options = {
      method: operation.method,
      config: { operation: id } satisfies FastifyContextConfig,
      handler(request: FastifyRequest, reply: FastifyReply): void {
        // not to be awaited by Fastify, which would keep all of a call whose answer comes later
        run(request, reply).catch((error: unknown) => reply.send(toError(error)));
      },
      ...(operation.maxBodyBytes !== undefined && { bodyLimit: operation.maxBodyBytes }),
      ...(operation.permission === 'bot' && { onRequest: refuseStrangers(host) }),
    };
    const register = (at: FastifyInstance): void => {
      for (const url of [path, ...aliases]) {
        at.route({ ...options, url });
        if (operation.scope === 'customer') at.route({ ...options, url: `/:customer${url}` });
      }
    };
    if (operation.accepts === 'anything') takeAnything(app, register);
    else register(app);
  }
}

const NO_BYTES = Buffer.alloc(0);

type Runner = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** The runner of an operation, or where others answer in its place the one that the request is for. */
function chooser(id: OperationId, { instead }: Operation, runners: Record<string, Runner>): Runner {
  const own = runners[id] as Runner;
  if (instead === undefined) return own;
  return (request, reply) => {
    const way = wayOf(request);
    const other = way && instead[way];
    const run = other === undefined ? undefined : runners[other];
    if (other === undefined || run === undefined) return own(request, reply);
    answersInstead(request, other);
    return run(request, reply);
  };
}

function runner(
  id: OperationId,
  operation: Operation,
  handle: Handler<Operation>,
  host: OperationHost,
): Runner {
  // compiled at the first call: all of them at once would take a tenth of a second of every start
  let compiled: Validators | undefined;
  // bots write all the time; what their calls change is told where it is known
  const topics = operation.method === 'GET' || operation.permission === 'bot' ? [] : topicsOf(operation.path);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const upload =
      operation.accepts === 'form' && isMultipart(request) ? await openUpload(request) : undefined;
    try {
      if (host.remembering.has(id) && upload === undefined) {
        try {
          return await answer(request, reply, undefined, true);
        } catch (error) {
          if (!(error instanceof ArgusError || error instanceof Outdated)) throw error;
          // refused by what was remembered: the database has the last word
        }
      }
      return await answer(request, reply, upload, false);
    } finally {
      upload?.discard();
    }
  };

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    upload: Upload | undefined,
    fromMemory: boolean,
  ): Promise<void> {
    const params = checked({ ...(request.params as Record<string, unknown>) });
    const query = { ...(request.query as Record<string, unknown>) };
    const packed = request.body instanceof Packed ? request.body : undefined;
    const bytes = request.body instanceof Buffer ? request.body : undefined;
    let body = packed ? packed.head : upload ? upload.fields : bytes ? undefined : request.body;
    const presented = presentedToken(request.headers.authorization, query, body, request.cookies);
    delete query['access_token'];
    body = withoutField(body, 'access_token');

    let namedCustomer: string | undefined;
    if (operation.scope === 'customer') {
      const inBody = operation.document ? undefined : fieldOf(body, 'customer');
      namedCustomer = customerName(params['customer'] ?? inBody ?? query['customer']);
      delete params['customer'];
      delete query['customer'];
      if (!operation.document) body = withoutField(body, 'customer');
    }
    const address = request.ip;
    const caller = await authorize(id, operation, host, { presented, namedCustomer, request, fromMemory });
    if (caller?.kind === 'bot') request.bot = caller.hostId;
    // a file is read only from callers that may send it
    if (upload?.hasFiles && !operation.files)
      throw new ArgusError('unsupported_media_type', 'This request takes no files.');
    const isForm = operation.accepts !== 'form' && operation.accepts !== 'anything' && isMultipart(request);
    if (isForm) {
      if (operation.accepts !== 'upload')
        throw new ArgusError('unsupported_media_type', 'Send this request as JSON.');
      body = await readMultipart(request);
    }
    const validate = (compiled ??= validatorsOf(operation));
    validate.params(params);
    validate.query(query);
    if (packed) validate.packed(body);
    else if (isForm) validate.form(body);
    else validate.body(body ?? null);

    let gone: AbortController | undefined;
    const going = (): AbortController => {
      if (gone !== undefined) return gone;
      const made = (gone = new AbortController());
      whenGone(reply, () => made.abort());
      return made;
    };
    let facts: AuditFacts = {};
    const audit = (outcome: 'done' | 'refused', more: Record<string, unknown> = {}): void =>
      host.audit({
        action: operation.audit ?? id,
        target: targetOf(operation, params),
        ...facts,
        details: { ...facts.details, ...more },
        caller,
        address,
        outcome,
      });
    const context: Context = {
      operation: id,
      params,
      query,
      body: body as never,
      packed: packed?.bytes,
      bytes: bytes ?? NO_BYTES,
      upload: upload?.hasFiles ? upload : undefined,
      caller,
      namedCustomer,
      address,
      fromPage: presented?.from === 'cookie',
      tokenFrom: presented?.from,
      fromMemory,
      request,
      reply,
      get signal() {
        return going().signal;
      },
      note: (more) => (facts = { ...facts, ...more }),
    };
    const checking =
      operation.produces === 'text/event-stream' && caller !== null && presented !== undefined
        ? keepChecking(() => host.authenticate(presented.token, address), caller, going(), reply)
        : undefined;
    let result: unknown;
    try {
      result = await handle(context);
    } catch (error) {
      if (
        !fromMemory &&
        error instanceof ArgusError &&
        (error.statusCode === 401 || error.statusCode === 403)
      )
        audit('refused', { code: error.code });
      throw error;
    } finally {
      checking?.[Symbol.dispose]();
    }
    if (operation.audit !== undefined) audit('done');
    if (topics.length > 0 && caller !== null && 'customer' in caller)
      host.changed(caller.customer.id, topics);
    if (result instanceof Later) return answerLater(request, reply.code(operation.status), result);
    if (result !== reply && !reply.sent) reply.code(operation.status).send(result);
  }
}

const wordsOf = (path: string): string[] =>
  path.split('/').filter((word) => word !== '' && !word.startsWith('{'));
const NOUNS = new Set(Object.values<Operation>(operations).map(({ path }) => wordsOf(path)[0]));

/** What a call writes: with `/task/{id}/pause` a task and its pause; with `/task/{id}/job` a job, and nothing of the task. */
function topicsOf(path: string): string[] {
  const words = wordsOf(path);
  const last = words.at(-1);
  return last !== undefined && NOUNS.has(last) ? [last] : words;
}

/** The object that the path names: its kind is the noun of what the audit calls the operation. */
function targetOf(
  { audit, tag }: Operation,
  { id }: Record<string, unknown>,
): { type: string; id: string } | undefined {
  return typeof id === 'string' ? { type: audit?.split('.', 1)[0] ?? tag.replace(/s$/, ''), id } : undefined;
}

/** An organization's name as sent: a shell script that forgets `jq -r` sends it in double quotes. */
function customerName(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new ArgusError('not_found', 'The organization’s name must be text.');
  return value.replace(/^"(.*)"$/, '$1');
}

function fieldOf(body: unknown, name: string): unknown {
  return isRecord(body) ? body[name] : undefined;
}

function withoutField(body: unknown, name: string): unknown {
  if (!isRecord(body) || !(name in body)) return body;
  const { [name]: _dropped, ...rest } = body;
  return rest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
