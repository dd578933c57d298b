import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pageHeaders } from '../../../platform/http/html.ts';
import { docsPage } from './page.ts';
import { STYLE } from './style.ts';

/** Answers the page; it is made once, at the first call, and kept compressed. */
export function docsAnswer(about: () => { version: string; server: string }) {
  let made: { plain: Buffer; packed: Buffer; headers: Record<string, string> } | undefined;
  return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (made === undefined) {
      const plain = Buffer.from(docsPage(about()));
      made = { plain, packed: gzipSync(plain, { level: 9 }), headers: pageHeaders(STYLE) };
    }
    const { plain, packed, headers } = made;
    const unpacks = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    void reply.headers({ ...headers, vary: 'accept-encoding' });
    if (!unpacks) return reply.send(plain);
    return reply.header('content-encoding', 'gzip').send(packed);
  };
}
