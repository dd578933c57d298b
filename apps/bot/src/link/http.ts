import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, type AgentOptions, request as httpsRequest } from 'node:https';
import { proxyFor } from './proxy.ts';

/** An answer with a status other than 2xx. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  /** Seconds the supervisor asked to wait, if it did. */
  readonly retryAfterS: number | undefined;
  /** The code of a supervisor's refusal; a proxy gives none. */
  readonly code: string | undefined;

  constructor(status: number, headers: IncomingHttpHeaders, body: Buffer) {
    const { code, message } = said(body);
    super(`the supervisor answered ${status}${message === undefined ? '' : `: ${message.slice(0, 500)}`}`);
    this.status = status;
    this.code = code;
    const seconds = Number(headers['retry-after']);
    this.retryAfterS = Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
  }
}

function said(body: Buffer): { code?: string; message?: string } {
  try {
    const { code, message } = JSON.parse(body.toString()) as { code?: unknown; message?: unknown };
    return {
      ...(typeof code === 'string' && { code }),
      ...(typeof message === 'string' && { message }),
    };
  } catch {
    return {};
  }
}

export interface Call {
  method: 'GET' | 'POST';
  path: string;
  body?: unknown;
  /** A packed body in parts, in place of `body`. */
  packed?: readonly Buffer[];
  /** Milliseconds for the whole exchange: a half-open connection ends with it. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Bytes of the answer that are taken at most. */
  maxBytes?: number;
}

const ANSWER_MAX_BYTES = 64 * 1024 * 1024;

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/** Calls a supervisor, over connections that are kept, and through the proxy that the environment names. */
export class Http {
  #base: string;
  #credential: string | undefined;
  #agent: HttpAgent;
  #request: typeof httpRequest;

  /**
   * @param tls whom to trust, where that is not the system's choice
   * @throws Problem where the environment names a proxy that cannot be used
   */
  constructor(
    url: string,
    credential?: string,
    env: NodeJS.ProcessEnv = process.env,
    tls: Pick<AgentOptions, 'ca'> = {},
  ) {
    const isSecure = url.startsWith('https:');
    this.#base = url;
    this.#credential = credential;
    const proxy = proxyFor(url, env);
    const options = { keepAlive: true, ...tls, ...(proxy && { proxyEnv: { HTTPS_PROXY: proxy.address } }) };
    this.#agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
    this.#request = isSecure ? httpsRequest : httpRequest;
  }

  async json<T>(call: Call): Promise<T> {
    return JSON.parse((await this.bytes(call)).toString()) as T;
  }

  /** The body of a 2xx answer. @throws Refused on any other, Error where none came */
  bytes(call: Call): Promise<Buffer> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const { timeoutMs, maxBytes = ANSWER_MAX_BYTES } = call;
    const request = this.#open(call);
    const timer = setTimeout(() => {
      // what is kept idle over the same link is as dead, and would cost the next request its time too
      for (const idle of Object.values(this.#agent.freeSockets).flat()) idle?.destroy();
      request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    request.once('close', () => clearTimeout(timer));
    request.once('error', reject);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size > maxBytes) request.destroy(new Error(`the answer is larger than ${maxBytes} bytes`));
      });
      response.once('error', reject);
      response.once('end', () => {
        const whole = Buffer.concat(parts);
        if (isSuccess(response)) resolve(whole);
        else reject(new Refused(response.statusCode ?? 0, response.headers, whole));
      });
    });
    return promise;
  }

  /**
   * Hands on the body of a 2xx answer as it comes. Here `timeoutMs` bounds each silence, not the whole exchange.
   * @throws Refused on any other answer, Error where none came, and what `take` throws
   */
  stream(call: Omit<Call, 'maxBytes'>, take: (body: IncomingMessage) => Promise<void>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const request = this.#open(call);
    request.setTimeout(call.timeoutMs, () =>
      request.destroy(new Error(`no data within ${call.timeoutMs / 1000} s`)),
    );
    request.once('error', reject);
    request.once('response', (response) => {
      if (isSuccess(response)) return void take(response).then(resolve, reject);
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () =>
        reject(new Refused(response.statusCode ?? 0, response.headers, Buffer.concat(parts))),
      );
    });
    return promise;
  }

  /** Sends a request; the answer is for the caller to wait for. */
  #open({ method, path, body, packed, signal }: Call): ClientRequest {
    const payload = packed ?? (body === undefined ? [] : [Buffer.from(JSON.stringify(body))]);
    const length = payload.reduce((sum, part) => sum + part.length, 0);
    const request = this.#request(`${this.#base}${path}`, {
      method,
      agent: this.#agent,
      headers: {
        accept: '*/*',
        ...(this.#credential && { authorization: `Bearer ${this.#credential}` }),
        ...(payload.length > 0 && {
          'content-type': packed ? 'application/octet-stream' : 'application/json',
          'content-length': length,
        }),
      },
      ...(signal && { signal }),
    });
    for (const part of payload.slice(0, -1)) request.write(part);
    request.end(payload.at(-1));
    return request;
  }

  close(): void {
    this.#agent.destroy();
  }
}
