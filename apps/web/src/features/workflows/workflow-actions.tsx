import type { Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { ActionIcon, Alert, Button, Group, List, Menu, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { said } from '../../api/sentences/said.ts';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { deleteSoon } from '../../ui/delete-soon.tsx';
import { MoreIcon, PlayIcon, WarningIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useDialog, useOpened } from '../../ui/use-dialog.ts';
import { ExportMenu } from '../recipes/export-menu.tsx';
import { PausedNotice, PauseForm } from '../tasks/pause.tsx';
import { RunnableLink, useStarted } from '../tasks/trigger-links.tsx';
import { scheduleOwner } from '../schedules/schedule-owner.tsx';
import { DryRunDialog } from './dry-run/dry-run-dialog.tsx';
import { RunWorkflowDialog } from './run-workflow-dialog.tsx';
import { useWorkflowsUsing } from './workflow-links.tsx';

const CHANGED = ['getWorkflow', 'listWorkflows'] as const;

interface DialogProps {
  workflow: Workflow;
  onClose: () => void;
}

const DIALOGS = { pause: PauseDialog, delete: DeleteDialog } as const;

/** What one may do with a workflow. */
export function WorkflowActions({ workflow }: { workflow: Workflow }) {
  const customer = useCustomer();
  const runs = useMay('user');
  const edits = useMay('admin');
  const { value: shown, open, close } = useOpened('dialog');
  const dry = useDialog('dry-run');
  const running = useOpened('run');
  const isRunnable = workflow.problems.length === 0;
  const may = { ...DIALOGS, pause: workflow.paused === null ? DIALOGS.pause : undefined };
  const Dialog = edits ? Object.entries(may).find(([name]) => name === shown)?.[1] : undefined;
  return (
    <>
      {edits && (
        <>
          <Menu position="bottom-end" width={180}>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t`More actions`}>
                <MoreIcon />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {workflow.paused === null && <Menu.Item onClick={() => open('pause')}>{t`Pause…`}</Menu.Item>}
              <Menu.Item color="red" onClick={() => open('delete')}>
                {t`Delete…`}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <ExportMenu workflow={workflow} />
          <ButtonLink
            to="/$customer/workflows/$workflowId/edit"
            params={{ customer, workflowId: workflow.id }}
            variant="default"
          >
            {t`Edit`}
          </ButtonLink>
        </>
      )}
      <Button variant="default" onClick={dry.open}>
        {t`Dry run`}
      </Button>
      {dry.opened && (
        <DryRunDialog
          name={workflow.name}
          graph={workflow}
          taskArguments={workflow.task_arguments}
          optionsOf={scheduleOwner(workflow).optionsOf}
          onClose={dry.close}
        />
      )}
      {runs && (
        <Button
          leftSection={<PlayIcon />}
          onClick={() => running.open(true)}
          disabled={!isRunnable}
          title={workflow.problems.map(said).join(' ') || undefined}
        >
          {t`Run`}
        </Button>
      )}
      {running.value && runs && isRunnable && (
        <RunWorkflowDialog workflow={workflow} onClose={running.leave} />
      )}
      {Dialog && <Dialog workflow={workflow} onClose={close} />}
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
      {t`No run begins while it is paused. Runs that have begun go on to their end.`}
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
      effect={t`no run begins.`}
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
  const cache = useQueryClient();
  const started = useStarted(id) ?? [];
  const users = useWorkflowsUsing(id);
  const force = started.length + users.length > 0;
  const confirm = () => {
    deleteSoon({ customer, operation: 'deleteWorkflow', id, name, force }, cache);
    void navigate({ to: '/$customer/workflows', params: { customer }, replace: true });
  };
  return (
    <Modal opened onClose={onClose} title={t`Delete?`}>
      <Stack>
        <Text size="sm">
          <Trans>
            This deletes the workflow <b>{name}</b> and its runs. Its tasks and their jobs stay. You can take
            it back for some seconds, then no more.
          </Trans>
        </Text>
        {force && (
          <Alert color="orange" icon={<WarningIcon />} role="alert" title={t`Others need it`}>
            <List size="sm" mb="xs">
              {users.map(({ id: user, name: userName }) => (
                <List.Item key={user}>
                  <Trans>
                    it is a step of{' '}
                    <RunnableLink type="workflow" id={user}>
                      {userName}
                    </RunnableLink>
                  </Trans>
                </List.Item>
              ))}
              {started.map(({ type, id: follower, name: followerName }) => (
                <List.Item key={follower}>
                  <Trans>
                    it triggers{' '}
                    <RunnableLink type={type} id={follower}>
                      {followerName}
                    </RunnableLink>
                  </Trans>
                </List.Item>
              ))}
            </List>
            {t`They stay, but cannot run it or be started by it any more.`}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t`Keep`}
          </Button>
          <Button color="red" onClick={confirm}>
            {force ? t`Delete anyway` : t`Delete`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
