import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Badge, Button, Group, Modal, NumberInput, Stack, TagsInput, Text } from '@mantine/core';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useDialog } from '../../ui/use-dialog.ts';

/** What a bot carries: what people gave it first, then what it brings by itself. */
export function BotLabels({ host }: { host: Host }) {
  const { labels, own_labels: own } = host;
  if (labels.length === 0) return null;
  return (
    <Group gap={4} mt={4}>
      {[...own, ...labels.filter((label) => !own.includes(label))].map((label) => (
        <Badge
          key={label}
          size="sm"
          tt="none"
          variant={own.includes(label) ? 'light' : 'default'}
          title={own.includes(label) ? t`Given by people` : t`Brought by the bot`}
        >
          {label}
        </Badge>
      ))}
    </Group>
  );
}

/** Opens what people decide about a bot: its labels, and how many jobs it takes. */
export function EditBot({ host }: { host: Host }) {
  const { opened, open, close } = useDialog(`edit.${host.id}`);
  const { hostname } = host;
  return (
    <>
      <Button size="xs" variant="default" onClick={open} aria-label={t`Edit ${hostname}`}>
        <Trans>Edit</Trans>
      </Button>
      {opened && <SettingsDialog host={host} onClose={close} />}
    </>
  );
}

function SettingsDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const hosts = useApi('listHosts', {});
  const save = useChange('updateHost', ['listHosts', 'getHost', 'listQueues']);
  const [labels, setLabels] = useState(host.own_labels);
  const [slots, setSlots] = useState<number | string>(host.max_slots ?? '');
  const brought = host.labels.filter((label) => !host.own_labels.includes(label));
  const list = brought.join(', ');
  const submit = () =>
    save.mutate(
      { params: { id: host.id }, body: { labels, max_slots: typeof slots === 'number' ? slots : null } },
      { onSuccess: onClose },
    );
  return (
    <Modal opened onClose={onClose} title={host.hostname}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          <TagsInput
            label={t`Labels`}
            description={t`Tasks that ask for labels run on bots that carry all of them. Enter adds one.`}
            placeholder={labels.length === 0 ? t`e.g. gpu, rack:7` : undefined}
            data={[...new Set((hosts.data ?? []).flatMap((one) => one.labels))]
              .filter((label) => !brought.includes(label))
              .toSorted()}
            value={labels}
            onChange={setLabels}
            data-autofocus
          />
          {brought.length > 0 && (
            <Text size="xs" c="dimmed">
              <Trans>By itself it carries {list}.</Trans>
            </Text>
          )}
          <NumberInput
            label={t`Jobs at the same time, at most`}
            description={t`Empty: as many as the bot offers. 0: none.`}
            placeholder={host.max_slots === null ? String(host.slots) : t`as the bot offers`}
            min={0}
            max={1000}
            allowDecimal={false}
            value={slots}
            onChange={setSlots}
          />
          <ErrorNotice error={save.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" loading={save.isPending}>
              <Trans>Save</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
