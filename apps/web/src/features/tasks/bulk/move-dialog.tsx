import { plural, t } from '@lingui/core/macro';
import { Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useApi, useClient } from '../../../api/hooks.ts';
import { hasBot } from '../../../ui/task-types.tsx';
import { BulkDialog, type BulkProps } from './bulk-dialog.tsx';

/** Lets tasks run on another bot. */
export function MoveDialog({ tasks, ...rest }: BulkProps) {
  const client = useClient();
  const hosts = useApi('listHosts', {}).data ?? [];
  const [host, setHost] = useState<string | null>(null);
  const movable = tasks.filter(({ type }) => hasBot(type));
  const others = tasks.length - movable.length;
  return (
    <BulkDialog
      title={plural(movable.length, { one: 'Move # task to a bot', other: 'Move # tasks to a bot' })}
      verb={t`Move`}
      ready={host !== null && movable.length > 0}
      tasks={movable}
      act={({ id }) => client.updateTask({ params: { id }, body: { host_id: host, host_labels: [] } })}
      {...rest}
    >
      <Select
        label={t`Bots`}
        placeholder={hosts.length === 0 ? t`No bot is enrolled yet` : t`Choose a bot`}
        data={hosts.map(({ id, hostname }) => ({ value: id, label: hostname }))}
        searchable
        data-autofocus
        value={host}
        onChange={setHost}
      />
      <Text size="sm">{t`Jobs that wait already stay with the bot that they wait for.`}</Text>
      {others > 0 && (
        <Text size="sm" c="dimmed">
          {plural(others, {
            one: '# of them needs no bot and stays.',
            other: '# of them need no bot and stay.',
          })}
        </Text>
      )}
    </BulkDialog>
  );
}
