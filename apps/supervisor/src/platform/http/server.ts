import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import { ArgusError, ERRORS, operations, type ErrorCode, type Operation } from '@argus/contract';
import Fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { isDatabaseDown } from '../database.ts';
import { newId } from '../ids.ts';
import { createLogOnce } from '../log-once.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { looksLikeForm, parseForm, parseJson, parseUnchecked } from './body.ts';
import { operationOf } from './instead.ts';
import { unpack } from './packed.ts';

export const BODY_MAX_BYTES = 2 * 1024 * 1024;

export interface ServerOptions {
  log: Log;
  metrics: Metrics;
  trustedProxies: readonly string[];
  tls?: { cert: string; key: string };
  /** How long a request may take to arrive, milliseconds. */
  arrivalMs?: number;
}

/** The HTTP server with everything that is the same for every route: bodies, errors, headers, request log. */
export async function createServer({
  log,
  metrics,
  trustedProxies,
  tls,
  // a slow sender may take five minutes for its body, not for ever
  arrivalMs = 300_000,
}: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    // what plugins say for their own debugging holds whole requests, headers with tokens too
    loggerInstance: log.child({}, { level: log.isLevelEnabled('debug') ? 'info' : log.level }) as never,
    // our own line per request, below: Fastify's would hold tokens and secrets in its URL
    logController: new LogController({ disableRequestLogging: true }),
    // the log of a request of its own, which nothing here writes to, would be kept for as long as a poll waits
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_MAX_BYTES,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: () => newId(),
    routerOptions: { querystringParser: readQuery, maxParamLength: 200 },
    requestTimeout: arrivalMs,
    http: {
      headersTimeout: Math.min(60_000, arrivalMs),
      connectionsCheckingInterval: Math.min(30_000, arrivalMs),
    },
    keepAliveTimeout: 75_000,
    forceCloseConnections: true,
    frameworkErrors(thrown: unknown, _request: unknown, reply: unknown) {
      const error = asArgusError(thrown);
      void (reply as FastifyReply).code(error.statusCode).send(error.toBody());
    },
    clientErrorHandler: answerBrokenRequest,
    ...(tls && { https: { cert: readFileSync(tls.cert), key: readFileSync(tls.key) } }),
  }) as unknown as FastifyInstance;

  await app.register(cookie);
  app.removeAllContentTypeParsers();
  addParsers(app);
  addHeaders(app);
  app.decorateRequest('bot', undefined);
  addErrors(app, log);

  app.addHook('onResponse', async (request, reply) => {
    const operation = operationOf(request);
    metrics.requests.inc({ operation, status: reply.statusCode });
    if (!isHeld(operation)) metrics.duration.observe({ operation }, reply.elapsedTime / 1000);
    const level =
      reply.statusCode >= 500 && !isScripted(operation)
        ? 'error'
        : FREQUENT.has(operation)
          ? 'trace'
          : 'debug';
    log[level](
      {
        request: request.id,
        operation,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        address: request.ip,
      },
      'answered',
    );
  });
  return app;
}

const UNREADABLE = Symbol('why the query cannot be read');

/** The router calls this outside of any request's error handling: what it threw would end the process. */
function readQuery(text: string): Record<string | symbol, unknown> {
  try {
    return parseForm(text);
  } catch (error) {
    return { [UNREADABLE]: error };
  }
}

/** What bots call all the time. */
const FREQUENT = new Set(['pollBot', 'postBotEvents', 'takeAgentJobs', 'keepAgentAlive']);

function isHeld(operation: string): boolean {
  const table: Record<string, Operation> = operations;
  return (
    operation === 'pollBot' ||
    operation === 'takeAgentJobs' ||
    table[operation]?.produces === 'text/event-stream'
  );
}

/** A status that a script said is no trouble of this server. */
function isScripted(operation: string): boolean {
  const table: Record<string, Operation> = operations;
  return table[operation]?.scripted ?? false;
}

function acceptsOf(request: FastifyRequest): Operation['accepts'] {
  const table: Record<string, Operation> = operations;
  return table[operationOf(request)]?.accepts ?? 'json';
}

function maxFieldsOf(request: FastifyRequest): number | undefined {
  const table: Record<string, Operation> = operations;
  return table[operationOf(request)]?.maxFields;
}

function takesPacked(request: FastifyRequest): boolean {
  const table: Record<string, Operation> = operations;
  return table[operationOf(request)]?.packed !== undefined;
}

function addParsers(app: FastifyInstance): void {
  const parse = (request: FastifyRequest, text: string): unknown => {
    if (text.trim() === '') return undefined;
    // the seed's Example 4: a JSON content type over a form body, with spaces around `=`
    if (acceptsOf(request) === 'form' && looksLikeForm(text)) return parseForm(text, { trim: true });
    return acceptsOf(request) === 'unchecked' ? parseUnchecked(text) : parseJson(text, maxFieldsOf(request));
  };
  app.addContentTypeParser(
    /^application\/([\w.-]+\+)?json/i,
    { parseAs: 'string' },
    (request, body, done) => {
      attempt(done, () => parse(request, body as string));
    },
  );
  app.addContentTypeParser(
    /^application\/x-www-form-urlencoded/i,
    { parseAs: 'string' },
    (request, body, done) => {
      attempt(done, () => {
        if (acceptsOf(request) !== 'form')
          throw new ArgusError('unsupported_media_type', 'Send this request as JSON.');
        const text = body as string;
        // `curl -d '{…}'` without a header says urlencoded
        if (/^\s*[{[]/.test(text)) return parseJson(text);
        return text.trim() === '' ? undefined : parseForm(text, { trim: true });
      });
    },
  );
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (request, body, done) => {
    attempt(done, () => {
      if (!takesPacked(request)) throw new ArgusError('unsupported_media_type');
      return unpack(body as Buffer);
    });
  });
  // read by the operation itself, as far as its caller may
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    attempt(done, () => {
      if ((body as string).trim() === '') return undefined;
      if (acceptsOf(request) === 'form') return parse(request, body as string);
      throw new ArgusError('unsupported_media_type');
    });
  });
}

function attempt(done: (error: Error | null, body?: unknown) => void, parse: () => unknown): void {
  let value: unknown;
  try {
    value = parse();
  } catch (error) {
    done(error as Error);
    return;
  }
  done(null, value);
}

/** Headers of every answer, and the answer to every OPTIONS (wire: CORS for pages that hold a secret URL). */
function addHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET,PUT,PATCH,POST,DELETE,OPTIONS',
      'access-control-allow-headers':
        'Accept, Authorization, Cache-Control, Content-Type, Idempotency-Key, Last-Event-ID, X-Requested-With',
      'access-control-expose-headers': 'Link, Location, Retry-After, X-Request-Id',
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    if (request.method === 'OPTIONS') return reply.code(204).send();
    const unreadable = (request.query as Record<symbol, unknown>)[UNREADABLE];
    if (unreadable !== undefined) throw unreadable as Error;
    return undefined;
  });
  app.options('/*', async (_request, reply) => reply.code(204).send());
}

function addErrors(app: FastifyInstance, log: Log): void {
  const logOnce = createLogOnce(log);
  app.setErrorHandler((thrown, request, reply) => {
    const error = asArgusError(thrown, request.routeOptions.bodyLimit);
    if (error.code === 'internal')
      log.error({ request: request.id, err: thrown, operation: operationOf(request) }, 'an unexpected error');
    else if (request.bot !== undefined && error.statusCode < 500) {
      const operation = operationOf(request);
      const { code, message } = error;
      const fields = { host: request.bot, operation, code, reason: message };
      logOnce(`${request.bot} ${operation} ${code}`, fields, 'a request of a bot was refused');
    }
    const retryAfter = error.retryAfterSeconds ?? (error.code === 'unavailable' ? 2 : undefined);
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    // a handler that fails late may have promised text
    return reply
      .code(error.statusCode)
      .header('content-type', 'application/json; charset=utf-8')
      .send(error.toBody());
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url.split('?', 1)[0] as string);
    if (allowed.length > 0 && !allowed.includes(request.method))
      void reply.header('allow', allowed.join(', '));
    // a parameter that is too long has no route, although the method is right
    const wrongMethod = allowed.length > 0 && !allowed.includes(request.method);
    const error = new ArgusError(
      wrongMethod ? 'method_not_allowed' : 'not_found',
      wrongMethod ? `This path takes ${allowed.join(', ')}.` : 'There is no such path.',
    );
    return reply.code(error.statusCode).send(error.toBody());
  });
}

const patterns = Object.values<Operation>(operations).flatMap(({ method, path, aliases = [], scope }) =>
  [path, ...aliases].map((one) => {
    const inner = one.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return { method, pattern: new RegExp(`^${scope === 'customer' ? '(/[^/]+)?' : ''}${inner}$`) };
  }),
);

function methodsOf(path: string): string[] {
  return [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
}

/** What is no HTTP at all, or has more headers than fit, gets the one shape too. */
function answerBrokenRequest({ code }: Error & { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return;
  const error =
    code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new ArgusError('request_timeout', 'The request did not arrive whole in time.')
      : new ArgusError(code === 'HPE_HEADER_OVERFLOW' ? 'uri_too_long' : 'invalid_input');
  const body = JSON.stringify(error.toBody());
  socket.end(
    `HTTP/1.1 ${error.statusCode} ${STATUS_CODES[error.statusCode]}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** What Fastify, its plugins and the database throw, in the catalogue's terms. */
function asArgusError(thrown: unknown, bodyLimit = BODY_MAX_BYTES): ArgusError {
  if (thrown instanceof ArgusError) return thrown;
  if (isDatabaseDown(thrown)) return new ArgusError('unavailable');
  const { code, statusCode } = (thrown ?? {}) as { code?: unknown; statusCode?: unknown };
  const known: Record<string, ErrorCode> = {
    FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
    FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
    FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_input',
    FST_ERR_BAD_URL: 'invalid_input',
  };
  const mapped = known[String(code)];
  if (mapped === 'too_large')
    return new ArgusError(mapped, `The body is too large: at most ${bodyLimit / 1024 / 1024} MiB are taken.`);
  if (mapped) return new ArgusError(mapped);
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const fallback = (Object.keys(ERRORS) as ErrorCode[]).find((name) => ERRORS[name].status === statusCode);
    return new ArgusError(fallback ?? 'invalid_input');
  }
  return new ArgusError('internal');
}
