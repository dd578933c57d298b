import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Where a proxy leads: a TCP port of this machine. */
export interface Target {
  port: number;
}

/** How a proxy treats the bytes of its connections. */
export interface Behaviour {
  /**
   * No byte passes, and no end either: the link is half-open. Bytes wait until it is over. In both directions, or only
   * in the one that is named.
   */
  stalled?: boolean | 'to target' | 'to client';
  /** Milliseconds that each piece waits before it goes on. */
  delayMs?: number;
  /** Bytes a second in each direction of each connection. */
  bytesPerSecond?: number;
}

/**
 * A TCP proxy on a free port of 127.0.0.1 that can be a bad link, and with several targets a plain load balancer: a
 * connection goes to the targets in turn, and to the next one where a target refuses it.
 */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** How many connections each target has now, in the order of the targets. */
  connections(): number[];
  /** Where new connections go from now on; those that are there stay. Without any they are refused. */
  setTargets(targets: readonly Target[]): void;
  /** From now on, for the connections that are there too. An empty one is a good link again. */
  behave(behaviour: Behaviour): void;
  /** Breaks all connections with a reset, of one target or of all. Answers how many. */
  cut(target?: Target): number;
  /**
   * Breaks the targets' side of all connections and says nothing to the other side, as a machine does that lost its
   * power. Answers how many.
   */
  halfOpen(): number;
}

interface Link {
  target: Target;
  client: Socket;
  server: Socket;
}

export async function startTcpProxy(targets: readonly Target[]): Promise<TcpProxy> {
  const links = new Set<Link>();
  /** Clients without a target, and those of a half-open link. */
  const alone = new Set<Socket>();
  let reached = [...targets];
  let turn = 0;
  let behaviour: Behaviour = {};
  let changed = Promise.withResolvers<void>();

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    alone.add(client);
    client.on('error', () => undefined);
    client.once('close', () => alone.delete(client));
    void accept(client);
  });

  async function accept(client: Socket): Promise<void> {
    const first = turn++;
    const order = reached.map((_, index) => reached[(first + index) % reached.length] as Target);
    for (const target of order) {
      const server = await open(target);
      if (server === undefined) continue;
      if (client.destroyed) return void server.destroy();
      join({ target, client, server });
      return;
    }
    client.resetAndDestroy();
  }

  function join(link: Link): void {
    const { client, server } = link;
    alone.delete(client);
    links.add(link);
    const over = async (end: 'destroy' | 'resetAndDestroy') => {
      // a stalled link does not pass on that one side is gone
      while (behaviour.stalled) await changed.promise;
      if (!links.delete(link)) return;
      client[end]();
      server[end]();
    };
    Promise.all([pump(link, 'to target'), pump(link, 'to client')]).then(
      () => over('destroy'),
      () => over('resetAndDestroy'),
    );
  }

  /** Passes bytes and the end on, as fast as the other side takes them and the behaviour allows. */
  async function pump(link: Link, direction: 'to target' | 'to client'): Promise<void> {
    const [from, to] = direction === 'to target' ? [link.client, link.server] : [link.server, link.client];
    const isStalled = () => behaviour.stalled === true || behaviour.stalled === direction;
    // its end closes one direction, not the socket
    for await (const piece of from.iterator({ destroyOnReturn: false })) {
      const { length } = piece as Buffer;
      while (isStalled()) await changed.promise;
      const { delayMs = 0, bytesPerSecond = Infinity } = behaviour;
      const wait = delayMs + (length / bytesPerSecond) * 1000;
      if (wait >= 1) await pause(wait, undefined, { ref: false });
      if (!links.has(link)) return;
      if (!to.write(piece as Buffer)) await drained(to);
    }
    while (isStalled()) await changed.promise;
    if (links.has(link)) to.end();
  }

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  const { port } = listener.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => reached.map((target) => [...links].filter((link) => same(link.target, target)).length),
    setTargets(next) {
      reached = [...next];
    },
    behave(next) {
      behaviour = next;
      changed.resolve();
      changed = Promise.withResolvers();
    },
    cut(target) {
      const broken = [...links].filter((link) => target === undefined || same(link.target, target));
      for (const link of broken) {
        links.delete(link);
        link.client.resetAndDestroy();
        link.server.resetAndDestroy();
      }
      return broken.length;
    },
    halfOpen() {
      const broken = [...links];
      for (const link of broken) {
        links.delete(link);
        link.server.resetAndDestroy();
        alone.add(link.client);
        link.client.once('close', () => alone.delete(link.client));
      }
      return broken.length;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const { client, server } of links) {
        client.destroy();
        server.destroy();
      }
      links.clear();
      for (const client of alone) client.destroy();
      behaviour = {};
      changed.resolve();
      await closed;
    },
  };
}

/** A connection to the target; undefined where it refuses. */
function open({ port }: Target): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    const refused = () => resolve(undefined);
    socket.once('error', refused);
    socket.once('connect', () => {
      socket.removeListener('error', refused);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('drain', resolve);
    socket.once('close', () => reject(new Error('the other side is gone')));
  });
}

function same(one: Target, other: Target): boolean {
  return one.port === other.port;
}
