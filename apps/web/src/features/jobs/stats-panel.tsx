import { plural, t } from '@lingui/core/macro';
import type { JobStats, JobStatsCounts, StatsRange } from '@argus/contract';
import { Group, SegmentedControl, Table, Text } from '@mantine/core';
import { memo, useState } from 'react';
import { useApi } from '../../api/hooks.ts';
import { formatDuration } from '../../ui/format.ts';
import { STATE_LABELS } from '../../ui/job-words.ts';
import { numberText, timeFormat } from '../../ui/locale.ts';
import { Loaded, Panel } from '../../ui/page.tsx';
import { STACK, StatsChart, totalOf } from './stats-chart.tsx';
import classes from './stats-panel.module.css';

const REFRESH_MS = 30_000;
const RANGES: readonly { value: StatsRange; label: string }[] = [
  { value: '24h', label: t`24 h` },
  { value: '7d', label: t`7 days` },
  { value: '30d', label: t`30 days` },
];

interface StatsPanelProps {
  /** Of one task; else of all. */
  task?: string | undefined;
  /** Where the page's address keeps the range. */
  range?: StatsRange | undefined;
  onRange?: (range: StatsRange) => void;
}

/** How jobs went over time: ends by state, success rate, how long they ran. */
export const StatsPanel = memo(function StatsPanel({ task, range, onRange }: StatsPanelProps) {
  const [own, setOwn] = useState<StatsRange>('24h');
  const shown = range ?? own;
  const { timeZone: timezone } = new Intl.DateTimeFormat().resolvedOptions();
  const stats = useApi(
    'getJobStats',
    { query: { range: shown, timezone, ...(task !== undefined && { task }) } },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel
      title={t`Over time`}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t`Time shown`}
          data={[...RANGES]}
          value={shown}
          onChange={(value) => {
            setOwn(value);
            onRange?.(value);
          }}
        />
      }
    >
      <Loaded query={stats} height={190}>
        {(found) => (totalOf(found.total) === 0 ? <Nothing /> : <Shown stats={found} />)}
      </Loaded>
    </Panel>
  );
});

function Nothing() {
  return (
    <Text size="sm" c="dimmed">
      {t`No job has ended in this time.`}
    </Text>
  );
}

function Shown({ stats }: { stats: JobStats }) {
  const { total } = stats;
  return (
    <>
      <Group gap="xl" mb="xs">
        <Figure name={t`Ended`} value={numberText(totalOf(total))} />
        <Figure name={t`Success rate`} value={rateText(total)} />
        <Figure name={t`Half took at most`} value={durationText(total.p50_ms)} />
        <Figure name={t`9 of 10 took at most`} value={durationText(total.p90_ms)} />
      </Group>
      <StatsChart stats={stats} describe={(bucket) => describe(stats.range, bucket)} />
      <details className={classes.details}>
        <summary>{t`As a table`}</summary>
        <div className={classes.scroll}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t`From`}</Table.Th>
                {STACK.map((state) => (
                  <Table.Th key={state}>{STATE_LABELS[state]}</Table.Th>
                ))}
                <Table.Th>{t`Success rate`}</Table.Th>
                <Table.Th>{t`Half took at most`}</Table.Th>
                <Table.Th>{t`9 of 10 took at most`}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {stats.buckets.map((bucket) => (
                <Table.Tr key={bucket.from}>
                  <Table.Th scope="row">{beginText(stats.range, bucket.from)}</Table.Th>
                  {STACK.map((state) => (
                    <Table.Td key={state}>{numberText(bucket[state])}</Table.Td>
                  ))}
                  <Table.Td>{rateText(bucket)}</Table.Td>
                  <Table.Td>{durationText(bucket.p50_ms)}</Table.Td>
                  <Table.Td>{durationText(bucket.p90_ms)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </details>
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text fw={600}>{value}</Text>
    </div>
  );
}

function rateText({ success_rate: rate }: JobStatsCounts): string {
  if (rate === null) return '–';
  // all but some is not all
  const percent = rate === 1 ? 100 : Math.min(99.9, Math.floor(rate * 1000) / 10);
  return `${numberText(percent)} %`;
}

function durationText(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}

function beginText(range: StatsRange, from: string): string {
  return timeFormat(
    from,
    range === '30d'
      ? { day: 'numeric', month: 'short' }
      : { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  );
}

function describe(range: StatsRange, bucket: JobStats['buckets'][number]): string {
  const from = beginText(range, bucket.from);
  const count = totalOf(bucket);
  const jobs = plural(count, { one: '# job ended', other: '# jobs ended' });
  const states = STACK.filter((state) => bucket[state] > 0)
    .map((state) => `${STATE_LABELS[state]} ${numberText(bucket[state])}`)
    .join(', ');
  const half = bucket.p50_ms === null ? '' : `p50 ${formatDuration(bucket.p50_ms)}`;
  return [from, jobs, states, half].filter((part) => part !== '').join(' · ');
}
