import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';

/** The first look at an organization. */
export const overviewOperations = {
  getOverview: operation({
    method: 'GET',
    path: '/overview',
    permission: 'viewer',
    tag: 'overview',
    summary: 'What runs, what waits and why, what fails, what comes next, and which bots are silent',
    description: 'Of the tasks and jobs that the caller sees. It costs the same however many there are.',
    response: R.Overview,
  }),
} satisfies Record<string, Operation>;
