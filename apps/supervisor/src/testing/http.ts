import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { assertConforms } from './conformance.ts';

export interface RequestOptions {
  token?: string | undefined;
  /** JSON, unless it is text or bytes, which are sent as they are. */
  body?: unknown;
  headers?: OutgoingHttpHeaders;
}

export interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  bytes: Buffer;
  text: string;
  /** The JSON of the body; undefined where it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- its shape was checked against the contract
  body: any;
}

export type Send = (method: string, path: string, options?: RequestOptions) => Promise<Answer>;

/**
 * Sends requests to a server exactly as given: the path is not normalised. Each answer is checked against the
 * contract: the declared response of its operation, or the one shape of errors.
 */
export function httpClient(origin: string): Disposable & { send: Send } {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const send: Send = async (method, path, { token, body, headers = {} } = {}) => {
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const payload = body === undefined || raw ? body : JSON.stringify(body);
    const answer = await new Promise<Answer>((resolve, reject) => {
      const outgoing = httpRequest(
        {
          hostname,
          port,
          method,
          path,
          agent,
          timeout: 10_000,
          headers: {
            ...(payload !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(payload),
            }),
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...headers,
          },
        },
        (incoming) => {
          const parts: Buffer[] = [];
          incoming.on('data', (part: Buffer) => {
            parts.push(part);
            // a stream that goes on for good is all that it is once it stands
            if (!isStream(incoming) || !part.includes('event: ready')) return;
            take();
            outgoing.destroy();
          });
          incoming.on('error', reject);
          incoming.on('end', take);
          function take(): void {
            const bytes = Buffer.concat(parts);
            const text = bytes.toString();
            const isJson =
              text !== '' && (incoming.headers['content-type'] ?? '').startsWith('application/json');
            resolve({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              bytes,
              text,
              body: isJson ? (JSON.parse(text) as unknown) : undefined,
            });
          }
        },
      );
      outgoing.on('error', reject);
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
      outgoing.end(payload);
    });
    if (method !== 'HEAD') assertConforms(method, path, answer);
    return answer;
  };
  return { send, [Symbol.dispose]: () => agent.destroy() };
}

const isStream = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('text/event-stream') ?? false;
