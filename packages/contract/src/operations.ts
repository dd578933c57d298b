import { accessOperations } from './operations/access.ts';
import { definitionsOperations } from './operations/definitions.ts';
import { jobsOperations } from './operations/jobs.ts';
import { systemOperations } from './operations/system.ts';

/** Every operation of the API by its id. A route that is not in here does not exist. */
export const operations = {
  ...accessOperations,
  ...definitionsOperations,
  ...jobsOperations,
  ...systemOperations,
} as const;

export type Operations = typeof operations;
export type OperationId = keyof Operations;
