import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

// Mantine sets styles on elements, hence 'unsafe-inline' for styles; scripts are files of ours alone.
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "object-src 'none'",
].join('; ');

// It shows what is pushed with the page's own icon, tells the server of a new address, and does nothing else.
const WORKER_SECURITY_POLICY = "default-src 'none'; connect-src 'self'; img-src 'self'";

/** Serves the built page under /app; every address of it is the same document, and `/` leads there. */
export async function serveWebPage(app: FastifyInstance, dist: string): Promise<void> {
  app.get('/', async (_request, reply) => reply.redirect('/app/'));
  app.get('/app', async (_request, reply) => reply.redirect('/app/'));
  if (!existsSync(join(dist, 'index.html'))) {
    app.get('/app/*', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain')
        .send('The web page is not built. Start with `npm start`, which builds it.\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: dist,
    prefix: '/app/',
    wildcard: false,
    // the build puts a copy beside each file
    preCompressed: true,
    index: false,
    cacheControl: false,
    setHeaders(response, path) {
      // names of assets carry a hash of their content
      void response.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
      if (path.endsWith('/sw.js') || path.endsWith('/sw.js.gz'))
        void response.header('content-security-policy', WORKER_SECURITY_POLICY);
    },
  });
  app.get('/app/*', async (request, reply) => {
    if (request.url.startsWith('/app/assets/')) return reply.callNotFound();
    return reply
      .headers({
        'content-security-policy': CONTENT_SECURITY_POLICY,
        'cache-control': 'no-cache',
        'x-frame-options': 'DENY',
      })
      .sendFile('index.html');
  });
}
