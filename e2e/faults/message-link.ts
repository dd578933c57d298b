import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Message, MessageFault } from './plan.ts';

/** How long a request that others overtake is on its way, or a second copy comes late, milliseconds. */
const LATE_MS = 900;

export interface Disturbance {
  message: Message;
  how: MessageFault;
  /** So many requests. */
  times: number;
}

/**
 * A load balancer that knows HTTP: it takes its targets in turn, one for each connection, and can do to a request what
 * networks and proxies do: bring it twice, bring it after later ones, or lose its answer.
 */
export interface MessageLink extends AsyncDisposable {
  readonly port: number;
  /** From now on, and in place of an earlier one. */
  disturb(disturbance: Disturbance): void;
  /** To how many requests it was done. */
  readonly done: number;
  /** Ends the disturbance. */
  calm(): void;
}

interface Sent {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** @param ports of the supervisors */
export async function startMessageLink(ports: readonly number[]): Promise<MessageLink> {
  const agents = ports.map(() => new Agent({ keepAlive: true }));
  const targets = new WeakMap<Socket, number>();
  const clients = new Set<Socket>();
  const copies = new Set<NodeJS.Timeout>();
  let turn = 0;
  let disturbance: Disturbance | undefined;
  let done = 0;

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => reset(incoming.socket));
  });
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  server.on('connection', (socket) => {
    clients.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => clients.delete(socket));
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket, method = 'GET', url = '/', headers } = incoming;
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const sent: Sent = { method, url, headers, body: Buffer.concat(parts) };
    const place = targets.get(socket) ?? turn++ % ports.length;
    targets.set(socket, place);
    const how = take(sent);
    const other = (place + 1) % ports.length;
    if (how === 'overtaken') {
      copyLater(sent, other);
      return reset(socket);
    }
    if (how === 'sent twice') void copy(sent, other);
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const answer = await forward(sent, place, gone.signal);
    targets.set(socket, answer.place);
    if (how === 'answered in vain') {
      await text(answer.response);
      return reset(socket);
    }
    outgoing.writeHead(answer.response.statusCode ?? 502, answer.response.headers);
    for await (const part of answer.response) outgoing.write(part);
    outgoing.end();
    if (how === 'sent again later') copyLater(sent, other);
  }

  function take({ method, url }: Sent): MessageFault | undefined {
    if (disturbance === undefined || done >= disturbance.times) return undefined;
    if (method !== 'POST' || messageOf(url) !== disturbance.message) return undefined;
    done++;
    return disturbance.how;
  }

  function copyLater(sent: Sent, place: number): void {
    const timer = setTimeout(() => {
      copies.delete(timer);
      void copy(sent, place);
    }, LATE_MS);
    copies.add(timer);
  }

  /** Nobody waits for its answer. */
  async function copy(sent: Sent, place: number): Promise<void> {
    try {
      await text((await forward(sent, place, AbortSignal.timeout(20_000))).response);
    } catch {
      // as lost as its answer
    }
  }

  /** To this target, and to the next one where it refuses the connection. */
  async function forward(sent: Sent, place: number, signal: AbortSignal) {
    for (let tries = 0; ; tries++) {
      const at = (place + tries) % ports.length;
      try {
        return { response: await send(sent, at, signal), place: at };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED' || tries + 1 === ports.length)
          throw error;
      }
    }
  }

  function send({ method, url, headers, body }: Sent, place: number, signal: AbortSignal) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({
        host: '127.0.0.1',
        port: ports[place] as number,
        agent: agents[place] as Agent,
        method,
        path: url,
        headers,
        signal,
      });
      outgoing.once('error', reject);
      outgoing.once('response', resolve);
      outgoing.end(body);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    disturb(next) {
      disturbance = next;
      done = 0;
    },
    get done() {
      return done;
    },
    calm() {
      disturbance = undefined;
    },
    async [Symbol.asyncDispose]() {
      for (const timer of copies) clearTimeout(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of clients) socket.destroy();
      for (const agent of agents) agent.destroy();
      await closed;
    },
  };
}

function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}

function messageOf(url: string): Message | undefined {
  if (url.startsWith('/bot/poll')) return 'poll';
  if (url.startsWith('/bot/events')) return 'events';
  return /\/task\/[0-9a-f]+\/job/.test(url) ? 'create' : undefined;
}
