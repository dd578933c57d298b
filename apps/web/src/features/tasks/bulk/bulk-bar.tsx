import { plural, t } from '@lingui/core/macro';
import { Button, Text } from '@mantine/core';
import { useState, type ComponentType } from 'react';
import { useMay, useRole } from '../../../api/session.ts';
import classes from '../tasks.module.css';
import type { BulkProps } from './bulk-dialog.tsx';
import { DeleteAllDialog } from './delete-all-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { MoveDialog } from './move-dialog.tsx';
import { PauseAllDialog, ResumeAllDialog } from './pause-dialogs.tsx';
import { RunAllDialog } from './run-all-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';

type Action = 'run' | 'tag' | 'move' | 'pause' | 'resume' | 'export' | 'delete';

const ACTIONS: readonly { action: Action; label: string }[] = [
  { action: 'tag', label: t`Tags…` },
  { action: 'move', label: t`Move…` },
  { action: 'pause', label: t`Pause…` },
  { action: 'resume', label: t`Resume…` },
  { action: 'export', label: t`Export…` },
];

const DIALOGS: Readonly<Record<Exclude<Action, 'tag'>, ComponentType<BulkProps>>> = {
  run: RunAllDialog,
  move: MoveDialog,
  pause: PauseAllDialog,
  resume: ResumeAllDialog,
  export: ExportDialog,
  delete: DeleteAllDialog,
};

interface BulkBarProps extends Omit<BulkProps, 'onClose'> {
  allTags: readonly string[];
}

/** What can be done with the selected tasks, in sight wherever one is in the list. */
export function BulkBar({ tasks, allTags, onSelect }: BulkBarProps) {
  const role = useRole();
  const edits = useMay('admin');
  const [shown, setShown] = useState<Action>();
  // what is deleted is not selected any more: a dialog goes on with what it began with
  const [chosen, setChosen] = useState(tasks);
  const show = (action: Action) => {
    setChosen(tasks);
    setShown(action);
  };
  const props: BulkProps = { tasks: chosen, onSelect, onClose: () => setShown(undefined) };
  const Dialog = shown === undefined || shown === 'tag' ? undefined : DIALOGS[shown];
  return (
    <>
      {tasks.length > 0 && (
        <div className={classes.bar} role="toolbar" aria-label={t`With the selected tasks`}>
          <Text size="sm" fw={500} role="status">
            {plural(tasks.length, { one: '# selected', other: '# selected' })}
          </Text>
          <Button size="compact-sm" onClick={() => show('run')}>{t`Run…`}</Button>
          {edits ? (
            <>
              {ACTIONS.map(({ action, label }) => (
                <Button key={action} size="compact-sm" variant="default" onClick={() => show(action)}>
                  {label}
                </Button>
              ))}
              <Button size="compact-sm" variant="light" color="red" onClick={() => show('delete')}>
                {t`Delete…`}
              </Button>
            </>
          ) : (
            <Text size="xs" c="dimmed">
              {t`Your role (${role}) may run them. To change or export tasks is for admins.`}
            </Text>
          )}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onSelect([])}>
            {t`Clear selection`}
          </Button>
        </div>
      )}
      {shown === 'tag' && <TagDialog {...props} allTags={allTags} />}
      {Dialog && <Dialog {...props} />}
    </>
  );
}
