import { Readable } from 'node:stream';
import { ArgusError } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { FastifyReply } from 'fastify';
import { attachment, type StoredFile } from './rules.ts';
import type { Artifacts } from './artifacts.ts';
import type { Files } from './store.ts';

/** Answers a file for saving, no faster than it is taken. Nothing of it may run here: it is what somebody sent. */
export function sendFile(
  files: Pick<Files, 'read'>,
  { file, filename, size }: StoredFile,
  reply: FastifyReply,
): FastifyReply {
  return reply
    .headers({
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': attachment(filename),
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
    .send(Readable.from(files.read(file), { objectMode: false }));
}

export function fileRoutes(
  files: Files,
  artifacts: Artifacts,
): Pick<Handlers, 'getBotFile' | 'offerArtifacts' | 'sendArtifact'> {
  return {
    offerArtifacts: ({ caller, body }) => artifacts.offer(caller.hostId, body),

    sendArtifact: ({ caller, params, query, bytes }) =>
      artifacts.receive(caller.hostId, params.id, query.offset ?? 0, bytes),

    async getBotFile({ caller, params, reply }) {
      const size = await files.queries.heldSize(caller.hostId, params.id);
      if (size === undefined)
        throw new ArgusError('not_found', 'No attempt handed to this bot has this file.');
      return reply
        .headers({
          'content-type': 'application/octet-stream',
          'content-length': size,
          'content-security-policy': 'sandbox',
        })
        .send(Readable.from(files.read(params.id), { objectMode: false }));
    },
  };
}
