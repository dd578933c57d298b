import type { PushDevice } from '@argus/contract';
import { Trans } from '@lingui/react/macro';
import { t } from '@lingui/core/macro';
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi, useChange, useClient } from '../../api/hooks.ts';
import { said } from '../../api/sentences/said.ts';
import { useProfile } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ErrorNotice, errorMessage } from '../../ui/error-notice.tsx';
import { Loaded } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { pushHere } from './desktop.ts';
import classes from './notifications.module.css';
import { forgetPush, pushAbility, turnPushOn, type PushAbility } from './push.ts';

/** The browsers of a person that are told while no page is open, and whether this is one of them. */
export function Devices({ configured }: { configured: boolean }) {
  const devices = useApi('listPushDevices', {});
  const here = pushHere.read()?.device;
  return (
    <Stack gap="sm" maw={620}>
      <Text size="sm" c="dimmed">
        {configured
          ? t`A telephone or computer can be told also while no page of Argus is open: of all that you are told, and of what waits for you. Turn it on with the browser of each.`
          : t`This server tells no devices: its administrator sets ARGUS_PUSH.`}
      </Text>
      <Loaded query={devices} height={60}>
        {(list) => (
          <>
            {list.length > 0 && (
              <ul className={classes.inbox} aria-label={t`Your devices`}>
                {list.map((device) => (
                  <Device
                    key={device.id}
                    device={device}
                    isHere={device.id === here}
                    configured={configured}
                  />
                ))}
              </ul>
            )}
            {configured && !list.some(({ id }) => id === here) && <TurnOn />}
          </>
        )}
      </Loaded>
    </Stack>
  );
}

function Device({
  device,
  isHere,
  configured,
}: {
  device: PushDevice;
  isHere: boolean;
  configured: boolean;
}) {
  const { id, name, service, last_success_at, last_failure_at, last_failure } = device;
  const test = useChange('testPushDevice', ['listPushDevices']);
  const remove = useChange('deletePushDevice', ['listPushDevices']);
  const isFailing = last_failure !== null && (last_success_at ?? '') < (last_failure_at ?? '');
  const tryIt = () =>
    test.mutate(
      { params: { id } },
      {
        onSuccess: ({ sent, answer }) =>
          toasts.show(
            sent
              ? { message: t`Sent: it appears there in a moment.` }
              : { color: 'red', message: said(answer) },
          ),
        onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }),
      },
    );
  return (
    <li className={classes.item}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {isHere && <Badge variant="light">{t`This browser`}</Badge>}
      </Group>
      <Text size="sm" c="dimmed">
        {last_success_at === null ? (
          <Trans>Not told anything yet, by {service}</Trans>
        ) : (
          <Trans>
            Last told <Ago at={last_success_at} />, by {service}
          </Trans>
        )}
      </Text>
      {isFailing && (
        <Text size="sm" c="red">
          {said(last_failure)}
        </Text>
      )}
      <Group gap="xs" mt={4}>
        {configured && (
          <Button
            size="xs"
            variant="default"
            aria-label={t`Send a test to ${name}`}
            loading={test.isPending}
            onClick={tryIt}
          >
            {t`Send a test`}
          </Button>
        )}
        <ConfirmButton
          name={`remove.${id}`}
          size="xs"
          label={t`Remove`}
          aria-label={t`Remove: ${name}`}
          question={
            <Trans>
              <b>{name}</b> is told nothing more. It can be turned on again with its browser.
            </Trans>
          }
          error={remove.error}
          pending={remove.isPending}
          onConfirm={async () => {
            await remove.mutateAsync({ params: { id } });
            if (isHere) await forgetPush();
          }}
        />
      </Group>
    </li>
  );
}

const WHY_NOT: Readonly<Record<Exclude<PushAbility, 'ready'>, string>> = {
  denied: t`This browser refuses notifications of this page: allow them in its settings for this site (the sign before the address), then load this page again.`,
  insecure: t`Browsers let themselves be told only by pages that came by https, and this one did not. The administrator of this server can change that.`,
  home_screen: t`On an iPhone or iPad: choose Share, then Add to Home Screen, open Argus from there, and come back to this place.`,
  missing: t`This browser cannot be told while no page is open: it has no push, or forbids it, as in private windows.`,
};

function TurnOn() {
  const client = useClient();
  const cache = useQueryClient();
  const { id: user } = useProfile();
  const [ability, setAbility] = useState(pushAbility);
  const turnOn = useMutation({
    mutationFn: () => turnPushOn(client, user ?? ''),
    onSuccess: () => toasts.show({ message: t`This browser is told from now on.` }),
    onSettled: () => {
      setAbility(pushAbility());
      return cache.invalidateQueries({ queryKey: ['listPushDevices'] });
    },
  });
  if (ability !== 'ready')
    return (
      <Text size="sm" role="status">
        {WHY_NOT[ability]}
      </Text>
    );
  return (
    <>
      <ErrorNotice error={turnOn.error} />
      <Group>
        <Button loading={turnOn.isPending} onClick={() => turnOn.mutate()}>
          {t`Tell me in this browser`}
        </Button>
      </Group>
    </>
  );
}
