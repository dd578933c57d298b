const DAY_MS = 86_400_000;

export const VIEWS = ['month', 'week', 'day'] as const;
export type View = (typeof VIEWS)[number];

/** A day of the calendar, `2026-11-28`: a name for it, in no zone. */
export type Day = string;

const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export const isDay = (text: unknown): text is Day =>
  typeof text === 'string' &&
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(utc(text)) &&
  dayOf(utc(text)) === text;

export const plusDays = (day: Day, days: number): Day => dayOf(utc(day) + days * DAY_MS);

/** The day that it is in a zone. */
export function dayIn(timezone: string, at: Date): Day {
  // this language writes days as they are named here
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone }).format(at);
}

/** 0 on Mondays, 6 on Sundays. */
const weekdayOf = (day: Day): number => (new Date(utc(day)).getUTCDay() + 6) % 7;
const monthOf = (day: Day): string => day.slice(0, 7);

/** The days that a view shows: whole weeks, or the day alone. */
export function daysShown(view: View, day: Day): Day[] {
  if (view === 'day') return [day];
  const monday = (one: Day) => plusDays(one, -weekdayOf(one));
  if (view === 'week') return Array.from({ length: 7 }, (_, index) => plusDays(monday(day), index));
  const first = monday(`${monthOf(day)}-01`);
  const days: Day[] = [];
  for (
    let at = first;
    days.length < 7 || monthOf(at) === monthOf(day) || weekdayOf(at) !== 0;
    at = plusDays(at, 1)
  )
    days.push(at);
  return days;
}

export const isInMonth = (day: Day, shown: Day): boolean => monthOf(day) === monthOf(shown);

/** The day that the view before (-1) or after (1) is about. */
export function moved(view: View, day: Day, by: 1 | -1): Day {
  if (view === 'day') return plusDays(day, by);
  if (view === 'week') return plusDays(day, 7 * by);
  const [year = 0, month = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + by + 1, 0)).getUTCDate();
  return dayOf(Date.UTC(year, month - 1 + by, Math.min(last, Number(day.slice(8)))));
}

/** A day as a moment that any zone shows on it. */
export const noonOf = (day: Day): Date => new Date(utc(day) + DAY_MS / 2);
