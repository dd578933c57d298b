import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useTaskNames } from '../tasks/task-names.ts';
import { numberText } from '../../ui/locale.ts';

const DAY_MS = 86_400_000;
/** Days since a job ended. */
const AGES = [
  { value: '0', label: 'at any time' },
  { value: '1', label: 'more than a day ago' },
  { value: '7', label: 'more than a week ago' },
  { value: '30', label: 'more than 30 days ago' },
  { value: '90', label: 'more than 90 days ago' },
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
          notifications.show({ message: jobsDeleted(deletedCount) });
          onClose();
        },
      },
    );
  };
  const name = tasks.find(({ id }) => id === task)?.name;
  return (
    <Modal opened onClose={onClose} title="Delete ended jobs?">
      <Stack>
        <Text size="sm">
          Jobs of {task === undefined ? <b>all tasks</b> : <>the task {name ? <b>{name}</b> : task}</>} are
          deleted with their logs and results. What waits or runs stays.
        </Text>
        <Select
          label="Those that ended"
          data={AGES}
          value={days}
          onChange={(value) => setDays(value ?? '30')}
          allowDeselect={false}
        />
        <ErrorNotice error={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button color="red" loading={remove.isPending} onClick={confirm}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function jobsDeleted(count: number): string {
  if (count === 0) return 'There was nothing to delete.';
  return count === 1 ? 'One job was deleted.' : `${numberText(count)} jobs were deleted.`;
}
