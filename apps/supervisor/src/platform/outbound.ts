import { lookup as resolveName } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { ArgusError } from '@argus/contract';
import { isPublicAddress, type AllowedHosts } from './outbound-rules.ts';

const TIMEOUT_MS = 5_000;
const ANSWER_MAX_BYTES = 1024 * 1024;
const REDIRECTS_MAX = 3;

/** Calls addresses that people wrote down, and nothing that only this machine or its network can reach. */
export interface Outbound {
  /**
   * Gets an address; answers the body of a 2xx, at most 1 MiB within 5 s and 3 redirects. Throws `remote_failed`
   * with a sentence that repeats no part of the address beyond its host.
   */
  get(url: string, signal?: AbortSignal): Promise<Buffer>;
}

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
        throw failed(`cannot be reached (${(error as { code?: string }).code ?? 'no connection'})`);
      }
    },
  };
}

function failed(why: string): ArgusError {
  return new ArgusError('remote_failed', `The address ${why}.`);
}

async function follow(start: string, allowed: AllowedHosts, signal: AbortSignal): Promise<Buffer> {
  let url = parsed(start);
  for (let redirects = 0; ; redirects++) {
    const response = await connect(url, allowed, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      if (redirects === REDIRECTS_MAX) throw failed(`redirects more than ${REDIRECTS_MAX} times`);
      const next = parsed(headers.location, url);
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw failed('redirects from https to http, which is refused');
      url = next;
      continue;
    }
    if (statusCode < 200 || statusCode >= 300) {
      response.destroy();
      throw failed(`answered with status ${statusCode}`);
    }
    return wholeBody(response);
  }
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
async function connect(url: URL, allowed: AllowedHosts, signal: AbortSignal): Promise<IncomingMessage> {
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
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'argus' },
      lookup,
      signal,
      // a connection that is kept would outlive what was looked at
      agent: false,
    })
      .on('response', resolve)
      .on('error', reject)
      .end();
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
