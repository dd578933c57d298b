import type { Lifecycle, Task } from '@argus/contract';
import { Button, Checkbox, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LIFECYCLE_LABELS } from '../../ui/job-words.ts';
import { numberText } from '../../ui/locale.ts';

/** The most that one answer of the API holds. */
const COUNTED_MAX = 1000;
const ENDED: readonly Lifecycle[] = ['finished', 'canceled', 'terminated', 'expired'];

/** Says how many jobs wait, and takes them off the queue; ended ones too where that is chosen. */
export function EmptyQueueDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const where = { task_id: task.id, lifecycle: { $in: ['ready', 'onhold'] } };
  const waiting = useApi('listJobs', { query: { where, include: { lifecycle: 1 }, limit: COUNTED_MAX } });
  const empty = useChange('emptyQueue', ['listJobs', 'getJob']);
  const [lifecycle, setLifecycle] = useState<string[]>([]);
  const confirm = () =>
    empty.mutate(
      { params: { id: task.id }, ...(lifecycle.length > 0 && { query: { lifecycle } }) },
      {
        onSuccess: ({ deletedCount }) => {
          notifications.show({
            message:
              deletedCount === 1
                ? 'One job was taken away.'
                : `${numberText(deletedCount)} jobs were taken away.`,
          });
          onClose();
        },
      },
    );
  const count = waiting.data?.length;
  return (
    <Modal opened onClose={onClose} title={`Empty the queue of ${task.name}?`}>
      <Stack>
        {count === undefined && !waiting.error ? (
          <Skeleton height={20} aria-label="Loading" />
        ) : (
          <Text size="sm">
            {count !== undefined && <b>{waitingText(count)}</b>} What waits is canceled and stays in the
            history; what runs goes on.
          </Text>
        )}
        <Checkbox.Group
          label="Also delete, with logs and results"
          description="Ended jobs of this task, whenever they ended."
          value={lifecycle}
          onChange={setLifecycle}
        >
          <Stack gap={6} mt="xs">
            {ENDED.map((value) => (
              <Checkbox key={value} value={value} label={LIFECYCLE_LABELS[value]} />
            ))}
          </Stack>
        </Checkbox.Group>
        <ErrorNotice error={empty.error ?? waiting.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button
            color="red"
            loading={empty.isPending}
            disabled={count === 0 && lifecycle.length === 0}
            onClick={confirm}
          >
            Empty queue
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function waitingText(count: number): string {
  if (count === 0) return 'No job waits.';
  if (count === 1) return 'One job waits.';
  return `${numberText(count)}${count === COUNTED_MAX ? ' or more' : ''} jobs wait.`;
}
