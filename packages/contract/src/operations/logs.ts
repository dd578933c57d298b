import { Type } from 'typebox';
import { STREAMS } from '../bot-protocol.ts';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed, OneOf } from '../schema.ts';
import { id } from './shared.ts';

const attempt = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1, description: 'The last one if left out.' }),
);
const stream = Type.Optional(OneOf(STREAMS, 'Only this one; both in order of arrival if left out.'));
const from_line = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 2 ** 40,
    description: 'Lines to skip; with `stream`, lines of that stream.',
  }),
);

/** Reading the logs of jobs. */
export const logsOperations = {
  getJobLog: operation({
    method: 'GET',
    path: '/job/{id}/log',
    permission: 'viewer',
    tag: 'logs',
    summary: 'The log as text',
    description:
      'Byte for byte what the script wrote, both streams in order of arrival. Ends where the log ends now.',
    params: id,
    produces: 'text/plain',
    query: Closed({
      offset: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 2 ** 40,
          description: 'Bytes to skip; with `stream`, of the whole log all the same.',
        }),
      ),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 40, description: 'Bytes at most.' })),
      from_line,
      tail: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 2 ** 40,
          description: 'Only the last lines, so many; in place of `offset` and `from_line`.',
        }),
      ),
      stream,
      attempt,
      download: Type.Optional(
        Type.String({ maxLength: 10, description: 'Present: a browser saves it as a file.' }),
      ),
    }),
  }),
  listJobLogLines: operation({
    method: 'GET',
    path: '/job/{id}/log/lines',
    permission: 'viewer',
    tag: 'logs',
    summary: 'Lines of the log by their number',
    description:
      'A line is what lies between two line breaks of the log in order of arrival; where both streams wrote to it, it has `parts`. With `stream`, lines are those of that stream’s own text, and counted there.',
    params: id,
    query: Closed({
      from_line,
      tail: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1000,
          description: 'The last lines, so many; in place of `from_line` and `limit`.',
        }),
      ),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1000, description: 'Lines at most; 100 if left out.' }),
      ),
      stream,
      attempt,
    }),
    response: R.LogLines,
  }),
  searchJobLog: operation({
    method: 'GET',
    path: '/job/{id}/log/search',
    permission: 'viewer',
    tag: 'logs',
    summary: 'Lines of the log in which a text or a pattern is found',
    description:
      'Lines are those of `GET /job/{id}/log/lines`, searched as they are stored: colour codes are part of them. A pattern is RE2 and is applied to each line, `^` and `$` to its ends; of a line longer than 256 KiB it sees the first 256 KiB. An answer takes some 10 s at most: where `next_line` is not null, go on from there.',
    params: id,
    query: Closed({
      q: Type.Optional(
        Type.String({
          maxLength: 1000,
          description:
            'What to look for: this text, or this pattern with `regex`. Nothing is found by nothing.',
        }),
      ),
      regex: Type.Optional(Type.Boolean({ description: '`q` is a pattern (RE2).' })),
      ignore_case: Type.Optional(Type.Boolean({ description: 'Capital and small letters are the same.' })),
      from_line,
      limit: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 1000,
          description: 'Matches to answer at most; 100 if left out.',
        }),
      ),
      total: Type.Optional(
        Type.Boolean({ description: 'Goes on to the end and answers how many lines there are and where.' }),
      ),
      stream,
      attempt,
    }),
    response: R.LogSearch,
    errors: ['too_many_requests'],
  }),
  followJobLog: operation({
    method: 'GET',
    path: '/job/{id}/log/stream',
    permission: 'viewer',
    tag: 'logs',
    summary: 'The log and the job’s changes as they come (server-sent events)',
    description:
      'Events: `job` (the job, at each change), `log` (a LogPiece; its id is where `Last-Event-ID` resumes), `end` (the job; nothing follows).',
    params: id,
    query: Closed({
      offset: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 2 ** 40, description: 'Bytes of the log to skip.' }),
      ),
      tail: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: 2 ** 40,
          description: 'Begins with the last lines, so many; in place of `offset`.',
        }),
      ),
      log: Type.Optional(
        Type.Boolean({
          description:
            '`false`: no `log` events; `job` tells how the log grows (`log_bytes`, `log_lines`), ten times a second at most.',
        }),
      ),
      'last-event-id': Type.Optional(
        Type.String({ maxLength: 40, description: 'In place of the header, where none can be sent.' }),
      ),
    }),
    headers: { 'Last-Event-ID': 'Where to go on: the id of the last event that was read.' },
    produces: 'text/event-stream',
  }),
} as const satisfies Record<string, Operation>;
