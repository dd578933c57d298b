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
});

export const runErrors = ['invalid_arguments', 'cannot_run'] as const;

/** A secret key in a path, as loose as the paths that carry one: what is wrong with it is told no one. */
export const secret = Type.String({ maxLength: 200, description: 'The secret key, 64 hex digits.' });
