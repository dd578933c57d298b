import { t } from '@lingui/core/macro';
import type { JobSummary } from '@argus/contract';
import { Button, Group, Text } from '@mantine/core';
import { useChange } from '../../api/hooks.ts';
import { PriorityButton } from '../../ui/priority-button.tsx';
import classes from './queue.module.css';

const CHANGED = ['listQueues', 'listJobs', 'getQueueEntry'] as const;

/** What can be done with a job that waits. */
export function QueueActions({ job }: { job: JobSummary }) {
  const cancel = useChange('cancelJob', CHANGED);
  const hold = useChange('holdJob', CHANGED);
  const resume = useChange('resumeJob', CHANGED);
  const { id, name } = job;
  const input = { params: { id } };
  const pending = cancel.isPending || hold.isPending || resume.isPending;
  const error = cancel.error ?? hold.error ?? resume.error;
  // letting one job of a paused task go is refused: its task is to be resumed
  const paused = job.reason_code === 'task_paused';
  return (
    <>
      <Group gap={4} justify="flex-end" className={classes.buttons}>
        <PriorityButton job={job} />
        {job.lifecycle === 'onhold' ? (
          <Button
            size="compact-xs"
            variant="default"
            disabled={pending || paused}
            title={paused ? t`Its task is paused: resume the task.` : undefined}
            onClick={() => resume.mutate(input)}
            aria-label={t`Resume ${name}`}
          >
            {t`Resume`}
          </Button>
        ) : (
          <Button
            size="compact-xs"
            variant="default"
            disabled={pending}
            onClick={() => hold.mutate(input)}
            aria-label={t`Hold ${name}`}
          >
            {t`Hold`}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="light"
          color="red"
          disabled={pending}
          onClick={() => cancel.mutate(input)}
          aria-label={t`Cancel ${name}`}
        >
          {t`Cancel`}
        </Button>
      </Group>
      {error && (
        <Text size="xs" c="red" role="alert">
          {error.message}
        </Text>
      )}
    </>
  );
}
