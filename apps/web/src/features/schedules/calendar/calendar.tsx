import type { Occurrences } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { ActionIcon, Alert, Box, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { apiKey, useClient, useCustomer } from '../../../api/hooks.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { LeftIcon, RightIcon, WarningIcon } from '../../../ui/icons.tsx';
import { numberText, timeFormat } from '../../../ui/locale.ts';
import { Panel } from '../../../ui/page.tsx';
import { ownZone } from '../zones.ts';
import { ZoneSelect } from '../zone-select.tsx';
import { Agenda, NothingDue } from './agenda.tsx';
import classes from './calendar.module.css';
import { dayIn, daysShown, moved, noonOf, plusDays, VIEWS, type Day, type View } from './days.ts';
import { MonthTable } from './month-table.tsx';

const REFRESH_MS = 10_000;
/** Entries of a day that a view has room for. */
const PER_DAY: Readonly<Record<View, number>> = { month: 4, week: 14, day: 500 };

export interface CalendarSearch {
  view?: View;
  date?: Day;
  zone?: string;
  task?: string;
  tag?: string;
  host?: string;
}

interface CalendarProps {
  view: View;
  search: CalendarSearch;
  onSearch: (search: CalendarSearch) => void;
}

/** All that schedules do on the days of a month, a week or one day. */
export function Calendar({ view, search, onSearch }: CalendarProps) {
  const timezone = search.zone ?? ownZone();
  const [today] = useState(() => dayIn(timezone, new Date()));
  const day = search.date ?? today;
  const days = useMemo(() => daysShown(view, day), [view, day]);
  const { data, error, isPlaceholderData } = useOccurrences(days, timezone, view, search);
  const go = (to: Day | undefined, next: View = view) => onSearch({ view: next, date: to });
  return (
    <Panel>
      <Group justify="space-between" gap="sm" mb="sm">
        <Group gap={6}>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t`Earlier`}
            onClick={() => go(moved(view, day, -1))}
          >
            <LeftIcon />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t`Later`}
            onClick={() => go(moved(view, day, 1))}
          >
            <RightIcon />
          </ActionIcon>
          <Button variant="default" onClick={() => go(undefined)}>{t`Today`}</Button>
          <Text fw={600} component="h2" className={classes.period} aria-live="polite">
            {periodText(view, days, day)}
          </Text>
        </Group>
        <Group gap="sm">
          <SegmentedControl
            aria-label={t`Days shown`}
            value={view}
            onChange={(next) => go(search.date, next)}
            data={VIEWS.map((value) => ({ value, label: VIEW_LABELS[value] }))}
          />
          <ZoneSelect
            label={null}
            description={null}
            aria-label={t`Time zone`}
            w={250}
            value={timezone}
            onChange={(zone) => onSearch({ zone: zone === null || zone === ownZone() ? undefined : zone })}
          />
        </Group>
      </Group>
      <ErrorNotice error={error} />
      {data && (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? classes.stale : undefined}>
          <Notes found={data} timezone={timezone} toDay={(date) => go(date, 'day')} />
          {view === 'day' ? (
            <Agenda found={data} timezone={timezone} />
          ) : (
            <>
              <MonthTable
                found={data}
                days={days}
                day={day}
                today={today}
                view={view}
                timezone={timezone}
                perDay={PER_DAY[view]}
                onDay={(date) => go(date, 'day')}
                onMove={(by) => go(moved(view, day, by))}
                onToday={() => go(undefined)}
              />
              {data.occurrences.length === 0 && (
                // on a telephone days without anything are left out
                <Box hiddenFrom="md">
                  <NothingDue title={t`Nothing is due in this time`} />
                </Box>
              )}
            </>
          )}
        </div>
      )}
    </Panel>
  );
}

const VIEW_LABELS: Readonly<Record<View, string>> = { month: t`Month`, week: t`Week`, day: t`Day` };

function useOccurrences(
  days: readonly Day[],
  timezone: string,
  view: View,
  { task, tag, host }: Pick<CalendarSearch, 'task' | 'tag' | 'host'>,
) {
  const client = useClient();
  const customer = useCustomer();
  const query = {
    from: `${days[0]}T00:00:00`,
    to: `${plusDays(days.at(-1) ?? '', 1)}T00:00:00`,
    timezone,
    per_day: PER_DAY[view],
    ...(task !== undefined && { task }),
    ...(tag !== undefined && { tag }),
    ...(host !== undefined && { host }),
  };
  return useQuery({
    queryKey: apiKey(customer, 'listOccurrences', { query }),
    queryFn: ({ signal }) => client.call('listOccurrences', { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
}

function periodText(view: View, days: readonly Day[], day: Day): string {
  const text = (one: Day, options: Intl.DateTimeFormatOptions) =>
    timeFormat(noonOf(one), { timeZone: 'UTC', ...options });
  if (view === 'month') return text(day, { month: 'long', year: 'numeric' });
  const whole = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  if (view === 'day') return text(day, { ...whole, weekday: 'long', month: 'long' });
  return `${text(days[0] ?? day, whole)} – ${text(days.at(-1) ?? day, whole)}`;
}

interface NotesProps {
  found: Occurrences;
  timezone: string;
  toDay: (day: Day) => void;
}

/** What of the span is worth knowing before its days: clocks that change, bots with too much at once, what is paused. */
function Notes({ found, timezone, toDay }: NotesProps) {
  const { clock_changes, collisions, paused, are_complete } = found;
  const complete = are_complete && collisions.are_complete;
  return (
    <>
      {clock_changes.map((change) => (
        <ClockNote key={change.at + change.timezone} change={change} />
      ))}
      {collisions.list.length > 0 && (
        <Alert
          color="orange"
          variant="light"
          mb="sm"
          icon={<WarningIcon />}
          title={t`More runs at one time than the bot has slots`}
          role="note"
        >
          <ul className={classes.notes}>
            {collisions.list.slice(0, COLLISIONS_SHOWN).map(({ host_id, hostname, at, runs, slots }) => (
              <li key={host_id + at}>
                <CollisionText
                  hostname={hostname}
                  when={timeFormat(at, { timeZone: timezone, ...MOMENT })}
                  runs={runs}
                  slots={slots}
                  onDay={() => toDay(dayIn(timezone, new Date(at)))}
                />
              </li>
            ))}
          </ul>
          {collisions.list.length > COLLISIONS_SHOWN && (
            <Text size="sm">{moreText(collisions.list.length - COLLISIONS_SHOWN)}</Text>
          )}
        </Alert>
      )}
      {paused > 0 && (
        <Text size="sm" c="dimmed" mb="xs">
          {plural(paused, {
            one: '# schedule is paused and not shown.',
            other: '# schedules are paused and not shown.',
          })}
        </Text>
      )}
      {!complete && (
        <Text size="sm" c="dimmed" mb="xs" role="note">
          {t`There is more than can be counted at once: choose a bot, a tag or fewer days.`}
        </Text>
      )}
    </>
  );
}

const COLLISIONS_SHOWN = 5;
const moreText = (count: number) => plural(count, { one: 'and # more', other: 'and # more' });
const MOMENT = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

function ClockNote({ change }: { change: Occurrences['clock_changes'][number] }) {
  const { at, timezone: zone, before, after, left_out } = change;
  const when = timeFormat(at, { timeZone: zone, ...MOMENT });
  const lost =
    left_out === 0
      ? ''
      : plural(left_out, {
          one: '# due time falls into the hour that is missing and is left out.',
          other: '# due times fall into the hour that is missing and are left out.',
        });
  return (
    <Text size="sm" mb="xs" role="note">
      {t`Clocks in ${zone} change on ${when}: from UTC${before} to UTC${after}.`} {lost}
    </Text>
  );
}

interface CollisionProps {
  hostname: string;
  when: string;
  runs: number;
  slots: number;
  onDay: () => void;
}

function CollisionText({ hostname, when, runs, slots, onDay }: CollisionProps) {
  const [ofRuns, ofSlots] = [numberText(runs), numberText(slots)];
  return (
    <button type="button" className={classes.plain} onClick={onDay}>
      {t`${hostname}, ${when}: ${ofRuns} runs are due, ${ofSlots} can run; the others wait.`}
    </button>
  );
}
