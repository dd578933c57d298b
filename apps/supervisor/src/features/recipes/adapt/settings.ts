import {
  Approval,
  HttpRequest,
  HTTP_METHODS,
  Inputs,
  Message,
  problemOfEntry,
  type FieldError,
  type TaskCreate,
  type TaskType,
} from '@argus/contract';
import { checkOf } from '../../../platform/http/validate.ts';
import { settingsOf } from '../../tasks/index.ts';
import { shown, type Notes } from './notes.ts';
import { fitting, isEmpty, isFields, numberIn, type Check, type Fields } from './values.ts';

/** What a task has by its type. */
export const SETTINGS = ['approval', 'inputs', 'notification', 'request'] as const;
export type Settings = Pick<TaskCreate, (typeof SETTINGS)[number]>;
type Name = keyof Settings;

const SCHEMAS = {
  approval: Approval,
  inputs: Inputs,
  notification: Message,
  request: HttpRequest,
};

let compiled: Record<Name, Map<string, Check>> | undefined;
function checksOf(name: Name): Map<string, Check> {
  compiled ??= Object.fromEntries(
    SETTINGS.map((one) => [
      one,
      new Map(Object.entries(SCHEMAS[one].properties).map(([field, schema]) => [field, checkOf(schema)])),
    ]),
  ) as Record<Name, Map<string, Check>>;
  return compiled[name];
}

/** What a task has by its type. What was done to it goes to `notes`. */
export function adaptSettings(raw: Fields, type: TaskType, own: boolean, notes: Notes): Settings {
  const given = own ? ownSettings(raw, notes) : theirSettings(raw, type, notes);
  const settings = withoutErrors(type, given, own, notes);
  noteMissing(type, settings, own, notes);
  return settings;
}

function ownSettings(raw: Fields, notes: Notes): Settings {
  const settings: Fields = {};
  for (const name of SETTINGS) {
    const given = raw[name];
    if (given === undefined || given === null) continue;
    if (isFields(given)) settings[name] = fieldsOf(name, given, notes.at(name));
    else notes.at(name).dropped(`must be an object (it was ${shown(given)})`);
  }
  return settings;
}

/** The fields of a setting that pass their schemas. */
function fieldsOf(name: Name, given: Fields, notes: Notes): Fields {
  const taken: Fields = {};
  for (const [field, value] of Object.entries(given)) {
    const check = checksOf(name).get(field);
    if (check === undefined) notes.at(field).dropped('is not known here');
    else {
      const fits =
        value === null && check(null) === undefined ? null : fitting(value, check, notes.at(field));
      if (fits !== undefined) taken[field] = fits;
    }
  }
  return taken;
}

/** What the reference system calls fields that can be refused. */
const THEIR_NAMES: Readonly<Record<string, string>> = {
  'request.url': 'url',
  'request.expect_pattern': 'pattern',
};

/** Takes off what a task would be refused for. */
function withoutErrors(type: TaskType, given: Settings, own: boolean, notes: Notes): Settings {
  const settings: Record<string, Fields | null | undefined> = structuredClone(given);
  for (;;) {
    const errors: FieldError[] = [];
    settingsOf(type, settings, {}, errors);
    const [error] = errors;
    if (error === undefined) return settings;
    const [, name = '', field, index] = /^(\w+)(?:\.(\w+)(?:\[(\d+)\])?)?$/.exec(error.field) ?? [];
    const within = settings[name];
    const list = field === undefined ? undefined : within?.[field];
    const value = index === undefined ? list : (list as unknown[])[Number(index)];
    notes
      .at((own ? undefined : THEIR_NAMES[error.field]) ?? error.field)
      .dropped(`${error.message}${value === undefined ? '' : ` (it was ${shown(value)})`}`);
    if (!within || field === undefined) delete settings[name];
    else if (index === undefined) delete within[field];
    else within[field] = (list as unknown[]).toSpliced(Number(index), 1);
  }
}

function noteMissing(type: TaskType, settings: Settings, own: boolean, notes: Notes): void {
  const { approval, inputs, notification, request } = settings;
  const asksNobody = (asked: { who?: string; people?: string[] } | null | undefined, who: string) =>
    (asked?.who ?? who) === 'fixed' && (asked?.people ?? []).length === 0;
  if (type === 'approval' && asksNobody(approval, 'fixed'))
    notes.at(own ? 'approval.people' : 'approvers').missing('name who approves');
  if (inputs && asksNobody(inputs, 'starter'))
    notes.at(own ? 'inputs.people' : 'user_inputs_members').missing('name who gives the arguments');
  if (type === 'notification' && (notification?.recipients ?? []).length === 0)
    notes.at(own ? 'notification.recipients' : 'recipients').missing('name who is told');
  if (type !== 'http') return;
  const at = own ? notes.at('request') : notes;
  if (!request?.url) at.at('url').missing('give the address to call');
  for (const [name, value] of Object.entries(request?.headers ?? {}))
    if (value === '') at.at('headers').at(name).missing('has no value');
}

const WHO: Readonly<Record<string, 'fixed' | 'starter' | 'assigned' | 'next'>> = {
  fixed: 'fixed',
  initiator: 'starter',
  assignees: 'assigned',
  dynamic: 'next',
};
const LABELS = ['Approve', 'Reject', 'Cancel', 'Ignore', ''];
const BUTTONS = ['success', 'failure', 'cancel', 'ignore'];

/** Fields of the reference system that are taken, or spoken about, below. */
export const OF_TYPES: Readonly<Record<TaskType, readonly string[]>> = {
  script: ['user_inputs', 'user_inputs_members'],
  input: ['user_inputs', 'user_inputs_members'],
  approval: [
    'user_inputs',
    'user_inputs_members',
    'approvers',
    'approvals_target',
    ...BUTTONS.flatMap((name) => [`${name}_label`, `${name}_enabled`]),
  ],
  notification: [
    'user_inputs',
    'user_inputs_members',
    'subject',
    'body',
    'recipients',
    'notificationTypes',
    'notification_types',
  ],
  http: [
    'user_inputs',
    'user_inputs_members',
    'url',
    'remote_url',
    'method',
    'headers',
    'body',
    'json',
    'gzip',
    'status_code',
    'parser',
    'pattern',
    'register_body',
  ],
};

function theirSettings(raw: Fields, type: TaskType, notes: Notes): Settings {
  return {
    ...theirInputs(raw, type, notes),
    ...(type === 'approval' && { approval: theirApproval(raw, notes) }),
    ...(type === 'notification' && { notification: theirMessage(raw, notes) }),
    ...(type === 'http' && { request: theirRequest(raw, notes) }),
  };
}

function theirInputs(raw: Fields, type: TaskType, notes: Notes): Settings {
  const asks = fitting(raw['user_inputs'] ?? false, checkOf({ type: 'boolean' }), notes.at('user_inputs'));
  if (type !== 'script' && type !== 'input') {
    if (asks === true)
      notes.at('user_inputs').dropped('only tasks that run a script, and inputs, ask people for arguments');
    return {};
  }
  if (asks !== true) {
    if (type === 'input')
      notes
        .at('user_inputs')
        .adapted('is always so of an input: where it starts by itself, people are asked for its values');
    return {};
  }
  notes.at('user_inputs').adapted('is called inputs here');
  const people = peopleIn(raw['user_inputs_members'], notes.at('user_inputs_members'));
  return { inputs: people.length > 0 ? { who: 'fixed', people } : { who: 'starter' } };
}

function theirApproval(raw: Fields, notes: Notes): NonNullable<Settings['approval']> {
  const target = raw['approvals_target'];
  const who =
    typeof target === 'string' && Object.hasOwn(WHO, target) ? (WHO[target] as 'fixed') : ('fixed' as const);
  if (!isEmpty(target) && target !== 'fixed')
    notes.at('approvals_target').adapted(`was ${shown(target)}, is who: ${who}`);
  for (const name of BUTTONS) {
    const label = raw[`${name}_label`];
    if (!isEmpty(label) && !LABELS.includes(label as string))
      notes.at(`${name}_label`).dropped(`buttons have their own words here (it was ${shown(label)})`);
  }
  for (const name of ['success', 'failure'])
    if (raw[`${name}_enabled`] === false)
      notes.at(`${name}_enabled`).dropped('who is asked can always approve and reject');
  return { who, people: peopleIn(raw['approvers'], notes.at('approvers')) };
}

function theirMessage(raw: Fields, notes: Notes): NonNullable<Settings['notification']> {
  for (const name of ['notificationTypes', 'notification_types'])
    if (!isEmpty(raw[name]))
      notes.at(name).dropped('how somebody is told follows from who it is, and from their own settings');
  const recipients = peopleIn(raw['recipients'], notes.at('recipients'));
  return { ...texts(raw, 'notification', ['subject', 'body'], notes), recipients };
}

function theirRequest(raw: Fields, notes: Notes): NonNullable<Settings['request']> {
  if (!isEmpty(raw['host'] ?? raw['host_id'] ?? raw['hostname']))
    notes
      .at('host_id')
      .adapted('is not needed: a supervisor sends the request, so it must reach the address');
  const given: Fields = { url: raw['url'] ?? raw['remote_url'] };
  const method = typeof raw['method'] === 'string' ? raw['method'].toUpperCase() : undefined;
  if (HTTP_METHODS.some((one) => one === method)) given['method'] = method;
  else if (!isEmpty(raw['method']))
    notes.at('method').dropped(`must be one of ${HTTP_METHODS.join(', ')} (it was ${shown(raw['method'])})`);
  const headers: Record<string, string> = {};
  if (isFields(raw['headers']))
    for (const [name, value] of Object.entries(raw['headers']))
      if (typeof value === 'string') headers[name] = value;
      else
        notes
          .at('headers')
          .at(name)
          .dropped(`must be a text (it was ${shown(value)})`);
  else if (!isEmpty(raw['headers'])) notes.at('headers').dropped('must be an object');
  const body =
    isFields(raw['body']) || Array.isArray(raw['body']) ? JSON.stringify(raw['body']) : raw['body'];
  const isJson = raw['json'] === true || raw['json'] === 'true';
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  if (isJson && !isEmpty(body) && !named) {
    headers['content-type'] = 'application/json';
    notes.at('json').adapted('is the header content-type: application/json');
  }
  if (Object.keys(headers).length > 0) given['headers'] = headers;
  given['body'] = body;
  given['expect_status'] = statusOf(raw['status_code'], notes.at('status_code'));
  if (raw['parser'] === 'script') notes.at('parser').dropped('no script looks at the answer here');
  else given['expect_pattern'] = raw['pattern'];
  return texts(given, 'request', Object.keys(given), notes);
}

/** `200`, `2xx`, and the few patterns that mean the latter. */
function statusOf(raw: unknown, notes: Notes): string | undefined {
  if (isEmpty(raw)) return undefined;
  const code = numberIn(raw);
  if (code !== undefined) return String(code);
  const text = typeof raw === 'string' ? raw.trim().replaceAll(/^\^|\$$/g, '') : '';
  const meant = text.replace(/^([1-5])(?:\.\.|\\d\\d|\\d\{2\}|\[0-9\]\[0-9\]|\[0-9\]\{2\}|xx)$/i, '$1xx');
  if (!/^[1-5](\d\d|xx)$/.test(meant)) {
    notes.dropped(`must be like 200 or 2xx (it was ${shown(raw)})`);
    return undefined;
  }
  if (meant !== raw) notes.adapted(`was ${shown(raw)}, is ${meant}`);
  return meant;
}

function texts(given: Fields, name: Name, fields: readonly string[], notes: Notes): Fields {
  const taken: Fields = {};
  for (const field of fields) {
    const value = given[field];
    if (isEmpty(value)) continue;
    const fits = fitting(value, checksOf(name).get(field) as Check, notes.at(field));
    if (fits !== undefined) taken[field] = fits;
  }
  return taken;
}

const PEOPLE_MAX = 100;

/** People, of whom e-mails, roles and member tags mean the same here; ids of another place say nothing. */
function peopleIn(raw: unknown, notes: Notes): string[] {
  if (isEmpty(raw)) return [];
  const list = (Array.isArray(raw) ? raw : [raw]) as unknown[];
  const people = list.filter(
    (one): one is string => typeof one === 'string' && one.length <= 254 && problemOfEntry(one) === undefined,
  );
  const left = list.length - people.length;
  if (left > 0)
    notes.dropped(
      `${left} of ${list.length} are no e-mails, roles or member tags: ids of people mean nothing here`,
    );
  if (people.length <= PEOPLE_MAX) return people;
  notes.dropped(`are more than ${PEOPLE_MAX}: the first ${PEOPLE_MAX} are taken`);
  return people.slice(0, PEOPLE_MAX);
}
