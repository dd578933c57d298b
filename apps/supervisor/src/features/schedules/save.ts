import {
  ArgusError,
  invalid,
  resolveArguments,
  type NamedValue,
  type ScheduleCreate,
  type SchedulePreview,
  type SchedulePreviewRequest,
} from '@argus/contract';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import { openDefinitions, type StoredDefinition } from '../tasks/index.ts';
import type { ScheduleRow, ScheduleValues, StoredPolicy } from './queries.ts';
import {
  nextAfter,
  parseCron,
  parseInterval,
  parseMoment,
  parseTimezone,
  preview,
  usualPolicies,
  type Times,
} from './times.ts';

/** A moment ago is now: whoever asks for "now" means it. */
const PAST_MS = 60_000;

type Timing = Pick<ScheduleRow, 'kind' | 'run_date' | 'repeat_every' | 'timezone' | 'policy'>;

/** When a schedule is due. */
export function timesOf({ created_at, ...timing }: Timing & { created_at: Date }): Times {
  const { kind, run_date, repeat_every, timezone, policy } = timing;
  if (repeat_every === null) return { kind: 'date', at: (run_date as Date).getTime() };
  if (kind === 'interval')
    return {
      kind,
      everyMs: parseInterval(repeat_every) as number,
      // without a first run it comes an interval after it was made
      anchor: run_date?.getTime() ?? created_at.getTime() + (parseInterval(repeat_every) as number),
    };
  const usual = usualPolicies(repeat_every);
  return {
    kind: 'cron',
    pattern: repeat_every,
    timezone,
    missing: policy.missing_hour ?? usual.missing,
    repeated: policy.repeated_hour ?? usual.repeated,
    first: run_date?.getTime() ?? null,
  };
}

/** The timing that a request asks for. Throws `invalid_input` that names what is wrong. */
function timingOf(given: SchedulePreviewRequest, old: ScheduleRow | undefined): Timing {
  const timezone =
    given.timezone === undefined ? (old?.timezone ?? 'UTC') : parseTimezone(given.timezone || 'UTC');
  const date = given.runDate === undefined ? (old?.run_date ?? null) : given.runDate;
  const runDate =
    date === null || date === ''
      ? null
      : date instanceof Date
        ? date
        : new Date(parseMoment(date, timezone, 'runDate'));
  const every = (given.repeatEvery === undefined ? old?.repeat_every : given.repeatEvery?.trim()) || null;
  if (runDate === null && every === null)
    throw new ArgusError('invalid_input', 'runDate or repeatEvery is needed: when should it run?', [
      { field: 'repeatEvery', message: 'is needed, or runDate' },
    ]);
  const interval = every === null ? undefined : parseInterval(every);
  const policy: StoredPolicy = {
    ...chosen('missing_hour', given.missing_hour, old?.policy.missing_hour),
    ...chosen('repeated_hour', given.repeated_hour, old?.policy.repeated_hour),
  };
  const kind = every === null ? 'date' : interval === undefined ? 'cron' : 'interval';
  return {
    kind,
    run_date: runDate,
    repeat_every: every !== null && kind === 'cron' ? parseCron(every) : every,
    timezone,
    policy,
  };
}

/** Left out: as it was; null: as usual, which is not stored. */
function chosen<K extends string, V>(
  key: K,
  given: V | null | undefined,
  old: V | undefined,
): { [P in K]?: V } {
  const value = given === undefined ? old : given;
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/**
 * What is stored of a schedule that somebody wants. Fields left out keep their old value. Throws `invalid_input`, or
 * `invalid_arguments` where the values are none that the task takes.
 */
export function scheduleValues(
  { box }: Pick<Platform, 'box'>,
  given: ScheduleCreate,
  { old, definitions }: { old: ScheduleRow | undefined; definitions: readonly StoredDefinition[] },
): ScheduleValues {
  const wanted = unwrapped(given);
  const timing = timingOf(wanted, old);
  const policy: StoredPolicy = {
    ...timing.policy,
    ...chosen('missed', wanted.missed, old?.policy.missed),
    ...chosen('catch_up_limit', wanted.catch_up_limit, old?.policy.catch_up_limit),
    ...chosen('overlap', wanted.overlap, old?.policy.overlap),
  };
  const now = Date.now();
  // the same times as before: an interval goes on in its rhythm
  const times = timesOf({ ...timing, created_at: old?.created_at ?? new Date(now) });
  const first = wanted.runDate === undefined && old !== undefined ? undefined : timing.run_date?.getTime();
  const isNow = first !== undefined && first <= now && first >= now - PAST_MS;
  if (times.kind === 'date' && first !== undefined && first <= now && !isNow)
    throw invalid('runDate', 'has passed already');
  const next = isNow ? { at: first } : nextAfter(times, now);
  return {
    ...timing,
    policy,
    name: wanted.name ?? old?.name ?? '',
    given: givenOf({ box }, wanted.task_arguments, { old, definitions }),
    next_run_at: next === undefined ? null : new Date(next.at),
  };
}

/** Old clients wrap when it runs. */
function unwrapped({ scheduleData, ...given }: ScheduleCreate): ScheduleCreate {
  if (typeof scheduleData !== 'object' || scheduleData === null) return given;
  const { runDate, repeatEvery, timezone } = scheduleData as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    runDate: typeof runDate === 'number' ? runDate : text(runDate),
    repeatEvery: text(repeatEvery),
    timezone: text(timezone),
    ...given,
  };
}

function givenOf(
  { box }: Pick<Platform, 'box'>,
  wanted: ScheduleCreate['task_arguments'],
  { old, definitions }: { old: ScheduleRow | undefined; definitions: readonly StoredDefinition[] },
): NamedValue[] {
  if (wanted === undefined && old?.given_cipher)
    return JSON.parse(box.open(old.given_cipher)) as NamedValue[];
  const opened = openDefinitions(box, definitions);
  const { values, errors } = resolveArguments(opened, wanted ?? [], { matches });
  const problems = [
    ...errors,
    ...values.flatMap((value, order) =>
      typeof value === 'string'
        ? []
        : [{ field: `task_arguments[${order}]`, message: 'a file cannot wait for a schedule' }],
    ),
  ];
  if (problems.length > 0)
    throw new ArgusError(
      'invalid_arguments',
      problems.map(({ field, message }) => `${field}: ${message}`).join('; '),
      problems,
    );
  return values.flatMap((value, order) =>
    opened[order]?.type === 'fixed' ? [] : [{ order, value: value === '' ? null : value }],
  );
}

/** The next runs of a timing that somebody thinks of. */
export function previewOf(given: SchedulePreviewRequest): SchedulePreview {
  const timing = timingOf(given, undefined);
  const now = Date.now();
  const times = timesOf({ ...timing, created_at: new Date(now) });
  const after = given.from === undefined ? now : parseMoment(given.from, timing.timezone, 'from');
  const usual = usualPolicies(timing.repeat_every ?? '');
  return {
    kind: timing.kind,
    missing_hour: timing.policy.missing_hour ?? usual.missing,
    repeated_hour: timing.policy.repeated_hour ?? usual.repeated,
    ...preview(times, timing.timezone, { after, count: given.count ?? 10 }),
  };
}
