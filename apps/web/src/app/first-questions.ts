import { addressOf } from '@argus/client';
import { askEarly } from '../api/early.ts';
import { FIRST_TASKS } from '../features/tasks/listed.ts';

/**
 * Asks who is signed in, and for the first rows of the list of tasks, before the code is there that draws them. `path`
 * is that of the page, below the application: `/demo/tasks`.
 */
export function askFirstQuestions(path: string): void {
  askEarly('/auth/profile');
  const [, customer] = /^\/([^/]+)\/tasks\/?$/.exec(path) ?? [];
  if (customer === undefined) return;
  askEarly(addressOf({ path: '/task', scope: 'customer' }, decodeURIComponent(customer), FIRST_TASKS));
}
