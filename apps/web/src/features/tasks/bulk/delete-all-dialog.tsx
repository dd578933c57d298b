import { plural, t } from '@lingui/core/macro';
import { Checkbox, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useClient } from '../../../api/hooks.ts';
import { BulkDialog, type BulkProps } from './bulk-dialog.tsx';

/** Deletes tasks, for whoever can say how many they are. */
export function DeleteAllDialog({ tasks, ...rest }: BulkProps) {
  const client = useClient();
  const [typed, setTyped] = useState('');
  const [force, setForce] = useState(false);
  const count = String(tasks.length);
  return (
    <BulkDialog
      title={plural(tasks.length, { one: 'Delete # task', other: 'Delete # tasks' })}
      verb={t`Delete`}
      color="red"
      ready={typed.trim() === count}
      tasks={tasks}
      act={({ id }) => client.deleteTask({ params: { id }, ...(force && { query: { force } }) })}
      {...rest}
    >
      <Text size="sm">
        {t`Their jobs with logs and results, schedules and secret keys go with them, and nothing brings them back. An export keeps the tasks and scripts.`}
      </Text>
      <Checkbox
        label={t`Also those that start other tasks, or are steps of workflows`}
        description={t`If not, they are left alone and named afterwards.`}
        checked={force}
        onChange={(event) => setForce(event.currentTarget.checked)}
      />
      <TextInput
        label={t`Type ${count} to delete them`}
        inputMode="numeric"
        autoComplete="off"
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </BulkDialog>
  );
}
