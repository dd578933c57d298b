import type { Host } from '@argus/contract';
import { Alert, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon } from '../../ui/icons.tsx';

interface EnrollDialogProps {
  /** The bots there are, as they change. */
  known: readonly Host[];
  onClose: () => void;
}

/** Shows the line to run on a new machine and waits for its bot to come. */
export function EnrollDialog({ known, onClose }: EnrollDialogProps) {
  const { mutate, data, error } = useChange('createEnrollment');
  const [before] = useState(() => new Set(known.map(({ id }) => id)));
  useEffect(() => mutate({ body: {} }), [mutate]);
  const come = known.find(({ id }) => !before.has(id));
  return (
    <Modal opened onClose={onClose} title="Enrol a bot" size="lg">
      <Stack>
        <ErrorNotice error={error} />
        <Text size="sm">Run this on the machine that is to become a bot. The code in it works once.</Text>
        <CopyBlock label="Command that enrols a bot" text={data?.command ?? '…'} />
        {data?.note && (
          <Alert color="yellow" variant="light">
            {data.note}
          </Alert>
        )}
        {data && (
          <Text size="sm" c="dimmed">
            It is valid until {new Date(data.expires).toLocaleTimeString()}.
          </Text>
        )}
        {come ? (
          <Alert color="green" variant="light" icon={<CheckIcon />} role="status">
            {come.hostname} has enrolled.
          </Alert>
        ) : (
          <Group gap="xs" role="status">
            <Loader size="xs" />
            <Text size="sm" c="dimmed">
              Waiting for it to call …
            </Text>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
