import type { WorkflowRun } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useNavigate } from '@tanstack/react-router';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { said } from '../../api/sentences/said.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { errorMessage } from '../../ui/error-notice.tsx';
import { RepeatIcon, StopIcon } from '../../ui/icons.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import { RunWorkflowDialog } from './run-workflow-dialog.tsx';

const CHANGED = ['getWorkflowRun', 'listWorkflowRuns'] as const;

/** The buttons of a run: only those that its state allows. */
export function RunActions({ run }: { run: WorkflowRun }) {
  const runs = useMay('user');
  const cancel = useChange('cancelWorkflowRun', CHANGED);
  const { resume, pending } = useResume(run);
  const { opened, open, leave } = useDialog('run-again');
  // it may have been deleted, or be one that its runs' people do not see
  const workflow = useApi('getWorkflow', { params: { id: run.workflow_id } }).data;
  if (!runs) return null;
  const failed = run.steps.filter(
    ({ status, state }) => status === 'ended' && state !== 'success' && state !== null,
  );
  return (
    <>
      {run.finished_at === null &&
        (run.stop_requested === null ? (
          <ConfirmButton
            name="cancel"
            label={t`Cancel the run`}
            color="red"
            variant="light"
            leftSection={<StopIcon />}
            question={t`Its jobs that run are stopped, and no further step starts. What has ended stays as it is, and the run can be resumed later.`}
            onConfirm={() => cancel.mutateAsync({ params: { id: run.workflow_id, run: run.id } })}
            error={cancel.error}
            pending={cancel.isPending}
          />
        ) : (
          <Button color="red" variant="light" leftSection={<StopIcon />} disabled>
            {t`Stopping…`}
          </Button>
        ))}
      {workflow && (
        <Button
          variant="default"
          onClick={open}
          disabled={workflow.paused !== null || workflow.problems.length > 0}
          title={workflow.problems.map(said).join(' ') || undefined}
        >
          {t`Run again with other values`}
        </Button>
      )}
      {opened && workflow && <RunWorkflowDialog workflow={workflow} earlier={run} onClose={leave} />}
      {run.can_resume && (
        <Button leftSection={<RepeatIcon />} loading={pending} onClick={() => resume()}>
          {failed.length === 1 ? t`Resume from the failed step` : t`Resume where it failed`}
        </Button>
      )}
    </>
  );
}

/** Goes on where a run failed, or from a step on; leads to the run that does. */
export function useResume({ id: run, workflow_id: id }: Pick<WorkflowRun, 'id' | 'workflow_id'>) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const change = useChange('resumeWorkflowRun', CHANGED);
  return {
    pending: change.isPending,
    resume: (from?: string) =>
      change.mutate(
        { params: { id, run }, body: from === undefined ? null : { from: [from] } },
        {
          onSuccess: (resumed) =>
            void navigate({
              to: '/$customer/workflows/$workflowId/runs/$runId',
              params: { customer, workflowId: id, runId: resumed.id },
            }),
          onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }),
        },
      ),
  };
}
