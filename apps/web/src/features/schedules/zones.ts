/** Where the reader is, as the browser tells. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Names of today that browsers still list by an earlier one. */
const RENAMED = [
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Indiana/Indianapolis',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
  'Pacific/Chuuk',
  'Pacific/Kanton',
  'Pacific/Pohnpei',
] as const;

/** All zones that the browser knows, and those that are used even if it does not. */
export function zoneChoices(...used: readonly string[]): string[] {
  const known = [...Intl.supportedValuesOf('timeZone'), ...RENAMED.filter(isZone)];
  return [...new Set(['UTC', ...used, ...known.toSorted()])];
}

export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const offsets = new Map<string, string>();

/** What a zone's clocks are ahead of UTC now: `UTC+05:30`. */
export function offsetText(zone: string): string {
  const known = offsets.get(zone);
  if (known !== undefined) return known;
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts();
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const text = name === 'GMT' ? 'UTC+00:00' : name.replace('GMT', 'UTC');
  offsets.set(zone, text);
  return text;
}

/** Whether a zone is meant by some words or its offset: `new york`, `york`, `america/new_york`, `+5:30`. */
export function isZoneMeant(zone: string, search: string): boolean {
  const [, sign, hours = '', minutes] = /^(?:utc|gmt)?\s*([+-])(\d{1,2})(?::?(\d\d))?$/i.exec(search) ?? [];
  if (sign !== undefined)
    return offsetText(zone).startsWith(`UTC${sign}${hours.padStart(2, '0')}:${minutes ?? ''}`);
  const plain = (text: string) => text.toLowerCase().replaceAll('_', ' ');
  return plain(search)
    .split(/\s+/)
    .every((word) => plain(zone).includes(word));
}

/** A moment as the clocks of a zone show it, in the form of a date input: `2027-03-14T02:30`. */
export function wallTime(at: Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const minute = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
  return part('second') === '00' ? minute : `${minute}:${part('second')}`;
}

const HOUR_MS = 3_600_000;

/** The next full hour on the clocks of a zone. */
export function nextHour(now: Date, timezone: string): string {
  return `${wallTime(new Date(now.getTime() + HOUR_MS), timezone).slice(0, 13)}:00`;
}
