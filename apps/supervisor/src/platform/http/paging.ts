import { invalid } from '@argus/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface IdPage {
  limit: number;
  /** The id that the page before ended with. */
  before: string | undefined;
}

/** Pages by id: the cursor is the last id of the page before. */
export function idPage({ limit, cursor }: { limit?: number; cursor?: string }, fallback: number): IdPage {
  if (cursor !== undefined && !/^[0-9a-f]{24}$/.test(cursor))
    throw invalid('cursor', 'take it from the Link header');
  return { limit: limit ?? fallback, before: cursor };
}

/** Sets the `Link` header with the next page, where this page is full. */
export function pageLink(
  request: FastifyRequest,
  reply: FastifyReply,
  rows: readonly { id: string }[],
  limit: number,
): void {
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return;
  const [path, search = ''] = request.url.split('?', 2) as [string, string?];
  const query = new URLSearchParams(search);
  // a token in the address is not repeated: it would end up in logs and histories
  query.delete('access_token');
  query.set('cursor', last.id);
  void reply.header('link', `<${path}?${query.toString()}>; rel="next"`);
}
