// Apart from the schemas: the web page needs these, and would carry whatever builds schemas with them.
import type { Approval, HttpRequest, Inputs } from './task-types.ts';

/**
 * `script` runs on a bot; `approval` and `input` wait for people; `notification` and `http` are done by the supervisor.
 */
export const TASK_TYPES = ['script', 'approval', 'input', 'notification', 'http'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

/** What existing recipes and clients call them. */
export const TYPE_NAMES: Readonly<Record<string, TaskType>> = {
  dummy: 'input',
  scraper: 'http',
  nodejs: 'script',
};

export const WHO = ['fixed', 'starter', 'assigned', 'next'] as const;

export const ON_DEADLINE = ['timeout', 'approve', 'reject'] as const;
export const REASON_RULES = ['never', 'on_reject', 'always'] as const;

export const APPROVAL_DEFAULTS: Approval = {
  who: 'fixed',
  people: [],
  needed: 'one',
  deadline: null,
  on_deadline: 'timeout',
  reason: 'never',
  no_self: false,
  message: '',
};

export const INPUTS_DEFAULTS: Inputs = { who: 'starter', people: [], deadline: null, message: '' };

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

export const HTTP_DEFAULTS: HttpRequest = {
  url: '',
  method: 'GET',
  headers: {},
  body: '',
  expect_status: '',
  expect_pattern: '',
};
