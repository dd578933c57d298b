import type { Due, Times } from './times.ts';
import type { Span } from './span.ts';

/** More due times of one schedule on one day than this are one entry. */
export const TOGETHER_FROM = 7;
/** Above it nobody waits for the answer. */
const GROUPS_MAX = 1_000_000;
const TALLIES_MAX = 20_000_000;
const MINUTE_MS = 60_000;
/** Schedules of a collision that are named. */
const NAMED_MAX = 10;

/** Due times of one schedule on one day. */
export interface Group {
  /** The place of the day in the list of days. */
  day: number;
  at: number;
  until: number;
  times: number;
  mark: Due['mark'];
}

export interface Planned {
  id: string;
  times: Times;
  host_id: string | null;
}

/** Days as moments of their beginnings, with the end of the last one. */
export type Days = readonly number[];

/** The place of the day that a moment is in. */
export function dayAt(days: Days, at: number): number {
  let low = 0;
  let high = days.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((days[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Due times as entries of days. */
export function groupsOf(dues: readonly Due[], days: Days): Group[] {
  const groups: Group[] = [];
  for (let index = 0; index < dues.length;) {
    const day = dayAt(days, (dues[index] as Due).at);
    const end = days[day + 1] as number;
    let next = index + 1;
    while (next < dues.length && (dues[next] as Due).at < end) next++;
    const ofDay = dues.slice(index, next);
    const [first, last] = [ofDay[0] as Due, ofDay.at(-1) as Due];
    if (ofDay.length < TOGETHER_FROM)
      for (const { at, mark } of ofDay) groups.push({ day, at, until: at, times: 1, mark });
    else groups.push({ day, at: first.at, until: last.at, times: ofDay.length, mark: null });
    index = next;
  }
  return groups;
}

/** The same of an interval, counted instead of listed. */
export function intervalGroups(
  { anchor, everyMs }: Extract<Times, { kind: 'interval' }>,
  { from, to, days }: { from: number; to: number; days: Days },
): Group[] {
  const groups: Group[] = [];
  for (let day = 0; day < days.length - 1; day++) {
    const begin = Math.max(from, days[day] as number);
    const end = Math.min(to, days[day + 1] as number);
    if (begin >= end) continue;
    const first = anchor + Math.max(0, Math.ceil((begin - anchor) / everyMs)) * everyMs;
    const times = first >= end ? 0 : Math.floor((end - 1 - first) / everyMs) + 1;
    if (times === 0) continue;
    if (times >= TOGETHER_FROM)
      groups.push({ day, at: first, until: first + (times - 1) * everyMs, times, mark: null });
    else
      for (let turn = 0; turn < times; turn++) {
        const at = first + turn * everyMs;
        groups.push({ day, at, until: at, times: 1, mark: null });
      }
  }
  return groups;
}

export interface Plan<P> {
  entries: { row: P; group: Group }[];
  /** Due times by day. */
  counts: number[];
  isComplete: boolean;
}

/** All due times of a span as entries of its days. */
export function planOf<P extends Planned>(
  rows: readonly P[],
  span: Span,
  { from, to, days }: { from: number; to: number; days: Days },
): Plan<P> {
  const counts = days.slice(1).map(() => 0);
  const entries: Plan<P>['entries'] = [];
  // schedules of the same times share one list
  const known = new Map<readonly Due[], Group[]>();
  for (const row of rows) {
    const { times } = row;
    let groups: Group[];
    if (times.kind === 'interval') groups = intervalGroups(times, { from, to, days });
    else {
      const { dues } = span.dues(times, from - 1);
      groups = known.get(dues) ?? groupsOf(dues, days);
      known.set(dues, groups);
    }
    if (entries.length + groups.length > GROUPS_MAX) return { entries, counts, isComplete: false };
    for (const group of groups) {
      counts[group.day] = (counts[group.day] as number) + group.times;
      entries.push({ row, group });
    }
  }
  return { entries, counts, isComplete: true };
}

export interface Collision {
  host_id: string;
  at: number;
  runs: number;
  schedules: string[];
}

/** Where more is due in one minute on a bot than it has slots: the worst minute of each day. */
export function collisionsOf(
  rows: readonly Planned[],
  span: Span,
  { from, to, days, slots }: { from: number; to: number; days: Days; slots: ReadonlyMap<string, number> },
): { list: Collision[]; isComplete: boolean } {
  const list: Collision[] = [];
  const minutes = Math.ceil((to - from) / MINUTE_MS);
  const byHost = Map.groupBy(rows, ({ host_id }) => host_id);
  let tallied = 0;
  for (const [host, own] of byHost) {
    const room = host === null ? undefined : slots.get(host);
    // as many schedules as slots cannot be too many
    if (host === null || room === undefined || own.length <= room) continue;
    const tally = new Uint16Array(minutes);
    const weights = new Map<readonly Due[], number>();
    const lists: (readonly Due[] | undefined)[] = [];
    tallied += minutes;
    for (const { times } of own) {
      lists.push(undefined);
      if (times.kind === 'interval') {
        const step = Math.max(times.everyMs, MINUTE_MS);
        const first = times.anchor + Math.max(0, Math.ceil((from - times.anchor) / step)) * step;
        tallied += (to - first) / step;
        if (tallied > TALLIES_MAX) return { list, isComplete: false };
        for (let at = first; at < to; at += step) add(tally, Math.floor((at - from) / MINUTE_MS), 1);
      } else {
        const { dues } = span.dues(times, from - 1);
        weights.set(dues, (weights.get(dues) ?? 0) + 1);
        lists[lists.length - 1] = dues;
      }
    }
    for (const [dues, weight] of weights) {
      tallied += dues.length;
      if (tallied > TALLIES_MAX) return { list, isComplete: false };
      for (const { at } of dues) add(tally, Math.floor((at - from) / MINUTE_MS), weight);
    }
    for (let day = 0; day < days.length - 1; day++) {
      const begin = Math.max(0, Math.floor(((days[day] as number) - from) / MINUTE_MS));
      const end = Math.min(minutes, Math.ceil(((days[day + 1] as number) - from) / MINUTE_MS));
      let worst = -1;
      for (let minute = begin; minute < end; minute++)
        if ((tally[minute] as number) > room && (worst < 0 || tally[minute]! > tally[worst]!)) worst = minute;
      if (worst < 0) continue;
      const at = from + worst * MINUTE_MS;
      const schedules: string[] = [];
      for (let index = 0; index < own.length && schedules.length < NAMED_MAX; index++) {
        const { id, times } = own[index] as Planned;
        if (isDueWithin(lists[index], times, at)) schedules.push(id);
      }
      list.push({ host_id: host, at, runs: tally[worst] as number, schedules });
    }
  }
  return { list: list.toSorted((a, b) => a.at - b.at), isComplete: true };
}

function add(tally: Uint16Array, minute: number, weight: number): void {
  if (minute >= 0 && minute < tally.length) tally[minute] = (tally[minute] as number) + weight;
}

function isDueWithin(dues: readonly Due[] | undefined, times: Times, minute: number): boolean {
  if (times.kind === 'interval') {
    const { anchor, everyMs } = times;
    const next = anchor + Math.max(0, Math.ceil((minute - anchor) / everyMs)) * everyMs;
    return next < minute + MINUTE_MS;
  }
  if (dues === undefined) return false;
  let low = 0;
  let high = dues.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((dues[middle] as Due).at < minute) low = middle + 1;
    else high = middle;
  }
  return low < dues.length && (dues[low] as Due).at < minute + MINUTE_MS;
}
