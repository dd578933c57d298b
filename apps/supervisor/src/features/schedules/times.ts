import { Cron } from 'croner';
import { invalid, type SchedulePreview } from '@argus/contract';

type MissingHour = SchedulePreview['missing_hour'];
type RepeatedHour = SchedulePreview['repeated_hour'];
type Mark = SchedulePreview['runs'][number]['mark'];

/** When a schedule is due. Times are milliseconds since 1970, in UTC. */
export type Times =
  | { kind: 'date'; at: number }
  | { kind: 'interval'; everyMs: number; anchor: number }
  | {
      kind: 'cron';
      pattern: string;
      timezone: string;
      missing: MissingHour;
      repeated: RepeatedHour;
      /** The first run, whatever the pattern says. */
      first: number | null;
    };

export interface Due {
  at: number;
  mark: Mark;
}

const UNIT_MS: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};
/** What runs more often than this is a job for a script that goes on. */
const INTERVAL_MIN_MS = 5000;
const INTERVAL_MAX_MS = 10 * 366 * 86_400_000;
/** No clock is put back or forward by more. */
const CHANGE_MAX_MS = 3 * 3_600_000;

/** `15 minutes`, `1 hour` in milliseconds; undefined where it is no interval. Throws where it is too short or too long. */
export function parseInterval(text: string): number | undefined {
  const [, count, unit] =
    /^(?:every\s+)?(\d{1,9})?\s*(second|minute|hour|day|week)s?$/i.exec(text.trim()) ?? [];
  if (unit === undefined) return undefined;
  const ms = Number(count ?? 1) * (UNIT_MS[unit.toLowerCase()] as number);
  if (ms < INTERVAL_MIN_MS) throw invalid('repeatEvery', 'is less than 5 seconds');
  if (ms > INTERVAL_MAX_MS) throw invalid('repeatEvery', 'is more than ten years');
  return ms;
}

const NICKNAMES: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** A pattern in its five fields. Throws `invalid_input` that says what is wrong with it. */
export function parseCron(text: string): string {
  const pattern = NICKNAMES[text.trim().toLowerCase()] ?? text.trim().replaceAll(/\s+/g, ' ');
  const { length } = pattern.split(' ');
  if (length !== 5)
    throw invalid(
      'repeatEvery',
      length === 6 || length === 7
        ? 'has a field for seconds: cron has five fields here (minute hour day month weekday)'
        : 'is neither a cron pattern of five fields (minute hour day month weekday) nor an interval such as "15 minutes"',
    );
  let cron: Cron;
  try {
    cron = calculator(pattern);
  } catch (error) {
    throw invalid('repeatEvery', (error as Error).message.replace(/^CronPattern: /, ''));
  }
  if (cron.nextRun(new Date(0)) === null)
    throw invalid('repeatEvery', 'never comes: there is no such day in any year');
  return pattern;
}

/** Throws `invalid_input` where there is no such zone. It keeps the name that it was given: Asia/Kolkata is no Asia/Calcutta. */
export function parseTimezone(text: string): string {
  const name = text.trim();
  try {
    // offsets such as +02:00 are zones to Intl, but know no daylight saving: they are what was asked for
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
  } catch {
    throw invalid('timezone', `"${text}" is no time zone: write it like Europe/Berlin or UTC`);
  }
  return name.toUpperCase() === 'UTC' ? 'UTC' : name;
}

/** A moment as people write it: with an offset, or on the clocks of the zone; or milliseconds since 1970. */
export function parseMoment(given: string | number, timezone: string, field: string): number {
  const ms = typeof given === 'number' ? given : readMoment(given.trim(), timezone);
  if (ms === undefined || !Number.isFinite(ms) || Math.abs(ms) > 8.64e15)
    throw invalid(field, 'is no date: write it like 2026-12-24T18:00:00');
  return Math.trunc(ms);
}

function readMoment(text: string, timezone: string): number | undefined {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    // no offset: a time on the clock
  }
  const onClock = (wall: string) =>
    Temporal.PlainDateTime.from(wall).toZonedDateTime(timezone).epochMilliseconds;
  try {
    return onClock(text);
  } catch {
    // another spelling that existing clients send, such as "Jan 1 2030"; nothing without a year
    const ms = /\d{4}/.test(text) && /[\s/,]/.test(text) ? Date.parse(`${text} UTC`) : Number.NaN;
    return Number.isNaN(ms) ? undefined : onClock(new Date(ms).toISOString().slice(0, -1));
  }
}

/** What a pattern gets where nobody chose: an hour that is named is meant once a day; each hour is each hour. */
export function usualPolicies(pattern: string): { missing: MissingHour; repeated: RepeatedHour } {
  const isEachHour = pattern.split(' ')[1]?.startsWith('*') ?? false;
  return isEachHour ? { missing: 'skip', repeated: 'both' } : { missing: 'shift', repeated: 'first' };
}

/** The first due time after `after`; undefined where there is none. */
export function nextAfter(times: Times, after: number): Due | undefined {
  switch (times.kind) {
    case 'date':
      return times.at > after ? { at: times.at, mark: null } : undefined;
    case 'interval': {
      const { anchor, everyMs } = times;
      const turns = Math.max(0, Math.floor((after - anchor) / everyMs) + 1);
      return { at: anchor + turns * everyMs, mark: null };
    }
    case 'cron':
      if (times.first !== null && after < times.first) return { at: times.first, mark: null };
      return nextOfCron(times, after);
  }
}

const calculators = new Map<string, Cron>();

/** The calculator runs on clocks that never change: its "UTC" is the time on the wall. */
export function calculator(pattern: string): Cron {
  const known = calculators.get(pattern);
  if (known !== undefined) return known;
  const made = new Cron(pattern, { utcOffset: 0, mode: '5-part', paused: true });
  // patterns come from people: what is kept stays small
  if (calculators.size >= 1000) calculators.clear();
  calculators.set(pattern, made);
  return made;
}

export type Cronlike = Extract<Times, { kind: 'cron' }>;

/**
 * Walks the times on the wall in their order, and takes of the moments that they stand for the first one after `after`.
 * Later walls stand for later moments, but for those that a change of clocks repeats or moves: it goes on until no
 * later wall can come before what it has.
 */
function nextOfCron(times: Cronlike, after: number): Due | undefined {
  const { pattern, timezone } = times;
  const cron = calculator(pattern);
  const steady = steadyTime(timezone, after);
  if (steady !== undefined) {
    const next = cron.nextRun(new Date(after + steady.offset));
    if (next === null) return undefined;
    const at = next.getTime() - steady.offset;
    if (at < steady.to) return { at, mark: null };
  }
  let wall = startWall(timezone, after);
  let best: Due | undefined;
  for (;;) {
    const next = cron.nextRun(new Date(wall));
    if (next === null) return best;
    wall = next.getTime();
    const { moments, earliest } = momentsOf(times, wall);
    if (best !== undefined && earliest >= best.at) return best;
    for (const moment of moments)
      if (moment.at > after && (best === undefined || moment.at < best.at)) best = moment;
  }
}

/** A time without a change of clocks in or near it. */
interface Steady {
  from: number;
  to: number;
  offset: number;
}

/** By zone, the last one asked for: all of Temporal costs ten times what the pattern does. */
const steadyTimes = new Map<string, Steady>();

function steadyTime(timezone: string, at: number): Steady | undefined {
  let steady = steadyTimes.get(timezone);
  if (steady === undefined || at < steady.from || at >= steady.to) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timezone);
    const before = zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
    const next = zoned.getTimeZoneTransition('next');
    steady = {
      from: before === null ? -Infinity : before.epochMilliseconds + CHANGE_MAX_MS,
      to: next === null ? Infinity : next.epochMilliseconds - CHANGE_MAX_MS,
      offset: zoned.offsetNanoseconds / 1e6,
    };
    steadyTimes.set(timezone, steady);
  }
  return at >= steady.from && at < steady.to ? steady : undefined;
}

/** The time on the wall to look from: the one of `after`, or well before where the clocks changed shortly before or after. */
function startWall(timezone: string, after: number): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(after)).toZonedDateTimeISO(timezone);
  const wall = Math.floor(after) + zoned.offsetNanoseconds / 1e6;
  const isNear = (other: Temporal.ZonedDateTime | null) =>
    other !== null && Math.abs(other.epochMilliseconds - after) <= CHANGE_MAX_MS;
  // one at this very moment is neither before nor after it
  const changes =
    isNear(zoned.add({ milliseconds: 1 }).getTimeZoneTransition('previous')) ||
    isNear(zoned.getTimeZoneTransition('next'));
  return changes ? wall - CHANGE_MAX_MS : wall;
}

/**
 * The moments that a time on the wall stands for, by RFC 5545 3.3.5: one in the missing hour is read with the offset
 * from before it, so it comes as much later as the clocks jump. `earliest`: none of a later wall comes before it.
 */
function momentsOf(
  { timezone, missing, repeated }: Pick<Cronlike, 'timezone' | 'missing' | 'repeated'>,
  wall: number,
): { moments: Due[]; earliest: number; isLeftOut: boolean } {
  const plain = plainOf(wall);
  const early = plain.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const late = plain.toZonedDateTime(timezone, { disambiguation: 'later' });
  const first = early.epochMilliseconds;
  const last = late.epochMilliseconds;
  if (first === last) return { moments: [{ at: first, mark: null }], earliest: first, isLeftOut: false };
  // in the missing hour neither reads the same on the wall
  if (!late.toPlainDateTime().equals(plain))
    return {
      moments: missing === 'shift' ? [{ at: last, mark: 'shifted' }] : [],
      earliest: first,
      isLeftOut: missing === 'skip',
    };
  const both: Due[] = [
    { at: first, mark: 'first_of_two' },
    { at: last, mark: 'last_of_two' },
  ];
  const moments = repeated === 'both' ? both : repeated === 'first' ? both.slice(0, 1) : both.slice(1);
  return { moments, earliest: first, isLeftOut: false };
}

function plainOf(wall: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
}

/** The next due times, at most `count`, as people read them. */
export function preview(
  times: Times,
  timezone: string,
  { after, count }: { after: number; count: number },
): Pick<SchedulePreview, 'runs' | 'left_out'> {
  const runs: SchedulePreview['runs'] = [];
  let last = after;
  let offset: number | undefined;
  while (runs.length < count) {
    const due = nextAfter(times, last);
    if (due === undefined) break;
    const zoned = Temporal.Instant.fromEpochMilliseconds(due.at).toZonedDateTimeISO(timezone);
    const isChanged = offset !== undefined && offset !== zoned.offsetNanoseconds;
    offset = zoned.offsetNanoseconds;
    runs.push({
      at: new Date(due.at).toISOString(),
      local: `${onClock(zoned.toPlainDateTime())} ${zoned.offset}`,
      mark: due.mark ?? (isChanged ? 'clock_changed' : null),
    });
    last = due.at;
  }
  return { runs, left_out: times.kind === 'cron' ? leftOut(times, after, last) : [] };
}

/** The times on the wall between two moments that the change of clocks leaves out. */
function leftOut(times: Cronlike, from: number, to: number): string[] {
  const left: string[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(times.timezone);
  for (;;) {
    const change = at.getTimeZoneTransition('next');
    if (change === null || change.epochMilliseconds > to) return left;
    const end = change.epochMilliseconds + change.offsetNanoseconds / 1e6;
    const before = change.subtract({ nanoseconds: 1 });
    let wall = change.epochMilliseconds + before.offsetNanoseconds / 1e6 - 1;
    while (wall < end && left.length < 100) {
      const next = calculator(times.pattern).nextRun(new Date(wall));
      if (next === null || next.getTime() >= end) break;
      wall = next.getTime();
      if (momentsOf(times, wall).isLeftOut) left.push(onClock(plainOf(wall)));
    }
    at = change;
  }
}

function onClock(plain: Temporal.PlainDateTime): string {
  const text = plain.toString({ smallestUnit: plain.second === 0 ? 'minute' : 'second' });
  return text.replace('T', ' ');
}
