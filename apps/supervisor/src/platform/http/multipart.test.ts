import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArgusError } from '@argus/contract';
import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openUpload } from './multipart.ts';

interface Read {
  fields: Record<string, unknown>;
  body: Record<string, unknown>;
}

const resources = new AsyncDisposableStack();
let port: number;
/** What became of each request: what was read, or what was thrown. */
const outcomes: unknown[] = [];
beforeAll(async () => {
  const server = createServer((raw, response) => {
    const done = (outcome: unknown) => {
      outcomes.push(outcome);
      response.writeHead(outcome instanceof Error ? 400 : 200).end();
    };
    read({ raw, headers: raw.headers } as unknown as FastifyRequest).then(done, done);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
});
afterAll(() => resources.disposeAsync());

async function read(request: FastifyRequest): Promise<Read> {
  const upload = await openUpload(request, 100_000);
  const { fields } = upload;
  const body = await upload.finish(async ({ field, filename, content }) => {
    const data = Buffer.concat(await Array.fromAsync(content)).toString('latin1');
    return { field, filename, data };
  });
  return { fields, body };
}

/** Sends pieces one by one; the status of the answer, or undefined where there was none. */
function send(pieces: readonly string[], { type = 'multipart/form-data; boundary=b', cut = false } = {}) {
  return new Promise<number | undefined>((resolve) => {
    const outgoing = httpRequest(
      {
        port,
        method: 'POST',
        headers: { 'content-type': type, 'transfer-encoding': 'chunked' },
        agent: false,
      },
      (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      },
    );
    outgoing.on('error', () => resolve(undefined));
    for (const piece of pieces) outgoing.write(Buffer.from(piece, 'latin1'));
    if (cut) outgoing.destroy();
    else outgoing.end();
  });
}

const part = (name: string, value: string, more = '') =>
  `--b\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;

describe('a multipart body', () => {
  test('is read up to its first file, then to its end, with everything in its place', async () => {
    const body = [
      part('a[]', 'one'),
      part('a[]', 'two', '; filename="f"'),
      part('a[]', 'three'),
      part('b', '', '; filename=""'),
      part('c[2]', 'x'),
    ].join('');
    expect(await send([`${body}--b--\r\n`])).toBe(200);
    expect(outcomes.at(-1)).toEqual({
      fields: { a: ['one'] },
      body: {
        a: ['one', { field: 'a[]', filename: 'f', data: 'two' }, 'three'],
        b: '',
        // oxlint-disable-next-line no-sparse-arrays -- a position alone leaves gaps before it
        c: [, , 'x'],
      },
    });
  });

  test.each([
    ['no boundary in its type', { type: 'multipart/form-data' }],
    ['another boundary', { type: 'multipart/form-data; boundary=x' }],
  ])('with %s is refused', async (_what, options) => {
    expect(await send([`${part('a', 'x')}--b--\r\n`], options)).toBe(400);
  });

  test('is answered, and throws nothing but catalogued errors, whatever it is and however it comes', async () => {
    const token = fc.constantFrom(
      '--b',
      '--b--',
      '--',
      '\r\n',
      '\n',
      'content-disposition: form-data; name="a"',
      'content-disposition: form-data; name="task"',
      'content-disposition: form-data; name="a[b][c]"; filename="f"',
      'content-disposition: form-data; filename="f"',
      'content-disposition: form-data; name="__proto__"',
      'content-disposition: attachment',
      'content-type: application/octet-stream',
      'content-type: text/plain; charset=utf-16',
      'content-type: application/json',
      'content-transfer-encoding: base64',
      'x'.repeat(20_000),
      '\0',
      ':',
    );
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.array(token, { maxLength: 8 }).map((tokens) => tokens.join('')) },
      {
        weight: 3,
        arbitrary: fc
          .record({ name: fc.string(), value: fc.string(), file: fc.boolean() })
          .map(({ name, value, file }) => part(name, value, file ? '; filename="f"' : '')),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.boolean(),
        fc.boolean(),
        async (pieces, ends, cut) => {
          const before = outcomes.length;
          const status = await send(ends ? [...pieces, '\r\n--b--\r\n'] : pieces, { cut });
          if (!cut) expect(status).toBeDefined();
          for (const outcome of outcomes.slice(before))
            if (outcome instanceof Error) {
              expect(outcome).toBeInstanceOf(ArgusError);
              expect((outcome as ArgusError).statusCode).toBeLessThan(500);
            }
        },
      ),
      { numRuns: 100 },
    );
  });
});
