import { calculator, type Cronlike, type Due, type Times } from './times.ts';

const DAY_MS = 86_400_000;
/** No clock is put back or forward by more. */
const CHANGE_MAX_MS = 3 * 3_600_000;

/** A change of clocks: what is added to UTC before and after it, milliseconds. */
export interface ClockChange {
  at: number;
  before: number;
  after: number;
}

interface DuesOfSpan {
  /** In their order, each once. */
  dues: readonly Due[];
  /** Moments up to which the time on the wall was left out, one for each. */
  leftOut: readonly number[];
}

/**
 * The due times of many schedules in one span of time. It gives what `nextAfter` gives one by one, but works out days and
 * times of the day once for all patterns that have them: ten thousand schedules cost as much as their different fields.
 */
export function spanOf(from: number, to: number) {
  const dayLists = new Map<string, readonly number[]>();
  const timeLists = new Map<string, readonly number[]>();
  const changesOf = new Map<string, { changes: readonly ClockChange[]; offset: number }>();
  const spans = new Map<string, DuesOfSpan>();
  // days on the wall reach as far as the clocks of any zone
  const firstDay = Math.floor((from - DAY_MS) / DAY_MS) * DAY_MS;

  /** Changes of clocks in or near the span, and the offset before the first of them. */
  function clocks(timezone: string) {
    const known = changesOf.get(timezone);
    if (known !== undefined) return known;
    const changes: ClockChange[] = [];
    const begin = Temporal.Instant.fromEpochMilliseconds(from - 2 * DAY_MS).toZonedDateTimeISO(timezone);
    for (let at = begin; ;) {
      const next = at.getTimeZoneTransition('next');
      if (next === null || next.epochMilliseconds > to + 2 * DAY_MS) break;
      changes.push({
        at: next.epochMilliseconds,
        before: next.subtract({ nanoseconds: 1 }).offsetNanoseconds / 1e6,
        after: next.offsetNanoseconds / 1e6,
      });
      at = next;
    }
    const found = { changes, offset: begin.offsetNanoseconds / 1e6 };
    changesOf.set(timezone, found);
    return found;
  }

  /** Midnights on the wall of the days that a pattern names. */
  function daysOf(fields: string): readonly number[] {
    const known = dayLists.get(fields);
    if (known !== undefined) return known;
    const days: number[] = [];
    const cron = calculator(`0 0 ${fields}`);
    for (let at = firstDay - 1; ;) {
      const next = cron.nextRun(new Date(at));
      if (next === null || next.getTime() > to + DAY_MS) break;
      at = next.getTime();
      days.push(at);
    }
    dayLists.set(fields, days);
    return days;
  }

  /** Times of the day that a pattern names, milliseconds after midnight. */
  function timesOfDay(fields: string): readonly number[] {
    const known = timeLists.get(fields);
    if (known !== undefined) return known;
    const times: number[] = [];
    const cron = calculator(`${fields} * * *`);
    for (let at = -1; ;) {
      const next = cron.nextRun(new Date(at));
      if (next === null || next.getTime() >= DAY_MS) break;
      at = next.getTime();
      times.push(at);
    }
    timeLists.set(fields, times);
    return times;
  }

  function cronSpan({ pattern, timezone, missing, repeated }: Cronlike): DuesOfSpan {
    const key = [pattern, timezone, missing, repeated].join('|');
    const known = spans.get(key);
    if (known !== undefined) return known;
    const [minute = '', hour = '', ...days] = pattern.split(' ');
    const times = timesOfDay(`${minute} ${hour}`);
    const { changes, offset: firstOffset } = clocks(timezone);
    const dues: Due[] = [];
    const leftOut: number[] = [];
    const add = (at: number, mark: Due['mark']) => {
      if (at >= from && at < to) dues.push({ at, mark });
    };
    for (const day of daysOf(days.join(' '))) {
      const near = changes.find(
        ({ at, before, after }) =>
          at + Math.max(before, after) > day - CHANGE_MAX_MS &&
          at + Math.min(before, after) < day + DAY_MS + CHANGE_MAX_MS,
      );
      if (near === undefined) {
        const offset = changes.findLast(({ at }) => at < day)?.after ?? firstOffset;
        for (const time of times) add(day + time - offset, null);
        continue;
      }
      const { at: change, before, after } = near;
      for (const time of times) {
        const wall = day + time;
        const isBefore = wall - before < change;
        const isAfter = wall - after >= change;
        if (isBefore && isAfter) {
          if (repeated !== 'last') add(wall - before, 'first_of_two');
          if (repeated !== 'first') add(wall - after, 'last_of_two');
        } else if (isBefore) add(wall - before, null);
        else if (isAfter) add(wall - after, null);
        else if (missing === 'shift') add(wall - before, 'shifted');
        else if (change >= from && change < to) leftOut.push(change);
      }
    }
    // the stable order keeps the mark of the earlier time on the wall, as one by one
    const ordered = dues.toSorted((a, b) => a.at - b.at);
    const span = { dues: ordered.filter(({ at }, index) => ordered[index - 1]?.at !== at), leftOut };
    spans.set(key, span);
    return span;
  }

  return {
    clocks,
    /** Due times from `after` on, which is excluded. An interval's can be many: `intervalCount` counts them. */
    dues(times: Times, after: number): DuesOfSpan {
      switch (times.kind) {
        case 'date': {
          const isIn = times.at >= from && times.at < to && times.at > after;
          return { dues: isIn ? [{ at: times.at, mark: null }] : [], leftOut: [] };
        }
        case 'interval': {
          const { anchor, everyMs } = times;
          const dues: Due[] = [];
          const begin = Math.max(from, after + 1);
          for (
            let at = anchor + Math.max(0, Math.ceil((begin - anchor) / everyMs)) * everyMs;
            at < to;
            at += everyMs
          )
            dues.push({ at, mark: null });
          return { dues, leftOut: [] };
        }
        case 'cron': {
          const span = cronSpan(times);
          const { first } = times;
          if (first === null && after < from) return span;
          // before the first run there is none, whatever the pattern says
          const begin = first !== null && after < first ? first : after;
          const rest = span.dues.filter(({ at }) => at > begin);
          const own = first !== null && begin === first && first >= from && first < to;
          return {
            dues: own ? [{ at: first, mark: null }, ...rest] : rest,
            leftOut: span.leftOut.filter((at) => at > begin),
          };
        }
      }
    },
  };
}

export type Span = ReturnType<typeof spanOf>;
