import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { SegmentedControl, Select, TagsInput } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { carriersText } from './carriers.ts';
import type { FormPart } from './form-part.ts';

const NONE: readonly Host[] = [];

/**
 * Where it runs: on one bot, or on the first free one that carries some labels. `without`: what happens where none is
 * chosen, if it then runs at all.
 */
export function BotChoice({ form, without }: FormPart & { without?: string }) {
  const { data } = useApi('listHosts', {});
  const hosts = data ?? NONE;
  const { byLabels, host_labels } = form.values;
  return (
    <>
      <SegmentedControl
        aria-label={t`How its bot is chosen`}
        value={byLabels ? 'labels' : 'bot'}
        onChange={(choice) => form.setFieldValue('byLabels', choice === 'labels')}
        data={[
          { value: 'bot', label: t`One bot` },
          { value: 'labels', label: t`Any bot with labels` },
        ]}
        w="fit-content"
      />
      {byLabels ? (
        <TagsInput
          label={t`Labels`}
          description={`${t`The first free bot that carries all of them runs it.`} ${carriersText(host_labels, data)}`}
          placeholder={host_labels.length === 0 ? t`e.g. linux, gpu` : undefined}
          data={[...new Set(hosts.flatMap(({ labels }) => labels))].toSorted()}
          maxDropdownHeight={260}
          {...form.getInputProps('host_labels')}
        />
      ) : (
        <Select
          label={t`Bots`}
          description={without ?? t`The machine that runs it.`}
          placeholder={
            data?.length === 0
              ? t`No bot is enrolled yet`
              : without === undefined
                ? t`Choose a bot`
                : t`This server`
          }
          data={hosts.map(({ id, hostname }) => ({ value: id, label: hostname }))}
          searchable
          clearable
          {...form.getInputProps('host_id')}
        />
      )}
    </>
  );
}
