import type { Workflow } from '@argus/contract';
import { ActionIcon, Alert, Button, Group, List, Menu, Modal, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { MoreIcon, PlayIcon, WarningIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { PausedNotice, PauseForm } from '../tasks/pause.tsx';
import { RunnableLink, useStarted } from '../tasks/trigger-links.tsx';
import { RunWorkflowDialog } from './run-workflow-dialog.tsx';
import { useWorkflowsUsing } from './workflow-links.tsx';

const CHANGED = ['getWorkflow', 'listWorkflows'] as const;

interface DialogProps {
  workflow: Workflow;
  onClose: () => void;
}

const DIALOGS = { run: RunWorkflowDialog, pause: PauseDialog, delete: DeleteDialog } as const;

/** What one may do with a workflow. */
export function WorkflowActions({ workflow }: { workflow: Workflow }) {
  const customer = useCustomer();
  const runs = useMay('user');
  const edits = useMay('admin');
  const [shown, setShown] = useState<keyof typeof DIALOGS>();
  const Dialog = shown && DIALOGS[shown];
  return (
    <>
      {edits && (
        <>
          <Menu position="bottom-end" width={180}>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label="More actions">
                <MoreIcon />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {workflow.paused === null && <Menu.Item onClick={() => setShown('pause')}>Pause…</Menu.Item>}
              <Menu.Item color="red" onClick={() => setShown('delete')}>
                Delete…
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <ButtonLink
            to="/$customer/workflows/$workflowId/edit"
            params={{ customer, workflowId: workflow.id }}
            variant="default"
          >
            Edit
          </ButtonLink>
        </>
      )}
      {runs && (
        <Button
          leftSection={<PlayIcon />}
          onClick={() => setShown('run')}
          disabled={workflow.problems.length > 0}
          title={workflow.problems.join(' ') || undefined}
        >
          Run
        </Button>
      )}
      {Dialog && <Dialog workflow={workflow} onClose={() => setShown(undefined)} />}
    </>
  );
}

function PauseDialog({ workflow: { id, name }, onClose }: DialogProps) {
  const pause = useChange('pauseWorkflow', CHANGED);
  return (
    <PauseForm
      name={name}
      pause={(reason) => pause.mutate({ params: { id }, body: { reason } }, { onSuccess: onClose })}
      pending={pause.isPending}
      error={pause.error}
      onClose={onClose}
    >
      No run begins while it is paused. Runs that have begun go on to their end.
    </PauseForm>
  );
}

/** Who paused the workflow, when and why, and the way on. */
export function PausedWorkflow({ workflow: { id, paused } }: { workflow: Workflow }) {
  const resume = useChange('resumeWorkflow', CHANGED);
  if (paused === null) return null;
  return (
    <PausedNotice
      paused={paused}
      effect="no run begins."
      resume={() => resume.mutate({ params: { id } })}
      pending={resume.isPending}
      error={resume.error}
    />
  );
}

/** Deletes a workflow. What is triggered by it or runs it as a step is named before. */
function DeleteDialog({ workflow: { id, name }, onClose }: DialogProps) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const remove = useChange('deleteWorkflow', ['listWorkflows', 'listEvents', 'listSchedules']);
  const started = useStarted(id) ?? [];
  const users = useWorkflowsUsing(id);
  const force = started.length + users.length > 0;
  const confirm = () =>
    remove.mutate(
      { params: { id }, ...(force && { query: { force } }) },
      { onSuccess: () => void navigate({ to: '/$customer/workflows', params: { customer } }) },
    );
  return (
    <Modal opened onClose={onClose} title="Delete?">
      <Stack>
        <Text size="sm">
          This deletes the workflow <b>{name}</b> and its runs. Its tasks and their jobs stay.
        </Text>
        {force && (
          <Alert color="orange" icon={<WarningIcon />} role="alert" title="Others need it">
            <List size="sm" mb="xs">
              {users.map((one) => (
                <List.Item key={one.id}>
                  it is a step of{' '}
                  <RunnableLink type="workflow" id={one.id}>
                    {one.name}
                  </RunnableLink>
                </List.Item>
              ))}
              {started.map((one) => (
                <List.Item key={one.id}>
                  it triggers{' '}
                  <RunnableLink type={one.type} id={one.id}>
                    {one.name}
                  </RunnableLink>
                </List.Item>
              ))}
            </List>
            They stay, but cannot run it or be started by it any more.
          </Alert>
        )}
        <ErrorNotice error={remove.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button color="red" loading={remove.isPending} onClick={confirm}>
            {force ? 'Delete anyway' : 'Delete'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
