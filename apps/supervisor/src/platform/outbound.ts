import { lookup as resolveName } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ArgusError } from '@argus/contract';
import { isPublicAddress, type AllowedHosts } from './outbound-rules.ts';

const TIMEOUT_MS = 5_000;
const POST_TIMEOUT_MS = 10_000;
const ANSWER_MAX_BYTES = 1024 * 1024;
/** Of the answer to a POST this much is read: enough to tell what was wrong. */
const POST_ANSWER_MAX_BYTES = 4096;
const REDIRECTS_MAX = 3;

/** Calls addresses that people wrote down, and nothing that only this machine or its network can reach. */
export interface Outbound {
  /**
   * Gets an address; answers the body of a 2xx, at most 1 MiB within 5 s and 3 redirects. Throws `remote_failed`
   * with a sentence that repeats no part of the address beyond its host.
   */
  get(url: string, signal?: AbortSignal): Promise<Buffer>;
  /**
   * Sends a request and answers whatever comes, of its body 1 MiB at most. Redirects are followed up to 3 times, where they
   * lead to another host only with headers that cannot prove who asks. Ends by `signal` alone. Throws `remote_failed` where nothing came.
   */
  request(url: string, request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer>;
  /** Sends a body, within 10 s. Never throws: see `PostOutcome`. */
  post(url: string, post: Post): Promise<PostOutcome>;
}

export interface OutboundRequest {
  method: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body?: string;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

export interface Post {
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** Whether a 307 or 308, which keep method and body, is followed, up to 3 times. */
  followsRedirects: boolean;
}

/** What became of a POST. A `reason` is a sentence that repeats no part of the address beyond its host. */
export type PostOutcome =
  /** The other side answered; `text` is the begin of its answer. */
  | { kind: 'answered'; status: number; retryAfter: string | undefined; text: string }
  /** Nothing was sent, and nothing will be while the address and the settings are what they are. */
  | { kind: 'refused'; reason: string }
  /** It may work at another time; the other side may have got it. */
  | { kind: 'unreachable'; reason: string };

export function createOutbound(allowed: AllowedHosts): Outbound {
  return {
    async get(url, signal) {
      const timeout = AbortSignal.timeout(TIMEOUT_MS);
      const ending = signal ? AbortSignal.any([signal, timeout]) : timeout;
      try {
        return await follow(url, allowed, ending);
      } catch (error) {
        if (error instanceof ArgusError) throw error;
        if (timeout.aborted) throw failed(`gave no answer within ${TIMEOUT_MS / 1000} s`);
        throw failed(unreachable(error));
      }
    },
    async request(url, request, signal) {
      try {
        return await requestFrom(url, request, allowed, signal);
      } catch (error) {
        if (error instanceof ArgusError || signal.aborted) throw error;
        throw failed(unreachable(error));
      }
    },
    async post(url, post) {
      const timeout = AbortSignal.timeout(POST_TIMEOUT_MS);
      try {
        return await postTo(url, post, allowed, timeout);
      } catch (error) {
        // what is refused is refused before anything is sent
        if (error instanceof ArgusError) return { kind: 'refused', reason: error.message };
        const why = timeout.aborted
          ? `gave no answer within ${POST_TIMEOUT_MS / 1000} s`
          : unreachable(error);
        return { kind: 'unreachable', reason: failed(why).message };
      }
    },
  };
}

function unreachable(error: unknown): string {
  return `cannot be reached (${(error as { code?: string }).code ?? 'no connection'})`;
}

function failed(why: string): ArgusError {
  return new ArgusError('remote_failed', `The address ${why}.`);
}

async function follow(start: string, allowed: AllowedHosts, signal: AbortSignal): Promise<Buffer> {
  let url = parsed(start);
  for (let redirects = 0; ; redirects++) {
    const response = await connect(url, allowed, signal, {
      method: 'GET',
      headers: { accept: 'application/json' },
    });
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      if (redirects === REDIRECTS_MAX) throw failed(`redirects more than ${REDIRECTS_MAX} times`);
      url = redirected(url, headers.location);
      continue;
    }
    if (statusCode < 200 || statusCode >= 300) {
      response.destroy();
      throw failed(`answered with status ${statusCode}`);
    }
    return wholeBody(response);
  }
}

/** Headers that say how to answer; any other may prove who asks, whatever it is called. */
const HARMLESS = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

async function requestFrom(
  start: string,
  first: OutboundRequest,
  allowed: AllowedHosts,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  let url = parsed(start);
  let { method, headers, body } = first;
  for (let redirects = 0; ; redirects++) {
    const response = await connect(url, allowed, signal, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const { statusCode: status = 0 } = response;
    const { location } = response.headers;
    const keeps = status === 307 || status === 308;
    const follows = keeps || status === 301 || status === 302 || status === 303;
    if (!follows || location === undefined)
      return {
        status,
        headers: response.headers as Record<string, string | string[]>,
        body: await wholeBody(response),
      };
    response.destroy();
    if (redirects === REDIRECTS_MAX) throw failed(`redirects more than ${REDIRECTS_MAX} times`);
    const next = redirected(url, location);
    if (isElsewhere(url, next))
      headers = Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS.has(name)));
    // as browsers do: what is not told to keep its method asks for the answer
    if (!keeps && method !== 'HEAD') [method, body] = ['GET', undefined];
    url = next;
  }
}

/** Another host, or the same where everybody on the way can read along. */
function isElsewhere(from: URL, to: URL): boolean {
  return from.host !== to.host || (from.protocol === 'https:' && to.protocol !== 'https:');
}

async function postTo(
  start: string,
  { headers, body, followsRedirects }: Post,
  allowed: AllowedHosts,
  signal: AbortSignal,
): Promise<PostOutcome> {
  let url = parsed(start);
  for (let redirects = 0; ; redirects++) {
    const response = await connect(url, allowed, signal, { method: 'POST', headers, body });
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    if (followsRedirects && (statusCode === 307 || statusCode === 308) && location !== undefined) {
      response.destroy();
      if (redirects === REDIRECTS_MAX) throw failed(`redirects more than ${REDIRECTS_MAX} times`);
      url = redirected(url, location);
      continue;
    }
    return {
      kind: 'answered',
      status: statusCode,
      retryAfter: response.headers['retry-after'],
      text: await beginOf(response),
    };
  }
}

function redirected(from: URL, location: string): URL {
  const next = parsed(location, from);
  if (from.protocol === 'https:' && next.protocol === 'http:')
    throw failed('redirects from https to http, which is refused');
  return next;
}

/** The begin of an answer that was given already: where its end does not come, what came is enough. */
async function beginOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      pieces.push(piece);
      size += piece.length;
      if (size >= POST_ANSWER_MAX_BYTES) break;
    }
  } catch {
    // the status says how it went
  }
  response.destroy();
  return Buffer.concat(pieces).subarray(0, POST_ANSWER_MAX_BYTES).toString('utf8');
}

function parsed(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw failed('must begin with http:// or https://');
  return url;
}

/**
 * Opens the connection to the very addresses that were looked at: a name that is resolved once more could lead
 * somewhere else by then.
 */
async function connect(
  url: URL,
  allowed: AllowedHosts,
  signal: AbortSignal,
  {
    method,
    headers,
    body,
  }: { method: string; headers: Readonly<Record<string, string>>; body?: string | Uint8Array },
): Promise<IncomingMessage> {
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(hostname)
    ? [{ address: hostname, family: isIP(hostname) }]
    : await orAborted(resolveName(hostname, { all: true }), signal);
  const isOpen = ({ address }: { address: string }) =>
    isPublicAddress(address) || allowed.hasAddress(address);
  // one that leads inside is enough: which of them is taken is not ours to say
  if (!allowed.hasName(hostname) && !addresses.every(isOpen))
    throw failed(
      `leads to ${hostname}, which is on a private or special network: an administrator of this server can allow it (ARGUS_ALLOW_PRIVATE_URLS)`,
    );
  const lookup: LookupFunction = (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    request(url, {
      method,
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        'accept-encoding': 'identity',
        'user-agent': 'argus',
      },
      lookup,
      signal,
      // a connection that is kept would outlive what was looked at
      agent: false,
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

/** The system's resolver cannot be stopped, but need not be waited for. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function wholeBody(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > ANSWER_MAX_BYTES) {
      response.destroy();
      throw failed(`answered more than ${ANSWER_MAX_BYTES / 1024 / 1024} MiB`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
