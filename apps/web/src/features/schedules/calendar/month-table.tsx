import type { Occurrence, Occurrences } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { useRef, type KeyboardEvent } from 'react';
import { timeFormat } from '../../../ui/locale.ts';
import unseen from '../../../ui/unseen.module.css';
import classes from './calendar.module.css';
import { dayIn, isInMonth, noonOf, plusDays, type Day, type View } from './days.ts';
import { Entry } from './entry.tsx';

interface MonthTableProps {
  found: Occurrences;
  days: readonly Day[];
  /** The one that the address names: with it the keyboard begins. */
  day: Day;
  today: Day;
  view: View;
  timezone: string;
  perDay: number;
  onDay: (day: Day) => void;
  onMove: (by: 1 | -1) => void;
  onToday: () => void;
}

const WEEK = 7;

/** Weeks below each other, their days beside each other; on a telephone the days that have something, one after another. */
export function MonthTable(props: MonthTableProps) {
  const { found, days, view, timezone, perDay } = props;
  const table = useRef<HTMLTableElement>(null);
  const byDay = Map.groupBy(found.occurrences, ({ at }) => dayIn(timezone, new Date(at)));
  const counts = new Map(found.days.map((one) => [one.date, one]));
  const changes = new Set(found.clock_changes.map(({ date }) => date));
  const weeks = Array.from({ length: Math.ceil(days.length / WEEK) }, (_, index) =>
    days.slice(index * WEEK, index * WEEK + WEEK),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-day-link]')?.dataset['dayLink'];
    if (from === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK }[event.key];
    if (step !== undefined) {
      const to = table.current?.querySelector<HTMLElement>(`[data-day-link="${plusDays(from, step)}"]`);
      if (to) to.focus();
      else props.onMove(step < 0 ? -1 : 1);
    } else if (event.key === 'PageUp') props.onMove(-1);
    else if (event.key === 'PageDown') props.onMove(1);
    else if (event.key.toLowerCase() === 't') props.onToday();
    else return;
    event.preventDefault();
  };
  return (
    <table className={classes.month} data-view={view} ref={table} onKeyDown={onKeyDown}>
      <caption className={unseen.text}>
        {t`Due times of all schedules. Arrow keys go from day to day, Page Up and Page Down to other weeks or months.`}
      </caption>
      <thead>
        <tr>
          {days.slice(0, WEEK).map((day) => (
            <th key={day} scope="col">
              {timeFormat(noonOf(day), { timeZone: 'UTC', weekday: 'short' })}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <DayCell
                key={day}
                {...props}
                cell={day}
                entries={(byDay.get(day) ?? []).slice(0, perDay)}
                total={totalOf(counts.get(day))}
                more={counts.get(day)?.left_off ?? 0}
                changes={changes.has(day)}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function totalOf(count: Occurrences['days'][number] | undefined): number {
  return count === undefined ? 0 : count.due + count.started + count.skipped + count.missed + count.failed;
}

interface DayCellProps extends MonthTableProps {
  cell: Day;
  entries: readonly Occurrence[];
  total: number;
  more: number;
  changes: boolean;
}

function DayCell({ cell, day, today, view, timezone, entries, total, more, changes, onDay }: DayCellProps) {
  const date = timeFormat(noonOf(cell), {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  });
  const runs = plural(total, { one: '# due time', other: '# due times' });
  return (
    <td
      data-today={cell === today || undefined}
      data-other={(view === 'month' && !isInMonth(cell, day)) || undefined}
      data-empty={total === 0 || undefined}
    >
      <button
        type="button"
        className={classes.day}
        data-day-link={cell}
        tabIndex={cell === day ? 0 : -1}
        aria-current={cell === today ? 'date' : undefined}
        onClick={() => onDay(cell)}
      >
        <span className={classes.number} aria-hidden>
          {Number(cell.slice(8))}
        </span>
        <span className={classes.long}>{date}</span>
        {changes && <span className={classes.change}>{t`clocks change`}</span>}
        <span className={unseen.text}>: {runs}</span>
      </button>
      {entries.length > 0 && (
        <ul className={classes.entries}>
          {entries.map((one) => (
            <Entry key={one.schedule_id + one.at + one.outcome} one={one} timezone={timezone} />
          ))}
        </ul>
      )}
      {more > 0 && (
        <button type="button" className={classes.more} onClick={() => onDay(cell)}>
          {plural(more, { one: '# more', other: '# more' })}
          <span className={unseen.text}> {date}</span>
        </button>
      )}
    </td>
  );
}
