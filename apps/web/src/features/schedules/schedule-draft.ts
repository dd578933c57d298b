import type { FieldError, Schedule, ScheduleCreate, SchedulePreviewRequest } from '@argus/contract';
import { usualHours } from '../../ui/schedule-words.ts';
import { nextHour, wallTime } from './zones.ts';

export const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks'] as const;
export type Unit = (typeof UNITS)[number];
export type Mode = 'date' | 'interval' | 'cron';

/** A schedule as the form edits it. Empty choices are as usual. */
export interface ScheduleDraft {
  name: string;
  mode: Mode;
  /** On the clocks of the zone, as date inputs have it. */
  date: string;
  count: number | string;
  unit: Unit;
  cron: string;
  /** Of what comes again and again: its first run. */
  first: string;
  timezone: string;
  missing_hour: '' | Schedule['missing_hour'];
  repeated_hour: '' | Schedule['repeated_hour'];
  missed: Schedule['missed'];
  catch_up_limit: number | string;
  overlap: Schedule['overlap'];
}

export function newDraft(timezone: string, now = new Date()): ScheduleDraft {
  return {
    name: '',
    mode: 'cron',
    date: nextHour(now, timezone),
    count: 15,
    unit: 'minutes',
    cron: '0 3 * * *',
    first: '',
    timezone,
    missing_hour: '',
    repeated_hour: '',
    missed: 'once',
    catch_up_limit: '',
    overlap: 'skip',
  };
}

export function draftOf(schedule: Schedule): ScheduleDraft {
  const { kind, name, repeatEvery, timezone, runDate, missed, overlap } = schedule;
  const usual = usualHours(repeatEvery ?? '');
  const wall = runDate === null ? '' : wallTime(new Date(runDate), timezone);
  const draft = newDraft(timezone);
  const { missing_hour, repeated_hour, catch_up_limit } = schedule;
  return {
    ...draft,
    name,
    mode: kind === 'date' || kind === 'interval' ? kind : 'cron',
    ...(kind === 'date' ? { date: wall } : { first: wall }),
    ...(kind === 'interval' && intervalOf(repeatEvery ?? '')),
    ...(kind === 'cron' && { cron: repeatEvery ?? '' }),
    missing_hour: missing_hour === usual.missing_hour ? '' : missing_hour,
    repeated_hour: repeated_hour === usual.repeated_hour ? '' : repeated_hour,
    missed,
    catch_up_limit: catch_up_limit === CATCH_UP_USUAL ? '' : catch_up_limit,
    overlap,
  };
}

export const CATCH_UP_USUAL = 10;

function intervalOf(text: string): Pick<ScheduleDraft, 'count' | 'unit'> {
  const [, count = '1', name = ''] = /^(?:every\s+)?(\d+)?\s*(\w+?)s?$/i.exec(text.trim()) ?? [];
  const unit = UNITS.find((one) => one === `${name.toLowerCase()}s`) ?? 'minutes';
  return { count: Number(count), unit };
}

/** When a draft runs, as the API takes it. A date that was not touched stays the very moment that it was. */
export function timingOf(draft: ScheduleDraft, old?: Schedule): SchedulePreviewRequest {
  const { mode, timezone, cron, count, unit, missing_hour, repeated_hour } = draft;
  const wall = mode === 'date' ? draft.date : draft.first;
  const isUntouched =
    old?.runDate != null &&
    old.timezone === timezone &&
    wall === wallTime(new Date(old.runDate), old.timezone);
  return {
    runDate: isUntouched ? old.runDate : wall || null,
    repeatEvery: mode === 'date' ? null : mode === 'cron' ? cron.trim() : `${count || 1} ${unit}`,
    timezone,
    ...(mode === 'cron' && {
      missing_hour: missing_hour || null,
      repeated_hour: repeated_hour || null,
    }),
  };
}

/** What is sent of a draft, beside the values of the arguments. */
export function bodyOf(draft: ScheduleDraft, old?: Schedule): ScheduleCreate {
  const { name, missed, catch_up_limit, overlap } = draft;
  const { runDate, ...timing } = timingOf(draft, old);
  return {
    name: name.trim(),
    ...timing,
    // what is left out stays: a date that has passed would be refused
    ...(!(old !== undefined && runDate === old.runDate) && { runDate: runDate ?? null }),
    missed,
    catch_up_limit: typeof catch_up_limit === 'number' ? catch_up_limit : null,
    overlap,
  };
}

/** The runs to show while it is edited: an interval goes on in the rhythm that it has. */
export function previewOf(draft: ScheduleDraft, old?: Schedule): SchedulePreviewRequest {
  const timing = timingOf(draft, old);
  const goesOn =
    draft.mode === 'interval' && timing.runDate === null && old?.runDate == null && old?.nextRunAt != null;
  return goesOn && isSameInterval(draft, old) ? { ...timing, runDate: old.nextRunAt } : timing;
}

function isSameInterval({ count, unit }: ScheduleDraft, { repeatEvery }: Schedule): boolean {
  const before = intervalOf(repeatEvery ?? '');
  return before.count === count && before.unit === unit;
}

export interface ShownErrors {
  /** What is wrong, by the input of the form. */
  byInput: Partial<Record<keyof ScheduleDraft, string>>;
  /** The fields, as the server names them, that some input shows. */
  shown: string[];
}

/** Brings errors of the server to the inputs of the form. */
export function formErrors(
  errors: readonly FieldError[],
  { mode }: Pick<ScheduleDraft, 'mode'>,
): ShownErrors {
  const byInput: ShownErrors['byInput'] = {};
  const shown: string[] = [];
  for (const { field, message } of errors) {
    const input = inputOf(field, mode);
    if (input === undefined) continue;
    byInput[input] = byInput[input] === undefined ? message : `${byInput[input]}; ${message}`;
    shown.push(field);
  }
  return { byInput, shown };
}

function inputOf(field: string, mode: Mode): keyof ScheduleDraft | undefined {
  switch (field) {
    case 'runDate':
      return mode === 'date' ? 'date' : 'first';
    case 'repeatEvery':
      return mode === 'date' ? 'date' : mode === 'cron' ? 'cron' : 'count';
    case 'name':
    case 'timezone':
    case 'missing_hour':
    case 'repeated_hour':
    case 'missed':
    case 'catch_up_limit':
    case 'overlap':
      return field;
    default:
      return undefined;
  }
}
