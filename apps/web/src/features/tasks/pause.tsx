import type { Task } from '@argus/contract';
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PauseIcon, PlayIcon } from '../../ui/icons.tsx';
import { Ago } from '../../ui/times.tsx';

/** Asks why, and pauses the task. */
export function PauseDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const pause = useChange('pauseTask', ['getTask', 'listTasks', 'listJobs']);
  const [reason, setReason] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    pause.mutate({ params: { id: task.id }, body: { reason: reason.trim() } }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={`Pause ${task.name}?`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">
            Runs are refused while it is paused, and its waiting jobs are put on hold. What runs goes on.
          </Text>
          <Textarea
            label="Reason"
            description="Whoever tries to run it reads this."
            maxLength={1000}
            autosize
            minRows={2}
            maxRows={8}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <ErrorNotice error={pause.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={pause.isPending}>
              Pause
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Who paused the task, when and why, and the way on. */
export function PausedBanner({ task }: { task: Task }) {
  const resumes = useMay('admin');
  const resume = useChange('resumeTask', ['getTask', 'listTasks', 'listJobs']);
  if (task.paused === null) return null;
  const { at, by, reason } = task.paused;
  return (
    <Alert color="yellow" icon={<PauseIcon />} title={`Paused by ${by}`} role="status">
      <Stack gap="xs" align="flex-start">
        {reason && (
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {reason}
          </Text>
        )}
        <Text size="sm">
          Since <Ago at={at} />, runs are refused and what waited is on hold.
        </Text>
        <ErrorNotice error={resume.error} />
        {resumes && (
          <Button
            size="xs"
            leftSection={<PlayIcon size={14} />}
            loading={resume.isPending}
            onClick={() => resume.mutate({ params: { id: task.id } })}
          >
            Resume
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
