import type { Task } from '@argus/contract';
import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { useWorkflowsUsing } from '../workflows/workflow-links.tsx';
import { RunnableLink, useStarted } from './trigger-links.tsx';

/** Deletes a task. What is triggered by it or runs it as a step is named before; the server refuses it unless that is meant. */
export function DeleteTaskDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const remove = useChange('deleteTask', ['listTasks', 'listJobs', 'listEvents']);
  const started = useStarted(task.id) ?? [];
  const users = useWorkflowsUsing(task.id);
  const needed = started.length + users.length > 0;
  const confirm = () => {
    const force = needed;
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
        {needed && (
          <Alert color="orange" icon={<WarningIcon />} role="alert" title="Others need it">
            <List size="sm" mb="xs">
              {started.map(({ type, id, name }) => (
                <List.Item key={id}>
                  it triggers{' '}
                  <RunnableLink type={type} id={id}>
                    {name}
                  </RunnableLink>
                </List.Item>
              ))}
              {users.map(({ id, name }) => (
                <List.Item key={id}>
                  it is a step of{' '}
                  <RunnableLink type="workflow" id={id}>
                    {name}
                  </RunnableLink>
                </List.Item>
              ))}
            </List>
            They stay, but are no longer started by it, and a workflow without one of its steps cannot run.
          </Alert>
        )}
        <ErrorNotice error={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button color="red" loading={remove.isPending} onClick={confirm}>
            {needed ? 'Delete anyway' : 'Delete'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
