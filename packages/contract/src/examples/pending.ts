import type { Static } from 'typebox';
import type { Pending } from '../resources/index.ts';
import { BEGIN, IDS, newJob, SECRET, type Examples } from './shared.ts';

const pending: Static<typeof Pending> = {
  job_id: IDS.job,
  kind: 'approval',
  customer: 'demo',
  task: { id: IDS.task, name: 'Approve an expense' },
  workflow: { id: IDS.workflow, name: 'Expenses', run_id: IDS.run, step: 'approve' },
  started_by: 'bea@example.org',
  message: 'Is this within the budget?',
  people: [{ user_id: IDS.user, email: 'ada@example.org' }],
  needed: 1,
  decisions: [],
  reason: 'on_reject',
  no_self: true,
  deadline: '2026-11-05T08:00:00.000Z',
  is_open: true,
  is_mine: true,
  task_arguments: [{ order: 0, type: 'input', label: 'Amount' }],
  task_arguments_values: ['250'],
  files: [],
  since: BEGIN,
};
const decided: Static<typeof Pending> = {
  ...pending,
  is_open: false,
  is_mine: false,
  decisions: [
    {
      user_id: IDS.user,
      email: 'ada@example.org',
      decision: 'approve',
      reason: '',
      via: 'link',
      at: '2026-11-02T09:00:00.000Z',
    },
  ],
};

export const pendingExamples = {
  listPending: { response: [pending] },
  getPending: { response: pending },
  approveJob: { body: null, otherBodies: { 'with a reason': { reason: 'within the budget' } } },
  rejectJob: { body: { reason: 'over the budget' } },
  delegateJob: {
    body: { to: 'bo@example.org' },
    response: {
      ...pending,
      is_mine: false,
      people: [{ user_id: IDS.member, email: 'bo@example.org', in_place_of: 'ada@example.org' }],
    },
  },
  giveJobInput: {
    body: { task_arguments: ['250'] },
    response: { ...newJob, task_arguments_values: ['250'] },
  },
  getApprovalFile: { params: { user: IDS.user, key: SECRET, file: IDS.copy }, text: 'name,amount' },
  showApproval: { params: { user: IDS.user, key: SECRET }, response: pending },
  decideByLink: {
    params: { user: IDS.user, key: SECRET },
    body: { decision: 'approve' },
    response: decided,
  },
} satisfies Partial<Examples>;
