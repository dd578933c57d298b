import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpConnection, requestBytes } from './http.ts';

/** Answers each request with what `pieces` holds then, one write for each. */
let pieces: Buffer[] = [];
const server = createServer((socket) => {
  socket.setNoDelay(true).on('data', () => {
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
  });
});
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => void server.close());

test('an answer is the same in whatever pieces it comes, one after the other on one connection', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  using connection = await HttpConnection.open(url);
  const request = requestBytes('GET', `${url}/`);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(fc.nat({ max: 300 }), { maxLength: 6 }),
      async (body, cuts) => {
        const head = `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\nx-other: 1\r\n\r\n`;
        const whole = Buffer.from(head + body);
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        pieces = places.slice(1).map((place, index) => whole.subarray(places[index], place));
        expect(await connection.send(request)).toEqual({ status: 200, body });
      },
    ),
    { numRuns: 50 },
  );
});
