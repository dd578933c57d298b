import {
  APPROVAL_DEFAULTS,
  HTTP_DEFAULTS,
  INPUTS_DEFAULTS,
  problemOfEntry,
  TYPE_NAMES,
  type FieldError,
  type TaskType,
  type TaskUpdate,
  type TypeSettings,
} from '@argus/contract';
import { matches } from '../../platform/pattern.ts';

/** What a task does, as it is stored; it never changes. */
export function typeOf(
  wanted: TaskUpdate,
  old: { type: string } | undefined,
  errors: FieldError[],
): TaskType {
  const given =
    wanted.type === undefined ? undefined : (TYPE_NAMES[wanted.type] ?? (wanted.type as TaskType));
  const before = old?.type as TaskType | undefined;
  if (before !== undefined && given !== undefined && given !== before)
    errors.push({ field: 'type', message: `cannot be changed: this is a task of type ${before}` });
  return before ?? given ?? 'script';
}

type Stored = Partial<TypeSettings>;

/** What a task has beside what every type has, checked. Fields left out keep their old value. */
export function settingsOf(type: TaskType, wanted: TaskUpdate, old: Stored, errors: FieldError[]): Stored {
  const misplaced = (['approval', 'notification', 'request'] as const).find(
    (name) => wanted[name] != null && name !== FIELD_OF[type],
  );
  if (misplaced !== undefined)
    errors.push({ field: misplaced, message: `is of another type of task than ${type}` });
  const settings: Stored = {};
  if (type === 'approval') settings.approval = { ...APPROVAL_DEFAULTS, ...old.approval, ...wanted.approval };
  if (type === 'notification')
    settings.notification = {
      subject: '',
      body: '',
      recipients: [],
      ...old.notification,
      ...wanted.notification,
    };
  if (type === 'http') settings.request = { ...HTTP_DEFAULTS, ...old.request, ...wanted.request };
  if (type === 'input' || (type === 'script' && wanted.inputs !== null && (wanted.inputs ?? old.inputs)))
    settings.inputs = { ...INPUTS_DEFAULTS, ...old.inputs, ...wanted.inputs };
  else if (wanted.inputs && type !== 'script')
    errors.push({ field: 'inputs', message: `are of tasks of type script and input, not ${type}` });
  check(settings, errors);
  return settings;
}

const FIELD_OF: Partial<Record<TaskType, keyof TypeSettings>> = {
  approval: 'approval',
  notification: 'notification',
  http: 'request',
};

function check({ approval, inputs, request }: Stored, errors: FieldError[]): void {
  for (const [name, asked] of Object.entries({ approval, inputs }))
    for (const [index, entry] of (asked?.people ?? []).entries()) {
      const problem = problemOfEntry(entry);
      if (problem !== undefined) errors.push({ field: `${name}.people[${index}]`, message: problem });
    }
  if (!request) return;
  if (request.url !== '' && !/^https?:\/\//.test(request.url))
    errors.push({ field: 'request.url', message: 'must begin with http:// or https://' });
  if (
    request.expect_status !== '' &&
    !/^\s*[1-5](\d\d|xx)(\s*,\s*[1-5](\d\d|xx))*\s*$/.test(request.expect_status)
  )
    errors.push({ field: 'request.expect_status', message: 'must be like 2xx, or 200,204,404' });
  try {
    matches(request.expect_pattern, '');
  } catch {
    errors.push({
      field: 'request.expect_pattern',
      message: 'is not a regular expression this server can run (RE2 syntax)',
    });
  }
}

/** Why a task of its type cannot run yet. */
export function problemsOfType(type: string, { approval, inputs, notification, request }: Stored): string[] {
  const nobody = (asked: { who: string; people: readonly string[] } | null | undefined) =>
    asked?.who === 'fixed' && asked.people.length === 0;
  if (nobody(approval)) return ['It asks nobody: name who may approve.'];
  if (nobody(inputs)) return ['It asks nobody: name who gives its arguments.'];
  if (type === 'notification' && notification?.recipients.length === 0 && notification.subject === '')
    return ['It has no subject and nobody to tell.'];
  if (type === 'http' && !request?.url) return ['It has no address to call.'];
  return [];
}
