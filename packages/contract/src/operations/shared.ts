import { Type } from 'typebox';
import { Closed, Id } from '../schema.ts';

export const id = Closed({ id: Id });

export const limit = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1000, description: 'How many at most.' }),
);

export const cursor = Type.Optional(
  Type.String({ maxLength: 200, description: 'Where to go on: from the `Link` header.' }),
);

/** An id beside a secret key: a malformed one is answered like an unknown one. */
export const idBesideSecret = Type.String({ maxLength: 200, description: '24 lower-case hex digits' });

/** A secret key in a path, as loose as the paths that carry one: what is wrong with it is told no one. */
export const secret = Type.String({ maxLength: 200, description: 'The secret key, 64 hex digits.' });
/** The list language of existing clients, on the fields that a list allows. */
export const filters = {
  where: Type.Optional(
    Type.Unknown({
      description:
        '`where[field]=value`, or `where[field][$in][]=value`; also `$nin`, `$ne`, `$gt`, `$gte`, `$lt`, `$lte`, `$exists`, `$regex` (RE2, with `$options` i).',
    }),
  ),
  sort: Type.Optional(Type.Unknown({ description: '`sort[field]=1` or `-1`; then go on with `skip`.' })),
  include: Type.Optional(
    Type.Unknown({ description: '`include[field]=1`: only these fields; `0`: all but these.' }),
  ),
  skip: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Rows to leave out.' })),
};

/** What of an ended job a caller wants: the parsed output without any of these. */
const resultQuery = {
  parse: Type.Optional(
    Type.String({ maxLength: 10, description: 'Which output to parse as JSON; 0 if empty.' }),
  ),
  output: Type.Optional(Type.String({ maxLength: 10, description: 'Present: the list of outputs.' })),
  result: Type.Optional(Type.String({ maxLength: 10, description: 'Present: how the run went.' })),
  full: Type.Optional(Type.String({ maxLength: 10, description: 'Present: the whole job.' })),
  timeout: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1e9, description: 'Seconds that one answer may take: 1 to 60.' }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, description: 'How often to redirect before 408.' }),
  ),
};

/** What a run may carry in its address; the body may carry the same. */
export const runQuery = Type.Object({
  task: Type.Optional(
    Type.String({ maxLength: 64, description: 'Id of the task, where neither path nor body names it.' }),
  ),
  task_arguments: Type.Optional(
    Type.Unknown({ description: 'The values, `task_arguments[]=…` for each, where the body has none.' }),
  ),
  priority: Type.Optional(
    Type.Integer({
      minimum: -100,
      maximum: 100,
      description: 'Higher is taken first; the task’s own if left out.',
    }),
  ),
  lifecycle: Type.Optional(
    Type.String({ maxLength: 20, description: '`onhold`: made, but not started yet.' }),
  ),
  assignee: Type.Optional(
    Type.Unknown({
      description: 'Members who act for the caller, where the task asks them: e-mails or ids.',
    }),
  ),
  wait_result: Type.Optional(
    Type.String({ maxLength: 10, description: '`true`: redirects (303) to the result and waits for it.' }),
  ),
  ...resultQuery,
});

export const waitQuery = Closed({
  ...resultQuery,
  counter: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, description: 'Redirects so far.' })),
  wait_result: Type.Optional(Type.String({ maxLength: 10, description: 'Ignored here.' })),
});

export const runErrors = ['invalid_arguments', 'cannot_run', 'idempotency_mismatch'] as const;

/** What a run takes from its headers. */
export const runHeaders = {
  'Idempotency-Key':
    'A text of your own, up to 255 characters: the same key with the same body is answered with the same job for 24 hours.',
} as const;

/** A change of an access list may come in the address. */
export const aclQuery = Closed({
  users: Type.Optional(Type.Unknown({ description: 'As in the body.' })),
  action: Type.Optional(Type.String({ maxLength: 10, description: 'As in the body.' })),
});
