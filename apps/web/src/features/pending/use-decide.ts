import { plural, t } from '@lingui/core/macro';
import { ArgusApiError } from '@argus/client';
import type { Decision, Pending } from '@argus/contract';
import { toasts } from '../../ui/toasts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { approvedBy } from './pending-words.ts';

const CHANGED = ['listPending', 'getPending', 'getJob', 'listJobs'] as const;

/** Asks again for all that a decision may have changed. */
export function useDecided(): () => void {
  const customer = useCustomer();
  const cache = useQueryClient();
  return () => {
    for (const changed of CHANGED) void cache.invalidateQueries({ queryKey: [changed, customer] });
  };
}

/** Approves or rejects, and says what came of it. */
export function useDecide(pending: Pending) {
  const client = useClient();
  const decided = useDecided();
  return useMutation({
    mutationFn: ({ decision, reason }: { decision: Decision; reason: string }) => {
      const input = { params: { id: pending.job_id }, body: { reason: reason.trim() } };
      return decision === 'approve' ? client.approveJob(input) : client.rejectJob(input);
    },
    onSuccess: (_, { decision }) => {
      decided();
      toasts.show({ message: outcomeText(pending, decision) });
    },
    onError: (error) => {
      // somebody else was quicker: what is shown is out of date, and the buttons go with it
      if (!(error instanceof ArgusApiError) || error.statusCode !== 409) return;
      decided();
      toasts.show({ color: 'orange', message: `${pending.task.name}: ${error.message}` });
    },
  });
}

function outcomeText({ task, needed, ...pending }: Pending, decision: Decision): string {
  const { name } = task;
  if (decision === 'reject') return t`You rejected ${name}.`;
  const others = needed - approvedBy(pending) - 1;
  if (others <= 0) return t`You approved ${name}.`;
  return t`You approved ${name}. ${plural(others, { one: '# more approval is needed.', other: '# more approvals are needed.' })}`;
}
