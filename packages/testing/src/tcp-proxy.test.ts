import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startTcpProxy } from './tcp-proxy.ts';
import { until } from './until.ts';

/** Answers each line with its name and the line. */
async function startEcho(name: string) {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (piece: Buffer) => socket.write(`${name}:${piece.toString()}`));
    socket.on('end', () => socket.end(`${name}:over`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function client(port: number) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const seen = { text: '', error: '', closed: false };
  socket.on('data', (piece: Buffer) => (seen.text += piece.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (seen.error = error.code ?? ''));
  socket.on('close', () => (seen.closed = true));
  return { socket, seen, [Symbol.dispose]: () => void socket.destroy() };
}

test('a proxy takes its targets in turn, and the next one where one refuses', async () => {
  await using a = await startEcho('a');
  await using b = await startEcho('b');
  await using proxy = await startTcpProxy([a, b]);
  using first = client(proxy.port);
  first.socket.write('x');
  await until(() => first.seen.text === 'a:x');
  using second = client(proxy.port);
  second.socket.write('x');
  await until(() => second.seen.text === 'b:x');
  expect(proxy.connections()).toEqual([1, 1]);
  await a[Symbol.asyncDispose]();
  for (let turn = 0; turn < 3; turn++) {
    using third = client(proxy.port);
    third.socket.write('x');
    await until(() => third.seen.text === 'b:x');
  }
  await b[Symbol.asyncDispose]();
  using none = client(proxy.port);
  await until(() => none.seen.closed);
  expect(none.seen.text).toBe('');
});

test('a proxy passes an end on in one direction, and what comes back after it', async () => {
  await using a = await startEcho('a');
  await using proxy = await startTcpProxy([a]);
  using one = client(proxy.port);
  one.socket.end('last');
  await until(() => one.seen.text === 'a:lasta:over');
  await until(() => proxy.connections()[0] === 0);
});

test('a stalled link passes nothing, not even an end, until it is over', async () => {
  await using a = await startEcho('a');
  await using proxy = await startTcpProxy([a]);
  using one = client(proxy.port);
  one.socket.write('1');
  await until(() => one.seen.text === 'a:1');
  proxy.behave({ stalled: true });
  one.socket.write('2');
  using probe = client(a.port);
  // what goes past the proxy arrives meanwhile
  probe.socket.write('3');
  await until(() => probe.seen.text === 'a:3');
  for (const socket of a.sockets) socket.resetAndDestroy();
  await until(() => probe.seen.closed);
  expect(one.seen).toEqual({ text: 'a:1', error: '', closed: false });
  proxy.behave({});
  await until(() => one.seen.closed);
});

test('a link that is stalled in one direction passes on what goes in the other', async () => {
  await using a = await startEcho('a');
  await using proxy = await startTcpProxy([a]);
  using one = client(proxy.port);
  one.socket.write('1');
  await until(() => one.seen.text === 'a:1');
  let arrived = '';
  for (const socket of a.sockets) socket.on('data', (piece: Buffer) => (arrived += piece.toString()));
  proxy.behave({ stalled: 'to client' });
  one.socket.write('2');
  await until(() => arrived === '2');
  expect(one.seen.text).toBe('a:1');
  proxy.behave({ stalled: 'to target' });
  await until(() => one.seen.text === 'a:1a:2');
  one.socket.write('3');
  proxy.behave({});
  await until(() => one.seen.text === 'a:1a:2a:3');
  expect(arrived).toBe('23');
});

test('a slow link brings everything, piece by piece', async () => {
  await using a = await startEcho('a');
  await using proxy = await startTcpProxy([a]);
  proxy.behave({ bytesPerSecond: 2_000_000, delayMs: 1 });
  using one = client(proxy.port);
  one.socket.write('y'.repeat(100_000));
  await until(() => one.seen.text.replaceAll('a:', '').length === 100_000);
});

test('a cut link is reset on both sides; a half-open one only at the target', async () => {
  await using a = await startEcho('a');
  await using proxy = await startTcpProxy([a]);
  using cut = client(proxy.port);
  cut.socket.write('1');
  await until(() => cut.seen.text === 'a:1');
  expect(proxy.cut(a)).toBe(1);
  await until(() => cut.seen.closed && a.sockets.size === 0);
  expect(cut.seen.error).toBe('ECONNRESET');

  using left = client(proxy.port);
  left.socket.write('2');
  await until(() => left.seen.text === 'a:2');
  expect(proxy.halfOpen()).toBe(1);
  await until(() => a.sockets.size === 0);
  left.socket.write('3');
  // another connection works meanwhile
  using other = client(proxy.port);
  other.socket.write('4');
  await until(() => other.seen.text === 'a:4');
  expect(left.seen).toEqual({ text: 'a:2', error: '', closed: false });
});
