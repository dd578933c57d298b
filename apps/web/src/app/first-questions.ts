import { addressOf } from '@argus/client';
import { askEarly } from '../api/early.ts';
import { FIRST_TASKS } from '../features/tasks/listed.ts';

/** Pages of those who are not signed in yet. */
const SIGNED_OUT = /^\/(login|forgot|invitation|reset)\/?$/;

/**
 * Asks who is signed in, and for the first rows of the list of tasks, before the code is there that draws them. `path`
 * is that of the page, below the application: `/demo/tasks`.
 */
export function askFirstQuestions(path: string): void {
  if (SIGNED_OUT.test(path)) return;
  askEarly('/auth/profile');
  // a name with anything else in it is asked for by the page, which says what is wrong with it
  const [, customer] = /^\/([\w.-]+)\/tasks\/?$/.exec(path) ?? [];
  if (customer === undefined) return;
  askEarly(addressOf({ path: '/task', scope: 'customer' }, customer, FIRST_TASKS));
}
