import { Readable } from 'node:stream';
import { ArgusError } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { jobView, visibleJob, type JobQueries } from '../jobs/index.ts';
import { follow, parseEventId, type FollowStart } from './follow.ts';
import { readLines } from './lines.ts';
import type { LogKey, LogQueries } from './queries.ts';
import { countLines, offsetOfTail, readExactly, readLog } from './read.ts';
import type { LogSearcher } from './search/search.ts';

type LogHandlers = Pick<Handlers, 'getJobLog' | 'listJobLogLines' | 'searchJobLog' | 'followJobLog'>;

export function logRoutes(
  { bus, stopping }: Platform,
  jobs: JobQueries,
  queries: LogQueries,
  search: LogSearcher,
): LogHandlers {
  return {
    async getJobLog({ caller, params, query, reply }) {
      const job = await visibleJob(jobs, caller, params.id);
      const { offset = 0, limit = Number.POSITIVE_INFINITY, from_line: fromLine, tail, stream } = query;
      const key = { jobId: job.id, attempt: query.attempt ?? job.attempt, stream };
      void reply.headers({
        'content-type': 'text/plain; charset=utf-8',
        'content-security-policy': 'sandbox',
        ...(query.download !== undefined && {
          'content-disposition': `attachment; filename="${fileName(job.name, job.id, stream)}"`,
        }),
      });
      const extent = await queries.extent(key);
      if (extent === undefined) return reply.send('');
      if (tail === undefined && fromLine === undefined && stream === undefined) {
        const length = Math.max(0, Math.min(limit, extent.bytes - offset));
        void reply.header('content-length', length);
        return reply.send(streamOf(readExactly(queries, key, offset, length)));
      }
      const line = tail === undefined ? fromLine : await lineOfTail(queries, key, extent.breaks, tail);
      return reply.send(streamOf(readLog(queries, key, line === undefined ? { offset } : { line }, limit)));
    },

    async listJobLogLines({ caller, params, query }) {
      const job = await visibleJob(jobs, caller, params.id);
      const { from_line: fromLine = 0, limit = 100, tail, stream } = query;
      const key = { jobId: job.id, attempt: query.attempt ?? job.attempt, stream };
      return readLines(queries, key, tail === undefined ? { fromLine, limit } : { tail });
    },

    async searchJobLog({ caller, params, query, signal }) {
      const job = await visibleJob(jobs, caller, params.id);
      const { q = '', regex = false, ignore_case: ignoreCase = false, limit = 100, total = false } = query;
      const { attempt = job.attempt, stream, from_line: fromLine = 0 } = query;
      return search(
        { jobId: job.id, attempt, stream },
        { query: { text: q, regex, ignoreCase }, fromLine, limit, total },
        // searches of one organization take turns with those of others
        caller.customer.id,
        AbortSignal.any([signal, stopping]),
      );
    },

    async followJobLog({ caller, params, query, request, reply, signal }) {
      const job = await visibleJob(jobs, caller, params.id);
      const { attempt } = job;
      const header = request.headers['last-event-id'];
      const given = query['last-event-id'] ?? (typeof header === 'string' ? header : undefined);
      let start: FollowStart | undefined = parseEventId(given);
      if (given !== undefined && given !== '' && start === undefined)
        throw new ArgusError('invalid_input', 'last-event-id: send the id of the last event as it was');
      if (start === undefined && query.tail !== undefined)
        start = { attempt, offset: await offsetOfTail(queries, { jobId: job.id, attempt }, query.tail) };
      else if (start === undefined && query.offset !== undefined) start = { attempt, offset: query.offset };
      await follow(reply, {
        bus,
        queries,
        jobId: job.id,
        readJob: async () => {
          const row = await jobs.find(job.id);
          return row && jobView(row);
        },
        start,
        withLog: query.log ?? true,
        signal: AbortSignal.any([signal, stopping]),
      });
      return reply;
    },
  };
}

function streamOf(pieces: AsyncIterable<Buffer>): Readable {
  return Readable.from(pieces, { objectMode: false });
}

async function lineOfTail(queries: LogQueries, key: LogKey, breaks: number, tail: number): Promise<number> {
  const own = key.stream === undefined ? breaks : await queries.breaksOfStream(key);
  return Math.max(0, (await countLines(queries, key, own)) - tail);
}

/** A name that every file system takes. */
function fileName(task: string, jobId: string, stream: string | undefined): string {
  const name = task
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  return [name, jobId, stream].filter(Boolean).join('-') + '.log';
}
