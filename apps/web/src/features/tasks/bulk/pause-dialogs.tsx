import { plural, t } from '@lingui/core/macro';
import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useClient } from '../../../api/hooks.ts';
import { BulkDialog, type BulkProps } from './bulk-dialog.tsx';

/** Asks why, and pauses the tasks that are not paused yet. */
export function PauseAllDialog({ tasks, ...rest }: BulkProps) {
  const client = useClient();
  const [reason, setReason] = useState('');
  const running = tasks.filter(({ paused }) => paused === null);
  const others = tasks.length - running.length;
  return (
    <BulkDialog
      title={plural(running.length, { one: 'Pause # task', other: 'Pause # tasks' })}
      verb={t`Pause`}
      ready={running.length > 0}
      tasks={running}
      act={({ id }) => client.pauseTask({ params: { id }, body: { reason: reason.trim() } })}
      {...rest}
    >
      <Text size="sm">{t`Runs are refused while they are paused, and what waits is put on hold. What runs goes on.`}</Text>
      {others > 0 && (
        <Text size="sm" c="dimmed">
          {plural(others, { one: '# of them is paused already.', other: '# of them are paused already.' })}
        </Text>
      )}
      <Textarea
        label={t`Reason`}
        description={t`Whoever tries to run them reads this.`}
        maxLength={1000}
        autosize
        minRows={2}
        maxRows={8}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </BulkDialog>
  );
}

/** Lets paused tasks run again. */
export function ResumeAllDialog({ tasks, ...rest }: BulkProps) {
  const client = useClient();
  const paused = tasks.filter((task) => task.paused !== null);
  return (
    <BulkDialog
      title={plural(paused.length, { one: 'Resume # task', other: 'Resume # tasks' })}
      verb={t`Resume`}
      ready={paused.length > 0}
      tasks={paused}
      act={({ id }) => client.resumeTask({ params: { id } })}
      {...rest}
    >
      <Text size="sm">
        {paused.length === 0
          ? t`None of them is paused.`
          : t`They may run again, and what was put on hold by the pause goes on.`}
      </Text>
    </BulkDialog>
  );
}
