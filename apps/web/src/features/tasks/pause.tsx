import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode, type SyntheticEvent } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PauseIcon, PlayIcon } from '../../ui/icons.tsx';
import { Ago } from '../../ui/times.tsx';

/** Asks why, and pauses the task. */
export function PauseDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const pause = useChange('pauseTask', ['getTask', 'listTasks', 'listJobs']);
  return (
    <PauseForm
      name={task.name}
      pause={(reason) => pause.mutate({ params: { id: task.id }, body: { reason } }, { onSuccess: onClose })}
      pending={pause.isPending}
      error={pause.error}
      onClose={onClose}
    >
      {t`Runs are refused while it is paused, and its waiting jobs are put on hold. What runs goes on.`}
    </PauseForm>
  );
}

interface PauseFormProps {
  name: string;
  pause: (reason: string) => void;
  pending: boolean;
  error: unknown;
  onClose: () => void;
  /** What a pause does. */
  children: ReactNode;
}

/** Asks why a task or workflow is paused. */
export function PauseForm({ name, pause, pending, error, onClose, children }: PauseFormProps) {
  const [reason, setReason] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    pause(reason.trim());
  };
  return (
    <Modal opened onClose={onClose} title={t`Pause ${name}?`}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{children}</Text>
          <Textarea
            label={t`Reason`}
            description={t`Whoever tries to run it reads this.`}
            maxLength={1000}
            autosize
            minRows={2}
            maxRows={8}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <ErrorNotice error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={pending}>
              {t`Pause`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Who paused the task, when and why, and the way on. */
export function PausedBanner({ task }: { task: Task }) {
  const resume = useChange('resumeTask', ['getTask', 'listTasks', 'listJobs']);
  if (task.paused === null) return null;
  return (
    <PausedNotice
      paused={task.paused}
      effect={t`runs are refused and what waited is on hold.`}
      resume={() => resume.mutate({ params: { id: task.id } })}
      pending={resume.isPending}
      error={resume.error}
    />
  );
}

interface PausedNoticeProps {
  paused: NonNullable<Task['paused']>;
  effect: string;
  resume: () => void;
  pending: boolean;
  error: unknown;
}

/** Who paused a task or workflow, when and why, and the way on. */
export function PausedNotice({
  paused: { at, by, reason },
  effect,
  resume,
  pending,
  error,
}: PausedNoticeProps) {
  const resumes = useMay('admin');
  return (
    <Alert color="yellow" icon={<PauseIcon />} title={t`Paused by ${by}`} role="status">
      <Stack gap="xs" align="flex-start">
        {reason && (
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {reason}
          </Text>
        )}
        <Text size="sm">
          <Trans>
            Since <Ago at={at} />, {effect}
          </Trans>
        </Text>
        <ErrorNotice error={error} />
        {resumes && (
          <Button size="xs" leftSection={<PlayIcon size={14} />} loading={pending} onClick={resume}>
            {t`Resume`}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
