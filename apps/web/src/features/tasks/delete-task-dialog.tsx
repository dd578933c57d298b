import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCustomer } from '../../api/hooks.ts';
import { deleteSoon } from '../../ui/delete-soon.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { useWorkflowsUsing } from '../workflows/workflow-links.tsx';
import { RunnableLink, useStarted } from './trigger-links.tsx';

/** Deletes a task. What is triggered by it or runs it as a step is named before; the server refuses it unless that is meant. */
export function DeleteTaskDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const started = useStarted(task.id);
  const users = useWorkflowsUsing(task.id);
  const needed = (started ?? []).length + users.length > 0;
  const { id, name } = task;
  const confirm = () => {
    deleteSoon({ customer, operation: 'deleteTask', id, name, force: needed }, cache);
    void navigate({ to: '/$customer/tasks', params: { customer }, replace: true });
  };
  return (
    <Modal opened onClose={onClose} title={t`Delete?`}>
      <Stack>
        <Text size="sm">
          <Trans>
            This deletes the task <b>{name}</b>, its schedules and the history of its jobs. You can take it
            back for some seconds, then no more.
          </Trans>
        </Text>
        {needed && (
          <Alert color="orange" icon={<WarningIcon />} role="alert" title={t`Others need it`}>
            <List size="sm" mb="xs">
              {(started ?? []).map((other) => (
                <List.Item key={other.id}>
                  <Trans>
                    it triggers{' '}
                    <RunnableLink type={other.type} id={other.id}>
                      {other.name}
                    </RunnableLink>
                  </Trans>
                </List.Item>
              ))}
              {users.map((user) => (
                <List.Item key={user.id}>
                  <Trans>
                    it is a step of{' '}
                    <RunnableLink type="workflow" id={user.id}>
                      {user.name}
                    </RunnableLink>
                  </Trans>
                </List.Item>
              ))}
            </List>
            {t`They stay, but are no longer started by it, and a workflow without one of its steps cannot run.`}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t`Keep`}
          </Button>
          <Button color="red" disabled={started === undefined} onClick={confirm}>
            {needed ? t`Delete anyway` : t`Delete`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
