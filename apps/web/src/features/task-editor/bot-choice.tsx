import type { Host } from '@argus/contract';
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
        aria-label="How its bot is chosen"
        value={byLabels ? 'labels' : 'bot'}
        onChange={(choice) => form.setFieldValue('byLabels', choice === 'labels')}
        data={[
          { value: 'bot', label: 'One bot' },
          { value: 'labels', label: 'Any bot with labels' },
        ]}
        w="fit-content"
      />
      {byLabels ? (
        <TagsInput
          label="Labels"
          description={`The first free bot that carries all of them runs it. ${carriersText(host_labels, data)}`}
          placeholder={host_labels.length === 0 ? 'e.g. linux, gpu' : undefined}
          data={[...new Set(hosts.flatMap(({ labels }) => labels))].toSorted()}
          maxDropdownHeight={260}
          {...form.getInputProps('host_labels')}
        />
      ) : (
        <Select
          label="Bots"
          description={without ?? 'The machine that runs it.'}
          placeholder={
            data?.length === 0
              ? 'No bot is enrolled yet'
              : without === undefined
                ? 'Choose a bot'
                : 'This server'
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
