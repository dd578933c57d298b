import type { ResultOf } from '@argus/client';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';

interface SaveDialogProps {
  filename: string;
  /** The tasks that run whatever is newest. */
  followers: ResultOf<'listScriptTasks'>;
  onClose: () => void;
  onSave: () => void;
}

/** Asks before several tasks are changed by one save. */
export function SaveDialog({ filename, followers, onClose, onSave }: SaveDialogProps) {
  const customer = useCustomer();
  return (
    <Modal opened onClose={onClose} title={t`Save for all of these tasks?`}>
      <Stack>
        <Text size="sm">
          <Trans>
            These tasks run the newest version of <b>{filename}</b>, so they run what you save from their next
            run on. A task that should stay as it is can be pinned to a version under Used by.
          </Trans>
        </Text>
        <List size="sm">
          {followers.map(({ id, name, hostname }) => (
            <List.Item key={id}>
              <TextLink
                to="/$customer/tasks/$taskId"
                params={{ customer, taskId: id }}
                size="sm"
                target="_blank"
                rel="noreferrer"
              >
                {name}
              </TextLink>
              {hostname !== null && <> ({hostname})</>}
            </List.Item>
          ))}
        </List>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            <Trans>Keep editing</Trans>
          </Button>
          <Button onClick={onSave} data-autofocus>
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
