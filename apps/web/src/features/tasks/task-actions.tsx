import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { MoreIcon, PlayIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { useInAddress } from '../../ui/use-in-address.ts';
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
  const [shown, setShown] = useState<keyof typeof DIALOGS>();
  const [asksToRun, askToRun] = useInAddress('run');
  const isRunnable = task.problems.length === 0;
  const Dialog = shown && DIALOGS[shown];
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
              <Menu.Item onClick={() => setShown('copy')}>{t`Copy…`}</Menu.Item>
              {task.paused === null && <Menu.Item onClick={() => setShown('pause')}>{t`Pause…`}</Menu.Item>}
              <Menu.Item onClick={() => setShown('empty')}>{t`Empty queue…`}</Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" onClick={() => setShown('delete')}>
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
          onClick={() => askToRun(true)}
          disabled={!isRunnable}
          title={task.problems.map(said).join(' ') || undefined}
        >
          {t`Run`}
        </Button>
      )}
      {asksToRun && runs && isRunnable && <RunDialog task={task} onClose={() => askToRun(undefined)} />}
      {Dialog && <Dialog task={task} onClose={() => setShown(undefined)} />}
    </>
  );
}
