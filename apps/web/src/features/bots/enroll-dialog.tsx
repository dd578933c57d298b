import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Code, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Facts } from '../../ui/page.tsx';
import { Clock } from '../../ui/times.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import { RunSample } from './sample.tsx';

const LOOK_EVERY_MS = 1_000;

interface Enrolling {
  /** Makes a code, for one machine or any, and opens the dialog that shows it. */
  begin: (hostname?: string) => void;
  dialog: ReactNode;
}

/** The dialog that enrols a bot. Where a link or a reload opened it, there is no code before one is asked for. */
export function useEnrolling(onClosed?: () => void): Enrolling {
  const { opened, open, close } = useDialog('enrol');
  const create = useChange('createEnrollment', ['listEnrollments']);
  const { mutate } = create;
  const make = (hostname = '') => mutate({ body: hostname ? { hostname } : {} });
  const leave = () => {
    close();
    onClosed?.();
  };
  return {
    begin: (hostname) => {
      make(hostname);
      open();
    },
    dialog: opened && <EnrollDialog made={create} onMake={() => make()} onClose={leave} />,
  };
}

interface EnrollDialogProps {
  made: ReturnType<typeof useChange<'createEnrollment'>>;
  onMake: () => void;
  onClose: () => void;
}

/** Shows the line to run on a new machine, waits for the bot that comes of it, and shows that. */
function EnrollDialog({ made: { data, error, isIdle }, onMake, onClose }: EnrollDialogProps) {
  return (
    <Modal opened onClose={onClose} title={t`Enrol a bot`} size="lg">
      <Stack>
        <ErrorNotice error={error} />
        <Text size="sm">
          <Trans>Run this on the machine that is to become a bot, in a clone of this repository.</Trans>{' '}
          {data && (
            <Trans>
              The code in it works once, until <Clock at={data.expires} />.
            </Trans>
          )}
        </Text>
        {isIdle ? (
          <Group>
            <Button onClick={onMake} data-autofocus>
              {t`Make a code`}
            </Button>
          </Group>
        ) : (
          <CopyBlock label={t`Command that enrols a bot`} text={data?.command ?? '…'} />
        )}
        {data?.note && (
          <Alert color="yellow" variant="light">
            {data.note}
          </Alert>
        )}
        <Text size="sm" c="dimmed">
          <Trans>
            The bot then runs until that terminal is closed. With <Code>bot install</Code> in place of{' '}
            <Code>bot</Code>, as root, it becomes a service of the machine.
          </Trans>
        </Text>
        {data && <Arrival id={data.id} onClose={onClose} />}
      </Stack>
    </Modal>
  );
}

function Arrival({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error } = useApi('getEnrollment', { params: { id } }, { refetchInterval: LOOK_EVERY_MS });
  const name = data?.host?.hostname ?? '';
  if (error) return <ErrorNotice error={error} />;
  if (data?.state === 'connected' && data.host) return <Arrived host={data.host} onClose={onClose} />;
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        {data?.state === 'enrolled' ? t`${name} has enrolled, and starts …` : t`Waiting for it to call …`}
      </Text>
    </Group>
  );
}

function Arrived({ host, onClose }: { host: Host; onClose: () => void }) {
  const customer = useCustomer();
  const { hostname, info } = host;
  return (
    <Alert color="green" variant="light" icon={<CheckIcon />} title={t`${hostname} is there`} role="status">
      <Stack gap="sm">
        {info && (
          <Facts
            facts={[
              [t`System`, `${info.os} ${info.release}, ${info.arch}`],
              [t`Scripts run as`, info.run_user],
              [
                t`Interpreters`,
                Object.entries(info.interpreters)
                  .map(([name, version]) => `${name} ${version}`)
                  .join(', '),
              ],
            ]}
          />
        )}
        <Group gap="xs">
          <RunSample host={host} />
          <Button size="xs" variant="default" onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
          <ButtonLink
            size="xs"
            variant="default"
            to="/$customer/bots/$botId"
            params={{ customer, botId: host.id }}
          >
            <Trans>Open</Trans>
          </ButtonLink>
        </Group>
      </Stack>
    </Alert>
  );
}
