import type { Occurrence, Occurrences } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Badge, Table, Text } from '@mantine/core';
import { sentence } from '../../../api/sentences/said.ts';
import { EmptyState } from '../../../ui/page.tsx';
import { MARKS } from '../marks.ts';
import classes from './calendar.module.css';
import { lookOfOccurrence, OccurrenceLink, timeOf, timesText, titleOf } from './entry.tsx';

/** One day as a list: each due time with what becomes of it. */
export function Agenda({ found, timezone }: { found: Occurrences; timezone: string }) {
  const { occurrences, days } = found;
  const more = days[0]?.left_off ?? 0;
  if (occurrences.length === 0) return <NothingDue title={t`Nothing is due on this day`} />;
  return (
    <>
      <Table className={classes.agenda}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t`Time`}</Table.Th>
            <Table.Th>{t`What runs`}</Table.Th>
            <Table.Th>{t`Outcome`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {occurrences.map((one) => (
            <AgendaRow key={one.schedule_id + one.at + one.outcome} one={one} timezone={timezone} />
          ))}
        </Table.Tbody>
      </Table>
      {more > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {plural(more, {
            one: '# more is not listed: filter to see it.',
            other: '# more are not listed: filter to see them.',
          })}
        </Text>
      )}
    </>
  );
}

function AgendaRow({ one, timezone }: { one: Occurrence; timezone: string }) {
  const { label, color, icon } = lookOfOccurrence(one);
  const title = titleOf(one);
  return (
    <Table.Tr data-outcome={one.outcome}>
      <Table.Td className={classes.time}>
        <time dateTime={one.at}>{timeOf(one, timezone)}</time>
        {one.times > 1 && (
          <Text size="xs" c="dimmed">
            {timesText(one.times)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <OccurrenceLink one={one}>
          <Text span size="sm" fw={500}>
            {one.of.name}
          </Text>
        </OccurrenceLink>
        {title !== '' && (
          <Text size="xs" c="dimmed">
            {title}
            {one.timezone !== null && one.timezone !== timezone && ` · ${one.timezone}`}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge size="sm" variant="light" color={color} leftSection={icon}>
          {label}
        </Badge>{' '}
        {one.mark !== null && (
          <Badge size="sm" variant="light" color="orange">
            {MARKS[one.mark]}
          </Badge>
        )}
        {one.reason !== null && (
          <Text size="xs" c="dimmed">
            {sentence(one.reason)}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function NothingDue({ title }: { title: string }) {
  return <EmptyState title={title}>{t`Choose another day, or fewer filters.`}</EmptyState>;
}
