import { Type } from 'typebox';
import { Closed, Id } from '../schema.ts';

export const id = Closed({ id: Id });

export const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 }));

export const cursor = Type.Optional(
  Type.String({ maxLength: 200, description: 'Where to go on: from the `Link` header.' }),
);

/** What a run may carry in its address; the body may carry the same. */
export const runQuery = Type.Object({
  task: Type.Optional(Type.String({ maxLength: 64 })),
  task_arguments: Type.Optional(Type.Unknown()),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
});

export const runErrors = ['invalid_arguments', 'cannot_run'] as const;
