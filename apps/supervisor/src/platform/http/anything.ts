import type { FastifyInstance } from 'fastify';

/** Registers routes whose bodies are of any type, and come to their handlers as bytes. */
export function takeAnything(app: FastifyInstance, register: (app: FastifyInstance) => void): void {
  // a plugin has parsers of its own
  void app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    register(inner);
  });
}
