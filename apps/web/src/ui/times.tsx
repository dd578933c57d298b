import { t } from '@lingui/core/macro';
import { useSyncExternalStore } from 'react';
import { formatAge, formatDuration } from './format.ts';
import { dateTimeText, timeFormat, timeText } from './locale.ts';

const TICK_MS = 1_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for everything on the page that shows how long ago something was. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

const never = () => () => {};

/** The time, every second while it is wanted. */
export function useNow(ticking: boolean): number {
  return useSyncExternalStore(ticking ? subscribe : never, () => now);
}

/** A point in time: how long ago, with the exact time in the reader's zone as its title. */
export function Ago({ at }: { at: string | null }) {
  const current = useNow(at !== null);
  if (at === null) return <>{t`never`}</>;
  return (
    <time dateTime={at} title={dateTimeText(at)}>
      {formatAge(current - Date.parse(at))}
    </time>
  );
}

/** How long something took, ticking while it has no end. */
export function Duration({ from, to }: { from: string; to: string | null }) {
  const current = useNow(to === null);
  const end = to === null ? current : Date.parse(to);
  // the clocks of the server and of this machine need not agree
  return <>{formatDuration(Math.max(0, end - Date.parse(from)), to === null)}</>;
}

/** How long until a point in time, ticking: `in 40 s`; `any moment` once it is there. */
export function Countdown({ to }: { to: string }) {
  const left = Date.parse(to) - useNow(true);
  const time = formatDuration(left, true);
  return (
    <time dateTime={to} title={dateTimeText(to)}>
      {left < 1_000 ? t`any moment` : t`in ${time}`}
    </time>
  );
}

/** A point in time on the clocks of a zone, with the reader's own as its title. */
export function ZonedTime({ at, timezone }: { at: string; timezone: string }) {
  const date = new Date(at);
  const own = dateTimeText(date);
  return (
    <time dateTime={at} title={t`${own} on your clock`}>
      {timeFormat(date, { timeZone: timezone, ...IN_ZONE })}
    </time>
  );
}

const IN_ZONE = {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
} as const;

/** A point in time, exact to the second, in the reader's zone. */
export function Clock({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={dateTimeText(date)}>
      {timeText(date)}
    </time>
  );
}
