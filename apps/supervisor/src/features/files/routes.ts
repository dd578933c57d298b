import { Readable } from 'node:stream';
import { ArgusError } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Files } from './store.ts';

export function fileRoutes(files: Files): Pick<Handlers, 'getBotFile'> {
  return {
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
