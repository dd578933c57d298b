import type { Schedule } from '@argus/contract';
import { plural, selectOrdinal, t } from '@lingui/core/macro';

export const KIND_LABELS: Readonly<Record<Schedule['kind'], string>> = {
  cron: t`Cron`,
  interval: t`Every …`,
  date: t`Once`,
  grace: t`Triggered run that waits`,
};
export const KINDS = Object.keys(KIND_LABELS) as readonly Schedule['kind'][];

const WEEKDAYS = [
  t`Sunday`,
  t`Monday`,
  t`Tuesday`,
  t`Wednesday`,
  t`Thursday`,
  t`Friday`,
  t`Saturday`,
  t`Sunday`,
];
const SHORT_DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const SHORT_MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MONTHS = [
  t`January`,
  t`February`,
  t`March`,
  t`April`,
  t`May`,
  t`June`,
  t`July`,
  t`August`,
  t`September`,
  t`October`,
  t`November`,
  t`December`,
];

/** A cron pattern as a sentence without its stop; undefined where it is not easily one. */
export function cronWords(pattern: string): string | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = pattern.trim().split(/\s+/);
  if (weekday === '' || more.length > 0) return undefined;
  const months = monthNames(month);
  const isEachDay = isAny(day) && isAny(weekday);
  const days = isEachDay ? '' : daysText(day, weekday);
  if (days === undefined || months === undefined) return undefined;
  // many times a day, or some that can be named
  if (!/^[\d,]+$/.test(hour)) {
    const often = oftenText(minute, hour);
    return often && withDays(often, days, months);
  }
  const times = timesText(minute, hour);
  if (times === undefined) return undefined;
  if (isEachDay) return months === '' ? t`every day at ${times}` : t`every day in ${months} at ${times}`;
  return months === '' ? t`${days} at ${times}` : t`${days} in ${months} at ${times}`;
}

function withDays(often: string, days: string, months: string): string {
  if (days === '') return months === '' ? often : t`${often} in ${months}`;
  return months === '' ? t`${often}, ${days}` : t`${often}, ${days} in ${months}`;
}

const isAny = (field: string) => field === '*' || field === '?';

function oftenText(minute: string, hour: string): string | undefined {
  const everyMinutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === '*' && minute === '*') return t`every minute`;
  if (hour === '*' && everyMinutes !== undefined) {
    const step = evenStep(Number(everyMinutes), 60);
    return step === undefined ? undefined : plural(step, { one: 'every minute', other: 'every # minutes' });
  }
  const minutes = numbers(minute, 59);
  if (minutes === undefined) return undefined;
  const onTheHour = minutes.join() === '0';
  const at = listed(minutes.map(String));
  if (hour === '*') return onTheHour ? t`every hour, on the hour` : t`every hour at minute ${at}`;
  const everyHours = /^\*\/(\d+)$/.exec(hour)?.[1];
  const step = everyHours === undefined ? undefined : evenStep(Number(everyHours), 24);
  if (step === undefined) return undefined;
  return onTheHour
    ? plural(step, { one: 'every hour, on the hour', other: 'every # hours, on the hour' })
    : plural(step, { one: `every hour at minute ${at}`, other: `every # hours at minute ${at}` });
}

/** Steps that do not divide the whole begin anew with it: no sentence says that shortly. */
function evenStep(step: number, whole: number): number | undefined {
  return step < 1 || whole % step !== 0 ? undefined : step;
}

/** More times than this are no sentence any more. */
const TIMES_MAX = 6;

function timesText(minute: string, hour: string): string | undefined {
  const minutes = numbers(minute, 59);
  const times = minutes && numbers(hour, 23)?.flatMap((one) => minutes.map((at) => `${two(one)}:${two(at)}`));
  return times && times.length <= TIMES_MAX ? listed(times) : undefined;
}

function daysText(day: string, weekday: string): string | undefined {
  if (isAny(weekday)) {
    if (day.toUpperCase() === 'L') return t`on the last day of the month`;
    const days = numbers(day, 31);
    if (days === undefined) return undefined;
    const list = listed(days.map(ordinal));
    return plural(days.length, { one: `on the ${list} of the month`, other: `on the ${list} of the month` });
  }
  // with both, cron takes a day that is either: that is seldom what people think
  if (!isAny(day)) return undefined;
  const nth = /^(\w+)#([1-5])$/.exec(weekday);
  if (nth) {
    const name = dayName(nth[1] ?? '');
    return name && nthText(Number(nth[2]), name);
  }
  const range = /^(\w+)-(\w+)$/.exec(weekday);
  if (range) {
    const [from, to] = [dayName(range[1] ?? ''), dayName(range[2] ?? '')];
    return from && to && t`${from} to ${to}`;
  }
  const names = weekday.split(',').map(dayName);
  if (!names.every((name) => name !== undefined)) return undefined;
  const list = listed(names);
  return t`every ${list}`;
}

function nthText(nth: number, weekday: string): string | undefined {
  switch (nth) {
    case 1:
      return t`on the first ${weekday} of the month`;
    case 2:
      return t`on the second ${weekday} of the month`;
    case 3:
      return t`on the third ${weekday} of the month`;
    case 4:
      return t`on the fourth ${weekday} of the month`;
    default:
      return t`on the fifth ${weekday} of the month`;
  }
}

function dayName(text: string): string | undefined {
  if (/^[0-7]$/.test(text)) return WEEKDAYS[Number(text)];
  const index = SHORT_DAYS.indexOf(text.toUpperCase());
  return index < 0 ? undefined : WEEKDAYS[index];
}

/** The months of a pattern; nothing where it names none. */
function monthNames(month: string): string | undefined {
  if (month === '*') return '';
  const names = month
    .split(',')
    .map((one) => MONTHS[/^\d+$/.test(one) ? Number(one) - 1 : SHORT_MONTHS.indexOf(one.toUpperCase())]);
  return names.every((name) => name !== undefined) ? listed(names) : undefined;
}

function numbers(field: string, max: number): number[] | undefined {
  if (!/^\d{1,2}(,\d{1,2})*$/.test(field)) return undefined;
  const all = field.split(',').map(Number);
  return all.every((one) => one <= max) ? all : undefined;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function ordinal(day: number): string {
  return selectOrdinal(day, { one: '#st', two: '#nd', few: '#rd', other: '#th' });
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  if (words.length < 2) return last;
  const first = words.slice(0, -1).join(', ');
  return t`${first} and ${last}`;
}

type Timing = Pick<Schedule, 'kind' | 'repeatEvery'>;

/** When a schedule runs, as few words as possible say it. */
export function whenWords({ kind, repeatEvery }: Timing): string {
  switch (kind) {
    case 'date':
      return t`Once`;
    case 'grace':
      return t`Triggered run`;
    case 'interval':
      return intervalWords(repeatEvery ?? '');
    case 'cron':
      return capital(cronWords(repeatEvery ?? '') ?? repeatEvery ?? '');
  }
}

function intervalWords(text: string): string {
  const [, number = '1', unit = ''] = /^(?:every\s+)?(\d+)?\s*(\w+?)s?$/i.exec(text.trim()) ?? [];
  const count = Number(number);
  switch (unit.toLowerCase()) {
    case 'second':
      return plural(count, { one: 'Every second', other: 'Every # seconds' });
    case 'minute':
      return plural(count, { one: 'Every minute', other: 'Every # minutes' });
    case 'hour':
      return plural(count, { one: 'Every hour', other: 'Every # hours' });
    case 'day':
      return plural(count, { one: 'Every day', other: 'Every # days' });
    case 'week':
      return plural(count, { one: 'Every week', other: 'Every # weeks' });
    default:
      return text;
  }
}

/** What a schedule is called: its name, else when it runs. */
export function scheduleTitle(schedule: Timing & Pick<Schedule, 'name'>): string {
  return schedule.name.trim() || whenWords(schedule);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What the clocks do where nobody chose, as the server has it: an hour that is named is meant once a day. */
export function usualHours(pattern: string): Pick<Schedule, 'missing_hour' | 'repeated_hour'> {
  const isEachHour = pattern.trim().split(/\s+/)[1]?.startsWith('*') ?? false;
  return isEachHour
    ? { missing_hour: 'skip', repeated_hour: 'both' }
    : { missing_hour: 'shift', repeated_hour: 'first' };
}
