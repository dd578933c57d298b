import { operations, type Operation, type OperationId } from '@argus/contract';

/** All that a call needs to know of an operation. */
export interface Route {
  method: Operation['method'];
  path: string;
  scope: Operation['scope'];
  /** Whether a good answer is JSON, something else (handed over as the `Response`), or has no body. */
  answer: 'json' | 'raw' | 'none';
}

/** The routes of the whole contract. A page bundles this table alone: it needs no schema and no documentation. */
export const routes = Object.fromEntries(
  Object.entries<Operation>(operations).map(([id, { method, path, scope, response, produces }]) => [
    id,
    { method, path, scope, answer: response ? 'json' : produces ? 'raw' : 'none' },
  ]),
) as Record<OperationId, Route>;
