import type { Task } from '@argus/contract';
import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { useStartedTasks } from './trigger-links.tsx';

/** Deletes a task. Tasks that are triggered by it are named before; the server refuses it unless that is meant. */
export function DeleteTaskDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const remove = useChange('deleteTask', ['listTasks', 'listJobs', 'listEvents']);
  const dependents = useStartedTasks(task.id) ?? [];
  const confirm = () => {
    const force = dependents.length > 0;
    remove.mutate(
      { params: { id: task.id }, ...(force && { query: { force } }) },
      { onSuccess: () => void navigate({ to: '/$customer/tasks', params: { customer } }) },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Delete?">
      <Stack>
        <Text size="sm">
          This deletes the task <b>{task.name}</b> and the history of its jobs.
        </Text>
        {dependents.length > 0 && (
          <Alert color="orange" icon={<WarningIcon />} role="alert" title="Other tasks are triggered by it">
            <List size="sm" mb="xs">
              {dependents.map(({ id, name }) => (
                <List.Item key={id}>
                  <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
                    {name}
                  </TextLink>
                </List.Item>
              ))}
            </List>
            Once it is gone it no longer starts them. They stay.
          </Alert>
        )}
        <ErrorNotice error={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button color="red" loading={remove.isPending} onClick={confirm}>
            {dependents.length > 0 ? 'Delete anyway' : 'Delete'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
