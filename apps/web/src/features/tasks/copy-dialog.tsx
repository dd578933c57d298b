import { ArgusApiError } from '@argus/client';
import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SyntheticEvent } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

/** Asks for a name, makes another task like this one and leads to it. */
export function CopyDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const copy = useChange('copyTask', ['listTasks']);
  const [name, setName] = useState(() => copyOf(task).slice(0, 200));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    copy.mutate(
      { params: { id: task.id }, body: { name: name.trim() } },
      {
        // in place of the dialog, which the way back does not open again
        onSuccess: ({ id }) =>
          void navigate({
            to: '/$customer/tasks/$taskId',
            params: { customer, taskId: id },
            replace: true,
          }),
      },
    );
  };
  const original = task.name;
  const fields = copy.error instanceof ArgusApiError ? copy.error.errors : [];
  return (
    <Modal opened onClose={onClose} title={t`Copy ${original}`}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t`Name of the copy`}
            withAsterisk
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fields.find(({ field }) => field === 'name')?.message}
          />
          <Text size="sm" c="dimmed">
            {t`The copy has a secret key of its own, and nothing triggers it until you say so.`}
          </Text>
          <ErrorNotice error={copy.error} shownFields={['name']} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={copy.isPending} disabled={name.trim() === ''}>
              {t`Copy`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function copyOf({ name }: Task): string {
  return t`Copy of ${name}`;
}
