import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useTaskNames } from '../tasks/task-names.ts';

const DAY_MS = 86_400_000;
/** Days since a job ended. */
const AGES = [
  { value: '0', label: t`at any time` },
  { value: '1', label: t`more than a day ago` },
  { value: '7', label: t`more than a week ago` },
  { value: '30', label: t`more than 30 days ago` },
  { value: '90', label: t`more than 90 days ago` },
];

/** Deletes ended jobs with their logs: of one task where one is given, else of all. */
export function DeleteJobsDialog({ task, onClose }: { task?: string; onClose: () => void }) {
  const tasks = useTaskNames();
  const remove = useChange('deleteFinishedJobs', ['listJobs', 'getJob']);
  const [days, setDays] = useState('30');
  const confirm = () => {
    const before = days === '0' ? {} : { before: new Date(Date.now() - Number(days) * DAY_MS).toISOString() };
    remove.mutate(
      { query: { ...before, ...(task !== undefined && { task }) } },
      {
        onSuccess: ({ deletedCount }) => {
          toasts.show({ message: jobsDeleted(deletedCount) });
          onClose();
        },
      },
    );
  };
  const name = tasks.find(({ id }) => id === task)?.name ?? task;
  return (
    <Modal opened onClose={onClose} title={t`Delete ended jobs?`}>
      <Stack>
        <Text size="sm">
          {task === undefined ? (
            <Trans>
              Jobs of <b>all tasks</b> are deleted with their logs and results. What waits or runs stays.
            </Trans>
          ) : (
            <Trans>
              Jobs of the task <b>{name}</b> are deleted with their logs and results. What waits or runs
              stays.
            </Trans>
          )}
        </Text>
        <Select
          label={t`Those that ended`}
          data={AGES}
          value={days}
          onChange={(value) => setDays(value ?? '30')}
          allowDeselect={false}
        />
        <ErrorNotice error={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t`Keep`}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={confirm}>
            {t`Delete`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function jobsDeleted(count: number): string {
  if (count === 0) return t`There was nothing to delete.`;
  return plural(count, { one: 'One job was deleted.', other: '# jobs were deleted.' });
}
