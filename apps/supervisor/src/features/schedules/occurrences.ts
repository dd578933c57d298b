import { invalid, type Occurrence, type Occurrences } from '@argus/contract';
import type { OccurrenceFilter, OutcomeQueries, PassedRow, PlanRow } from './outcome-queries.ts';
import { collisionsOf, dayAt, planOf, type Days } from './plan.ts';
import { timesOf } from './save.ts';
import { spanOf } from './span.ts';
import { parseMoment } from './times.ts';

const DAY_MS = 86_400_000;
const DAYS_MAX = 62;
const PER_DAY = 100;

export interface OccurrenceRequest {
  from: string | undefined;
  to: string | undefined;
  timezone: string;
  filter: OccurrenceFilter;
  perDay: number | undefined;
  /** Whether a task or workflow may be known of. */
  isVisible(row: { task_id: string | null; workflow_id: string | null; of_acls: string[] }): boolean;
}

/** What all schedules do in a span of time. Throws `invalid_input` where the span is none, or too long. */
export async function occurrencesIn(
  queries: OutcomeQueries,
  { filter, timezone, perDay = PER_DAY, isVisible, ...asked }: OccurrenceRequest,
): Promise<Occurrences> {
  const from = asked.from === undefined ? startOfToday(timezone) : parseMoment(asked.from, timezone, 'from');
  const to = asked.to === undefined ? from + 7 * DAY_MS : parseMoment(asked.to, timezone, 'to');
  if (to <= from) throw invalid('to', 'is not after from');
  if (to - from > DAYS_MAX * DAY_MS + DAY_MS / 12)
    throw invalid('to', `is more than ${DAYS_MAX} days after from`);
  const now = Date.now();
  const days = daysOf(from, to, timezone);
  const [planRows, passedRows, hosts] = await Promise.all([
    to > now ? queries.plan(filter) : [],
    from < now ? queries.passed(filter, { from: new Date(from), to: new Date(to), timezone }) : [],
    to > now ? queries.slots(filter.customerId) : [],
  ]);
  const visible = planRows.filter(isVisible);
  const rows = visible
    .filter(({ is_paused }) => !is_paused)
    .map((row) => ({ row, id: row.schedule_id, host_id: row.host_id, times: timesOf(row) }));
  const begin = Math.max(from, now + 1);
  const span = spanOf(begin, Math.max(begin, to));
  const window = { from: begin, to, days };
  const plan = planOf(rows, span, window);
  const slots = new Map(hosts.map((host) => [host.id, host]));
  const collisions = collisionsOf(rows, span, {
    ...window,
    slots: new Map(hosts.map((host) => [host.id, host.slots])),
  });
  const passed = passedRows.filter(isVisible);

  const counts = days.slice(1).map(() => ({ started: 0, skipped: 0, missed: 0, failed: 0 }));
  const entries: Entry[] = plan.entries.map(({ row: { row }, group }) => ({
    day: group.day,
    at: group.at,
    make: () => dueOccurrence(row, group),
  }));
  for (const row of passed) {
    const day = dayAt(days, row.first_due.getTime());
    const count = counts[day];
    if (count !== undefined) count[row.outcome] += row.times;
    for (const made of passedOccurrences(row))
      entries.push({ day, at: Date.parse(made.at), make: () => made });
  }
  const { listed, leftOff } = firstOfDays(entries, days.length - 1, perDay);
  const states = await queries.states(
    listed.flatMap(({ job_id, run_id }) => [job_id, run_id]).filter((id) => id !== null),
  );
  const date = dateText(timezone);
  return {
    from: iso(from),
    to: iso(to),
    now: iso(now),
    timezone,
    days: counts.map((count, day) => ({
      date: date(days[day] as number),
      due: plan.counts[day] ?? 0,
      ...count,
      left_off: leftOff[day] ?? 0,
    })),
    occurrences: listed.map((one) => ({ ...one, state: states.get(one.job_id ?? one.run_id ?? '') ?? null })),
    clock_changes: clockChanges(rows, { from, to, timezone, date }),
    collisions: {
      are_complete: collisions.isComplete,
      list: collisions.list.map(({ host_id, at, runs, schedules }) => ({
        host_id,
        hostname: slots.get(host_id)?.hostname ?? '',
        slots: slots.get(host_id)?.slots ?? 0,
        at: iso(at),
        runs,
        schedules,
      })),
    },
    paused: visible.length - rows.length,
    are_complete: plan.isComplete && passedRows.length < queries.rowsMax,
  };
}

const startOfToday = (timezone: string) =>
  Temporal.Now.zonedDateTimeISO(timezone).startOfDay().epochMilliseconds;

interface Entry {
  day: number;
  at: number;
  make(): Occurrence;
}

/** The beginnings of the days of a zone, with the end of the last one. */
function daysOf(from: number, to: number, timezone: string): Days {
  const days = [from];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timezone).startOfDay();
  for (;;) {
    at = at.add({ days: 1 }).startOfDay();
    if (at.epochMilliseconds >= to) break;
    days.push(at.epochMilliseconds);
  }
  return [...days, to];
}

function dateText(timezone: string): (at: number) => string {
  return (at) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate().toString();
}

const iso = (at: number) => new Date(at).toISOString();

/** The first of each day in the order of their times, and how many of each day there are beyond them. */
function firstOfDays(entries: readonly Entry[], count: number, perDay: number) {
  const byDay = Map.groupBy(entries, ({ day }) => day);
  const listed: Occurrence[] = [];
  const leftOff: number[] = [];
  for (let day = 0; day < count; day++) {
    const all = (byDay.get(day) ?? []).toSorted((a, b) => a.at - b.at);
    for (const one of all.slice(0, perDay)) listed.push(one.make());
    leftOff.push(Math.max(0, all.length - perDay));
  }
  return { listed, leftOff };
}

function baseOf(row: PlanRow | PassedRow) {
  const { task_id, workflow_id, of_name } = row;
  return {
    schedule_id: row.schedule_id,
    name: row.name,
    kind: row.kind,
    repeatEvery: row.repeat_every,
    timezone: row.timezone,
    type: task_id === null ? ('workflow' as const) : ('task' as const),
    of: { id: task_id ?? workflow_id ?? '', name: of_name },
    host_id: row.host_id,
  };
}

function dueOccurrence(
  row: PlanRow,
  { at, until, times, mark }: { at: number; until: number; times: number; mark: Occurrence['mark'] },
): Occurrence {
  const nothing = { job_id: null, run_id: null, state: null, reason: null };
  return { ...baseOf(row), at: iso(at), until: iso(until), times, outcome: 'due', mark, ...nothing };
}

function passedOccurrences(row: PassedRow): Occurrence[] {
  const parts = row.parts ?? [
    { ...row, first_due: row.first_due.toISOString(), last_due: row.last_due.toISOString() },
  ];
  return parts.map(({ times, first_due, last_due, started_id, reason }) => ({
    ...baseOf(row),
    at: iso(Date.parse(first_due)),
    until: iso(Date.parse(last_due)),
    times,
    outcome: row.outcome,
    mark: null,
    job_id: row.task_id === null ? null : started_id,
    run_id: row.task_id === null ? started_id : null,
    state: null,
    reason,
  }));
}

type PlannedRow = { row: PlanRow; times: ReturnType<typeof timesOf> };

/** Changes of clocks in the zones that matter, each with the due times that it leaves out. */
function clockChanges(
  rows: readonly PlannedRow[],
  { from, to, timezone, date }: { from: number; to: number; timezone: string; date: (at: number) => string },
): Occurrences['clock_changes'] {
  const whole = spanOf(from, to);
  const ofZone = Map.groupBy(
    rows.filter(({ times }) => times.kind === 'cron'),
    ({ row }) => row.timezone,
  );
  const changes: Occurrences['clock_changes'] = [];
  for (const zone of new Set([timezone, ...ofZone.keys()]))
    for (const { at, before, after } of whole.clocks(zone).changes) {
      if (at < from || at >= to) continue;
      let left_out = 0;
      for (const { times } of ofZone.get(zone) ?? [])
        left_out += whole.dues(times, from - 1).leftOut.filter((one) => one === at).length;
      changes.push({
        at: iso(at),
        timezone: zone,
        date: date(at),
        before: offsetText(before),
        after: offsetText(after),
        left_out,
      });
    }
  return changes.toSorted((a, b) => a.at.localeCompare(b.at));
}

function offsetText(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
