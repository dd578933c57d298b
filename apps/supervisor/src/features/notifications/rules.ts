import type { NotificationRule, Quiet } from '@argus/contract';

/** How an end counts for who waits for changes; null for what is neither, such as a canceled job. */
export type Verdict = 'good' | 'bad' | null;

/** By the state of the job or run, or by the event's name where that is not known (any more). */
export function verdictOf(state: string | null, event: string): Verdict {
  const word = state ?? event;
  if (word === 'success') return 'good';
  return word === 'failure' || word === 'timeout' || word === 'error' ? 'bad' : null;
}

export type Wish = Pick<NotificationRule, 'events' | 'only_first_failure' | 'recovered'>;

export interface End {
  event: string;
  verdict: Verdict;
  /** How the end before it went, of those that were good or bad; null where there is none (any more). */
  before: Verdict;
}

/** Whether a rule tells of an end, and whether as a recovery. */
export function tells(
  { events, only_first_failure, recovered }: Wish,
  { event, verdict, before }: End,
): { tells: boolean; isRecovery: boolean } {
  const isRecovery = recovered && verdict === 'good' && before === 'bad';
  if (isRecovery) return { tells: true, isRecovery };
  const isRepeat = only_first_failure && verdict === 'bad' && before === 'bad';
  return { tells: events.includes(event) && !isRepeat, isRecovery };
}

/** How a try went. */
export type Outcome =
  | { kind: 'sent'; answer: string }
  /** Not worth another try. */
  | { kind: 'failed'; reason: string }
  /** Who was to get it is there no more: nothing that anybody could put right. */
  | { kind: 'gone'; reason: string }
  | { kind: 'not_yet'; reason: string; retryAfterMs?: number | undefined };

/** What an HTTP answer means: 2xx is taken; of the rest what may be otherwise later is worth another try. */
export function outcomeOfStatus(status: number, text: string, retryAfterMs: number | undefined): Outcome {
  const said = oneLine(text).slice(0, 200);
  const reason = `it answered with status ${status}${said === '' ? '' : `: ${said}`}`;
  if (status >= 200 && status < 300) return { kind: 'sent', answer: reason };
  if (status >= 300 && status < 400)
    return { kind: 'failed', reason: `it redirects (status ${status}): give the address that it leads to` };
  const passes = status === 408 || status === 425 || status === 429 || status >= 500;
  return passes ? { kind: 'not_yet', reason, retryAfterMs } : { kind: 'failed', reason };
}

/** Milliseconds that `Retry-After` (seconds or a date) asks for; undefined where it says nothing. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const FIRST_DELAY_MS = 10_000;
const DELAY_MAX_MS = 3_600_000;
/** After the first try; what was not taken for a day is not taken. */
export const GIVE_UP_MS = 24 * 3_600_000;
/** Part of a delay that is added by chance, so that what failed together does not come back together. */
const JITTER = 0.2;

export interface Tries {
  /** This one included. */
  attempts: number;
  firstAt: number;
  now: number;
  /** From 0 to 1, by chance. */
  random: number;
}

export type Next =
  | { state: 'sent' | 'failed' | 'suppressed'; reason: string }
  | { state: 'waiting'; reason: string; dueAt: number };

/** What becomes of a delivery after a try. */
export function afterTry(outcome: Outcome, { attempts, firstAt, now, random }: Tries): Next {
  if (outcome.kind === 'sent') return { state: 'sent', reason: outcome.answer };
  if (outcome.kind === 'failed') return { state: 'failed', reason: outcome.reason };
  if (outcome.kind === 'gone') return { state: 'suppressed', reason: outcome.reason };
  const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 20), DELAY_MAX_MS);
  const dueAt = now + Math.max(delay * (1 + JITTER * random), outcome.retryAfterMs ?? 0);
  if (dueAt - firstAt > GIVE_UP_MS)
    return { state: 'failed', reason: `given up after ${attempts} tries: ${outcome.reason}` };
  return { state: 'waiting', reason: outcome.reason, dueAt };
}

/** When the quiet hours end that a moment lies in; undefined where it lies in none. Milliseconds since 1970. */
export function quietUntil(quiet: Quiet | null, timezone: string, now: number): number | undefined {
  if (quiet === null) return undefined;
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  // those that began yesterday may go on past midnight
  for (const day of [today.subtract({ days: 1 }), today]) {
    if (!quiet.days.includes(day.dayOfWeek)) continue;
    const lastDay = quiet.to > quiet.from ? day : day.add({ days: 1 });
    // a time that the clocks leave out is as much later as they jump; of one that comes twice the first counts as begin
    const begin = momentOf(day, quiet.from, timezone, 'compatible');
    const end = momentOf(lastDay, quiet.to, timezone, 'later');
    if (begin <= now && now < end) return end;
  }
  return undefined;
}

function momentOf(
  day: Temporal.PlainDate,
  clock: string,
  timeZone: string,
  disambiguation: 'compatible' | 'later',
): number {
  return day.toPlainDateTime(clock).toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds;
}

/** Text on one line, as in a subject: whatever could begin another header is a space. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

/** What is shown of an address that is a secret: its host, and the end of it. */
export function hintOf(url: string): string {
  const { host, pathname, search } = new URL(url);
  const rest = `${pathname}${search}`;
  // of a short one the end would be all of it
  return rest.length > 12 ? `${host} …${rest.slice(-4)}` : host;
}
