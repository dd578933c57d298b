import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Badge, Button, Group, Modal, Stack, Text, Textarea, type TextProps } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useChange } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { BanIcon, CheckIcon, ClockIcon, CrossIcon, WarningIcon } from '../../ui/icons.tsx';
import { Ago } from '../../ui/times.tsx';
import { useDialog } from '../../ui/use-dialog.ts';

export const STATUS: Record<Host['status'], { label: string; color: string; icon: ReactNode }> = {
  online: { label: t`Online`, color: 'green', icon: <CheckIcon size={12} /> },
  unresponsive: { label: t`Unresponsive`, color: 'orange', icon: <WarningIcon size={12} /> },
  offline: { label: t`Offline`, color: 'red', icon: <CrossIcon size={12} /> },
  draining: { label: t`Draining`, color: 'yellow', icon: <ClockIcon size={12} /> },
  disabled: { label: t`Disabled`, color: 'gray', icon: <BanIcon size={12} /> },
  new: { label: t`New`, color: 'gray', icon: <ClockIcon size={12} /> },
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
export function Problem({ children, ...props }: TextProps & { children: string }) {
  return (
    <Text c="red" mt={4} {...props}>
      <Trans>Takes no jobs: {children}</Trans>
    </Text>
  );
}

/** Who took it out of work, when and why. */
export function DisabledNote({ host, ...props }: TextProps & { host: Host }) {
  if (host.disabled_note === null) return null;
  const { by, at, reason } = host.disabled_note;
  return (
    <Text c="dimmed" mt={4} {...props}>
      <Trans>
        Disabled by {by} <Ago at={at} />
      </Trans>
      {reason !== '' && <>: {reason}</>}
    </Text>
  );
}

/** What can be done with a bot. */
export function HostActions({ host, onRemoved }: { host: Host; onRemoved?: () => void }) {
  const update = useChange('updateHost', ['listHosts', 'getHost', 'listQueues']);
  const remove = useChange('deleteHost', ['listHosts']);
  const { opened, open, close } = useDialog(`disable.${host.id}`);
  const asking = opened && !host.disabled;
  const params = { id: host.id };
  const { hostname } = host;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {!asking && <ErrorNotice error={update.error} />}
      {host.disabled ? (
        <Button
          size="xs"
          variant="default"
          loading={update.isPending}
          title={t`It takes jobs again`}
          onClick={() => update.mutate({ params, body: { disabled: false } })}
        >
          <Trans>Enable</Trans>
        </Button>
      ) : (
        <Button
          size="xs"
          variant="default"
          title={t`It finishes what it runs and takes no more jobs`}
          onClick={open}
        >
          {host.running > 0 ? t`Drain` : t`Disable`}
        </Button>
      )}
      {asking && (
        <DisableDialog
          host={host}
          onClose={close}
          pending={update.isPending}
          error={update.error}
          onDisable={(reason) =>
            update.mutate(
              { params, body: { disabled: true, ...(reason !== '' && { reason }) } },
              { onSuccess: close },
            )
          }
        />
      )}
      <ConfirmButton
        name={`remove.${host.id}`}
        size="xs"
        label={t`Remove`}
        question={
          <Trans>
            <b>{hostname}</b> may not connect any more from now on. Its tasks need another bot.
          </Trans>
        }
        onConfirm={() => remove.mutateAsync({ params }).then(onRemoved)}
        error={remove.error}
        pending={remove.isPending}
      />
    </Group>
  );
}

interface DisableDialogProps {
  host: Host;
  pending: boolean;
  error: unknown;
  onClose: () => void;
  onDisable: (reason: string) => void;
}

function DisableDialog({ host, pending, error, onClose, onDisable }: DisableDialogProps) {
  const [reason, setReason] = useState('');
  const { hostname, running } = host;
  return (
    <Modal opened onClose={onClose} title={running > 0 ? t`Drain ${hostname}?` : t`Disable ${hostname}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onDisable(reason.trim());
        }}
      >
        <Stack>
          <Text size="sm">
            {running > 0
              ? t`It finishes what it runs and takes no more jobs until it is enabled. What is for it alone waits.`
              : t`It takes no jobs until it is enabled. What is for it alone waits.`}
          </Text>
          <Textarea
            label={t`Reason`}
            description={t`Others see it on the bot. It may stay empty.`}
            placeholder={t`e.g. the disk is replaced until noon`}
            autosize
            maxLength={500}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <ErrorNotice error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              <Trans>Keep</Trans>
            </Button>
            <Button type="submit" loading={pending}>
              {running > 0 ? t`Drain` : t`Disable`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
