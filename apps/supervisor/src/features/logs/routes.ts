import { Readable } from 'node:stream';
import { ArgusError } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { jobView, visibleJob, type JobQueries } from '../jobs/index.ts';
import { follow, parseEventId } from './follow.ts';
import type { LogQueries } from './queries.ts';
import { readLog } from './read.ts';

export function logRoutes(
  { bus, stopping }: Platform,
  jobs: JobQueries,
  queries: LogQueries,
): Pick<Handlers, 'getJobLog' | 'followJobLog'> {
  return {
    async getJobLog({ caller, params, query, reply }) {
      const job = await visibleJob(jobs, caller, params.id);
      const attempt = query.attempt ?? job.attempt;
      void reply.headers({
        'content-type': 'text/plain; charset=utf-8',
        'content-security-policy': 'sandbox',
      });
      const { offset, limit, from_line: fromLine, stream } = query;
      return reply.send(
        Readable.from(readLog(queries, job.id, attempt, { offset, limit, fromLine, stream }), {
          objectMode: false,
        }),
      );
    },

    async followJobLog({ caller, params, query, request, reply, signal }) {
      const job = await visibleJob(jobs, caller, params.id);
      const header = request.headers['last-event-id'];
      const given = query['last-event-id'] ?? (typeof header === 'string' ? header : undefined);
      const resumed = parseEventId(given);
      if (given !== undefined && given !== '' && resumed === undefined)
        throw new ArgusError('invalid_input', 'last-event-id: send the id of the last event as it was');
      const start =
        resumed ?? (query.offset === undefined ? undefined : { attempt: job.attempt, offset: query.offset });
      const readJob = async () => {
        const row = await jobs.find(job.id);
        return row && jobView(row);
      };
      await follow(reply, bus, queries, readJob, start, job.id, AbortSignal.any([signal, stopping]));
      return reply;
    },
  };
}
