import type { DryRun } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table, Text } from '@mantine/core';
import { said, sentence } from '../../../api/sentences/said.ts';
import classes from '../workflows.module.css';
import { valueWords, whySkipped } from './dry-words.ts';
import type { DryTarget } from './use-dry-used.ts';

interface DryStepsProps {
  told: DryRun;
  used: ReadonlyMap<string, DryTarget>;
  titleOf: (step: string) => string;
  chosen: string | undefined;
  onSelect: (step: string) => void;
}

/** Which steps would start in which order and with what, which not and why. */
export function DrySteps({ told, used, titleOf, chosen, onSelect }: DryStepsProps) {
  const name = (step: string) => (
    <button
      type="button"
      className={classes.step}
      onClick={() => onSelect(step)}
      aria-pressed={step === chosen}
    >
      {titleOf(step)}
    </button>
  );
  return (
    <Table className={classes.steps} aria-label={t`What would happen`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Order`}</Table.Th>
          <Table.Th>{t`Step`}</Table.Th>
          <Table.Th>{t`What happens`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {told.steps.map((step, place) => {
          const { step: id, from, refused, end } = step;
          const target = used.get(id);
          const values = valueWords(step, target?.definitions ?? []);
          const after = from.map(titleOf).join(', ');
          const { event } = end;
          return (
            <Table.Tr key={id} data-selected={id === chosen || undefined}>
              <Table.Td>{place + 1}</Table.Td>
              <Table.Td>{name(id)}</Table.Td>
              <Table.Td className={classes.name}>
                {after !== '' && <Text size="sm">{t`After ${after}`}</Text>}
                {values && (
                  <Text size="sm">{values.length === 0 ? t`Takes no arguments` : values.join(', ')}</Text>
                )}
                {target?.waits === 'approval' && <Text size="sm">{t`Waits for an approval`}</Text>}
                {target?.waits === 'input' && <Text size="sm">{t`Waits until people fill it in`}</Text>}
                <Text size="sm">
                  {refused === undefined ? t`Ends with ${event}` : sentence(said(refused))}
                </Text>
              </Table.Td>
            </Table.Tr>
          );
        })}
        {told.skipped.map((skipped) => (
          <Table.Tr key={skipped.step} data-selected={skipped.step === chosen || undefined}>
            <Table.Td>–</Table.Td>
            <Table.Td>{name(skipped.step)}</Table.Td>
            <Table.Td className={classes.name}>
              <Text size="sm">{t`Would be skipped`}</Text>
              {whySkipped(skipped, titleOf).map((why) => (
                <Text key={why} size="sm" c="dimmed">
                  {why}
                </Text>
              ))}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
