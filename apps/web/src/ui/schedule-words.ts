import type { Schedule } from '@argus/contract';

export const KIND_LABELS: Readonly<Record<Schedule['kind'], string>> = {
  cron: 'Cron',
  interval: 'Every …',
  date: 'Once',
  grace: 'Triggered run that waits',
};
export const KINDS = Object.keys(KIND_LABELS) as readonly Schedule['kind'][];

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const SHORT_DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

/** A cron pattern as a sentence without its stop; undefined where it is not easily one. */
export function cronWords(pattern: string): string | undefined {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = pattern.trim().split(/\s+/);
  if (weekday === '' || more.length > 0) return undefined;
  const days = daysText(day, weekday);
  const time = timeText(minute, hour);
  const months = monthText(month);
  if (days === undefined || time === undefined || months === undefined) return undefined;
  const isOften = !/^[\d,]+$/.test(hour);
  if (isOften) return [time, days === 'every day' ? '' : `, ${days}`, months].join('');
  return `${days}${months} at ${time}`;
}

function timeText(minute: string, hour: string): string | undefined {
  const everyMinutes = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === '*') {
    if (minute === '*') return 'every minute';
    if (everyMinutes !== undefined) return stepText(Number(everyMinutes), 60, 'minute');
    const at = numbers(minute, 59);
    if (at === undefined) return undefined;
    return at.join() === '0' ? 'every hour, on the hour' : `every hour at minute ${listed(at.map(String))}`;
  }
  const minutes = numbers(minute, 59);
  if (minutes === undefined) return undefined;
  const everyHours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (everyHours !== undefined) {
    const steps = stepText(Number(everyHours), 24, 'hour');
    return (
      steps && `${steps}${minute === '0' ? ', on the hour' : ` at minute ${listed(minutes.map(String))}`}`
    );
  }
  const times = numbers(hour, 23)?.flatMap((one) => minutes.map((at) => `${two(one)}:${two(at)}`));
  return times && times.length <= TIMES_MAX ? listed(times) : undefined;
}

/** More times than this are no sentence any more. */
const TIMES_MAX = 6;

/** Steps that do not divide the whole begin anew with it: no sentence says that shortly. */
function stepText(step: number, whole: number, unit: string): string | undefined {
  if (step < 1 || whole % step !== 0) return undefined;
  return step === 1 ? `every ${unit}` : `every ${step} ${unit}s`;
}

function daysText(day: string, weekday: string): string | undefined {
  const isAny = (field: string) => field === '*' || field === '?';
  if (isAny(day) && isAny(weekday)) return 'every day';
  if (isAny(weekday)) {
    if (day.toUpperCase() === 'L') return 'on the last day of the month';
    const days = numbers(day, 31);
    return days && `on the ${listed(days.map(ordinal))} of the month`;
  }
  // with both, cron takes a day that is either: that is seldom what people think
  if (!isAny(day)) return undefined;
  const nth = /^(\w+)#([1-5])$/.exec(weekday);
  if (nth) {
    const name = dayName(nth[1] ?? '');
    return name && `on the ${ORDINALS[Number(nth[2]) - 1]} ${name} of the month`;
  }
  const range = /^(\w+)-(\w+)$/.exec(weekday);
  if (range) {
    const [from, to] = [dayName(range[1] ?? ''), dayName(range[2] ?? '')];
    return from && to && `${from} to ${to}`;
  }
  const names = weekday.split(',').map(dayName);
  return names.every((name) => name !== undefined) ? `every ${listed(names)}` : undefined;
}

function dayName(text: string): string | undefined {
  if (/^[0-7]$/.test(text)) return WEEKDAYS[Number(text)];
  const index = SHORT_DAYS.indexOf(text.toUpperCase());
  return index < 0 ? undefined : WEEKDAYS[index];
}

function monthText(month: string): string | undefined {
  if (month === '*') return '';
  const names = month
    .split(',')
    .map((one) =>
      /^\d+$/.test(one)
        ? MONTHS[Number(one) - 1]
        : MONTHS.find((name) => name.slice(0, 3).toUpperCase() === one.toUpperCase()),
    );
  return names.every((name) => name !== undefined) ? ` in ${listed(names)}` : undefined;
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
  const isTeen = day > 10 && day < 14;
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${ending}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

type Timing = Pick<Schedule, 'kind' | 'repeatEvery'>;

/** When a schedule runs, as few words as possible say it. */
export function whenWords({ kind, repeatEvery }: Timing): string {
  switch (kind) {
    case 'date':
      return 'Once';
    case 'grace':
      return 'Triggered run';
    case 'interval':
      return `Every ${(repeatEvery ?? '').replace(/^every\s+/i, '')}`;
    case 'cron':
      return capital(cronWords(repeatEvery ?? '') ?? repeatEvery ?? '');
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
