import { connect, type Socket } from 'node:net';

/**
 * An HTTP/1.1 client that costs as little as one can: it shares two cores with what it measures. One request at a
 * time per connection, answers with a content-length only.
 */
export interface Answer {
  status: number;
  body: string;
}

const HEAD_END = '\r\n\r\n';

/** A request as the bytes that go out, made once for a whole load. */
export function requestBytes(
  method: 'GET' | 'POST',
  url: string,
  { token, body }: { token?: string; body?: unknown } = {},
): Buffer {
  return requestMaker(method, url, token)(body === undefined ? '' : JSON.stringify(body));
}

/** Makes requests of bodies that are JSON text already; '' is none. */
export function requestMaker(
  method: 'GET' | 'POST',
  url: string,
  token: string | undefined,
): (text: string) => Buffer {
  const { host, pathname, search } = new URL(url);
  const head = [
    `${method} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    '',
  ].join('\r\n');
  return (text) => {
    const type = text === '' ? '' : 'content-type: application/json\r\n';
    return Buffer.from(`${head}${type}content-length: ${Buffer.byteLength(text)}${HEAD_END}${text}`);
  };
}

/** One kept-alive connection. */
export class HttpConnection implements Disposable {
  #socket: Socket;
  /** Bytes of an answer's head that are here so far, and then the parts of its body. */
  #parts: Buffer[] = [];
  /** Status of the answer whose head has come. */
  #status = 0;
  /** Bytes of its body that are still to come. */
  #missing = 0;
  #waiting: PromiseWithResolvers<Answer> | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (part: Buffer) => this.#take(part));
    const fail = (error: Error) => this.#waiting?.reject(error);
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('the connection was closed')));
  }

  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new HttpConnection(socket);
  }

  send(request: Buffer): Promise<Answer> {
    this.#waiting = Promise.withResolvers<Answer>();
    this.#socket.write(request);
    return this.#waiting.promise;
  }

  #take(part: Buffer): void {
    const body = this.#status === 0 ? this.#takeHead(part) : part;
    if (body === undefined) return;
    this.#parts.push(body);
    this.#missing -= body.length;
    if (this.#missing > 0) return;
    const answer = { status: this.#status, body: Buffer.concat(this.#parts).toString() };
    this.#parts = [];
    this.#status = 0;
    this.#waiting?.resolve(answer);
  }

  /** Answers what of the body came with the end of the head; undefined while the head is not whole. */
  #takeHead(part: Buffer): Buffer | undefined {
    const bytes = this.#parts.length === 0 ? part : Buffer.concat([...this.#parts, part]);
    const headEnd = bytes.indexOf(HEAD_END);
    this.#parts = headEnd < 0 ? [bytes] : [];
    if (headEnd < 0) return undefined;
    const head = bytes.toString('latin1', 0, headEnd);
    this.#status = Number(head.slice(9, 12));
    this.#missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    return bytes.subarray(headEnd + HEAD_END.length);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** Sends a request and answers the body's JSON. @throws where the status is not 200 */
export async function sendJson(connection: HttpConnection, request: Buffer): Promise<unknown> {
  const { status, body } = await connection.send(request);
  if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 500)}`);
  return JSON.parse(body);
}

/** Connections that are closed together. */
export async function openConnections(
  url: string,
  count: number,
): Promise<{ connections: HttpConnection[] } & Disposable> {
  const connections = await Promise.all(Array.from({ length: count }, () => HttpConnection.open(url)));
  return {
    connections,
    [Symbol.dispose]() {
      for (const connection of connections) connection[Symbol.dispose]();
    },
  };
}
