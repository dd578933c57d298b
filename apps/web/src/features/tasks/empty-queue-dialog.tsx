import type { Lifecycle, Task } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LIFECYCLE_LABELS } from '../../ui/job-words.ts';
import { numberText } from '../../ui/locale.ts';
import { Loading } from '../../ui/loading.tsx';

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
          toasts.show({
            message: plural(deletedCount, {
              one: 'One job was taken away.',
              other: '# jobs were taken away.',
            }),
          });
          onClose();
        },
      },
    );
  const count = waiting.data?.length;
  const { name } = task;
  return (
    <Modal opened onClose={onClose} title={t`Empty the queue of ${name}?`}>
      <Stack>
        {count === undefined && !waiting.error ? (
          <Loading height={20} />
        ) : (
          <Text size="sm">
            {count !== undefined && <b>{waitingText(count)}</b>}{' '}
            {t`What waits is canceled and stays in the history; what runs goes on.`}
          </Text>
        )}
        <Checkbox.Group
          label={t`Also delete, with logs and results`}
          description={t`Ended jobs of this task, whenever they ended.`}
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
            {t`Keep`}
          </Button>
          <Button
            color="red"
            loading={empty.isPending}
            disabled={count === 0 && lifecycle.length === 0}
            onClick={confirm}
          >
            {t`Empty queue`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function waitingText(count: number): string {
  if (count === 0) return t`No job waits.`;
  const most = numberText(COUNTED_MAX);
  if (count === COUNTED_MAX) return t`${most} or more jobs wait.`;
  return plural(count, { one: 'One job waits.', other: '# jobs wait.' });
}
