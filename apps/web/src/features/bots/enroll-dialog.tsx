import type { Host } from '@argus/contract';
import { Alert, Button, Code, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Facts } from '../../ui/page.tsx';
import { Clock } from '../../ui/times.tsx';

const LOOK_EVERY_MS = 1_000;

/** Shows the line to run on a new machine, waits for the bot that comes of it, and shows that. */
export function EnrollDialog({ onClose }: { onClose: () => void }) {
  const { mutate, data, error } = useChange('createEnrollment');
  useEffect(() => mutate({ body: {} }), [mutate]);
  return (
    <Modal opened onClose={onClose} title="Enrol a bot" size="lg">
      <Stack>
        <ErrorNotice error={error} />
        <Text size="sm">
          Run this on the machine that is to become a bot, in a clone of this repository. The code in it works
          once{data && <>, until {<Clock at={data.expires} />}</>}.
        </Text>
        <CopyBlock label="Command that enrols a bot" text={data?.command ?? '…'} />
        {data?.note && (
          <Alert color="yellow" variant="light">
            {data.note}
          </Alert>
        )}
        <Text size="sm" c="dimmed">
          The bot then runs until that terminal is closed. With <Code>bot install</Code> in place of{' '}
          <Code>bot</Code>, as root, it becomes a service of the machine.
        </Text>
        {data && <Arrival id={data.id} onClose={onClose} />}
      </Stack>
    </Modal>
  );
}

function Arrival({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error } = useApi('getEnrollment', { params: { id } }, { refetchInterval: LOOK_EVERY_MS });
  if (error) return <ErrorNotice error={error} />;
  if (data?.state === 'connected' && data.host) return <Arrived host={data.host} onClose={onClose} />;
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        {data?.state === 'enrolled'
          ? `${data.host?.hostname} has enrolled, and starts …`
          : 'Waiting for it to call …'}
      </Text>
    </Group>
  );
}

function Arrived({ host, onClose }: { host: Host; onClose: () => void }) {
  const customer = useCustomer();
  const { hostname, info } = host;
  return (
    <Alert color="green" variant="light" icon={<CheckIcon />} title={`${hostname} is there`} role="status">
      <Stack gap="sm">
        {info && (
          <Facts
            facts={[
              ['System', `${info.os} ${info.release}, ${info.arch}`],
              ['Scripts run as', info.run_user],
              [
                'Interpreters',
                Object.entries(info.interpreters)
                  .map(([name, version]) => `${name} ${version}`)
                  .join(', '),
              ],
            ]}
          />
        )}
        <Group gap="xs">
          <Button size="xs" onClick={onClose}>
            Done
          </Button>
          <ButtonLink
            size="xs"
            variant="default"
            to="/$customer/bots/$botId"
            params={{ customer, botId: host.id }}
          >
            Open
          </ButtonLink>
        </Group>
      </Stack>
    </Alert>
  );
}
