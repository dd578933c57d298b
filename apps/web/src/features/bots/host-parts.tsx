import type { Host } from '@argus/contract';
import { Badge, Button, Group, Text, type TextProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { BanIcon, CheckIcon, ClockIcon, CrossIcon, WarningIcon } from '../../ui/icons.tsx';

const STATUS: Record<Host['status'], { label: string; color: string; icon: ReactNode }> = {
  online: { label: 'Online', color: 'green', icon: <CheckIcon size={12} /> },
  unresponsive: { label: 'Unresponsive', color: 'orange', icon: <WarningIcon size={12} /> },
  offline: { label: 'Offline', color: 'red', icon: <CrossIcon size={12} /> },
  draining: { label: 'Draining', color: 'yellow', icon: <ClockIcon size={12} /> },
  disabled: { label: 'Disabled', color: 'gray', icon: <BanIcon size={12} /> },
  new: { label: 'New', color: 'gray', icon: <ClockIcon size={12} /> },
};

/** How a bot is, in a word. */
export function StatusBadge({ status }: { status: Host['status'] }) {
  const { label, color, icon } = STATUS[status];
  return (
    <Badge color={color} variant="light" leftSection={icon}>
      {label}
    </Badge>
  );
}

/** What keeps a bot from taking jobs, in its own words. */
export function Problem({ children, ...props }: TextProps & { children: ReactNode }) {
  return (
    <Text c="red" mt={4} {...props}>
      Takes no jobs: {children}
    </Text>
  );
}

/** What can be done with a bot. */
export function HostActions({ host, onRemoved }: { host: Host; onRemoved?: () => void }) {
  const update = useChange('updateHost', ['listHosts', 'getHost', 'listQueues']);
  const remove = useChange('deleteHost', ['listHosts']);
  const params = { id: host.id };
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <ErrorNotice error={update.error} />
      <Button
        size="xs"
        variant="default"
        loading={update.isPending}
        title={host.disabled ? 'It takes jobs again' : 'It finishes what it runs and takes no more jobs'}
        onClick={() => update.mutate({ params, body: { disabled: !host.disabled } })}
      >
        {host.disabled ? 'Enable' : host.running > 0 ? 'Drain' : 'Disable'}
      </Button>
      <ConfirmButton
        size="xs"
        label="Remove"
        question={
          <>
            <b>{host.hostname}</b> may not connect any more from now on. Its tasks need another bot.
          </>
        }
        onConfirm={() => remove.mutateAsync({ params }).then(onRemoved)}
        error={remove.error}
        pending={remove.isPending}
      />
    </Group>
  );
}
