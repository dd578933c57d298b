import type { Pending } from '@argus/contract';
import { inputFiles, shownArguments } from '../jobs/index.ts';
import { shownDefinitions } from '../tasks/index.ts';
import type { PendingRow } from './queries.ts';

/** What a job waits for, as somebody sees it. */
export function pendingView(row: PendingRow, userId: string | null): Pending {
  const isOpen = row.lifecycle === 'onhold';
  const { cause } = row;
  return {
    job_id: row.job_id,
    kind: row.kind,
    customer: row.customer_name,
    task: { id: row.task_id, name: row.name },
    workflow:
      cause?.type === 'workflow'
        ? { id: cause.workflow_id, name: cause.workflow_name, run_id: cause.run_id, step: cause.step }
        : null,
    started_by: row.started_by,
    message: row.settings.message,
    people: row.people,
    needed: row.needed,
    decisions: row.decisions.map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
    reason: row.settings.reason,
    no_self: row.settings.no_self,
    deadline: row.deadline?.toISOString() ?? null,
    is_open: isOpen,
    is_mine:
      isOpen &&
      userId !== null &&
      row.people.some(({ user_id }) => user_id === userId) &&
      !row.decisions.some(({ user_id }) => user_id === userId),
    task_arguments: shownDefinitions(row.definitions),
    task_arguments_values: shownArguments(row.arguments),
    files: inputFiles(row.arguments),
    since: row.created_at.toISOString(),
  };
}
