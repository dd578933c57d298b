import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { said } from '../../api/sentences/said.ts';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { MoreIcon, PlayIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useOpened } from '../../ui/use-dialog.ts';
import { ExportMenu } from '../recipes/export-menu.tsx';
import { CopyDialog } from './copy-dialog.tsx';
import { DeleteTaskDialog } from './delete-task-dialog.tsx';
import { EmptyQueueDialog } from './empty-queue-dialog.tsx';
import { PauseDialog } from './pause.tsx';
import { RunDialog } from '../run/run-dialog.tsx';

const DIALOGS = {
  copy: CopyDialog,
  pause: PauseDialog,
  empty: EmptyQueueDialog,
  delete: DeleteTaskDialog,
} as const;

/** What one may do with a task. */
export function TaskActions({ task }: { task: Task }) {
  const customer = useCustomer();
  const runs = useMay('user');
  const edits = useMay('admin');
  const { value: shown, open, close } = useOpened('dialog');
  const running = useOpened('run');
  const isRunnable = task.problems.length === 0;
  const may = { ...DIALOGS, pause: task.paused === null ? DIALOGS.pause : undefined };
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
              <Menu.Item onClick={() => open('copy')}>{t`Copy…`}</Menu.Item>
              {task.paused === null && <Menu.Item onClick={() => open('pause')}>{t`Pause…`}</Menu.Item>}
              <Menu.Item onClick={() => open('empty')}>{t`Empty queue…`}</Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" onClick={() => open('delete')}>
                {t`Delete…`}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <ExportMenu task={task} />
          <ButtonLink
            to="/$customer/tasks/$taskId/edit"
            params={{ customer, taskId: task.id }}
            variant="default"
          >
            {t`Edit`}
          </ButtonLink>
        </>
      )}
      {runs && (
        <Button
          leftSection={<PlayIcon />}
          onClick={() => running.open(true)}
          disabled={!isRunnable}
          title={task.problems.map(said).join(' ') || undefined}
        >
          {t`Run`}
        </Button>
      )}
      {running.value && runs && isRunnable && <RunDialog task={task} onClose={running.leave} />}
      {Dialog && <Dialog task={task} onClose={close} />}
    </>
  );
}
