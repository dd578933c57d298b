import {
  envFromText,
  invalid,
  parseRunAs,
  problemOfEntry,
  problemOfVariable,
  SCRIPT_PLACEHOLDER,
  TaskCreate,
  TASK_TYPES,
  TIMEOUT_MAX_S,
  TYPE_NAMES,
  type TaskCreate as TaskValues,
  type TaskType,
} from '@argus/contract';
import { checkOf } from '../../../platform/http/validate.ts';
import { adaptArguments } from './arguments.ts';
import { shown, type Notes } from './notes.ts';
import { adaptSettings, OF_TYPES, SETTINGS } from './settings.ts';
import { cut, fitting, isEmpty, isFields, numberIn, type Check, type Fields } from './values.ts';

const NAME_MAX = 200;
const DESCRIPTION_MAX = 20_000;
const GRACE_MAX_S = 2_592_000;
const ENV_VALUE_MAX = 100_000;

/** Fields that are taken as they are where they are valid. */
const PLAIN = ['multitasking', 'priority', 'result_rule', 'retention_days', 'retention_jobs'] as const;
/** Fields that mean something in our own recipes only. */
const OWN = [
  'confirm',
  'max_running',
  'host_labels',
  'lost_after',
  'on_lost',
  'retries',
  'expires_after',
  'limits',
  'kill_grace',
] as const;
/** Fields with a rule of their own, below. */
const ADAPTED = [
  'name',
  'type',
  '_type',
  'description',
  'tags',
  'run_as',
  'task_arguments',
  'env',
  'acls',
  'triggers',
  'timeout',
  'grace_time',
];
const RENAMED = { script_runas: 'run_as', script_arguments: 'task_arguments', acl: 'acls' };

/** What only had a meaning where the recipe comes from: left out without a word. */
const OF_ITS_PLACE = new Set(
  (
    'format id _id _type customer customer_id customer_name user user_id secret creation_date last_update version ' +
    'fingerprint execution_count order problems template template_id source_model_id workflow workflow_id ' +
    'script script_id script_name script_path script_version host host_id hostname'
  ).split(' '),
);
/** Fields of the reference system at the value that asks for nothing; what is empty asks for nothing either. */
const ASKS_NOTHING: Record<string, readonly unknown[]> = {
  enable: [true],
  cancellable: [true],
  arguments_type: ['legacy', 'text'],
  autoremove_completed_jobs: [true],
  autoremove_completed_jobs_limit: [5],
};
const LOST: Record<string, string> = {
  arguments_type: 'values reach the script as plain text here: one that parses them as JSON needs a change',
};

const TYPES: Record<string, string> = {
  ScriptTask: 'script',
  ScraperTask: 'scraper',
  ApprovalTask: 'approval',
  DummyTask: 'dummy',
  NotificationTask: 'notification',
  NodejsTask: 'nodejs',
};

let compiled: Map<string, Check> | undefined;
function check(name: string): Check {
  compiled ??= new Map(
    Object.entries(TaskCreate.properties).map(([field, schema]) => [field, checkOf(schema)]),
  );
  return compiled.get(name) as Check;
}

/** What a task of a recipe does, in our words; undefined where that is not known here. */
function typeIn({ type, _type }: Fields): { given: unknown; type: TaskType | undefined } {
  const given = type ?? (typeof _type === 'string' ? (TYPES[_type] ?? _type) : undefined) ?? 'script';
  const known = typeof given === 'string' && Object.hasOwn(TYPE_NAMES, given) ? TYPE_NAMES[given] : given;
  return { given, type: TASK_TYPES.find((one) => one === known) };
}

/** Why a task of a recipe cannot be made here; undefined where it can. */
export function problemOfType(task: Fields): string | undefined {
  const { given, type } = typeIn(task);
  return type === undefined ? `is ${shown(given)}: there are no such tasks here` : undefined;
}

/** The fields of a task from a recipe. What was done to them goes to `notes`. */
export function adaptTask(raw: Fields, own: boolean, notes: Notes): TaskValues {
  const given = withOurNames(raw, own, notes);
  const { given: called, type = 'script' } = typeIn(raw);
  if (called !== type) notes.at('type').adapted(`was ${shown(called)}, is called ${type} here`);
  if (!own && type !== 'script') delete given['run_as'];
  if (!own && called === 'nodejs' && isEmpty(given['run_as'])) {
    given['run_as'] = `node ${SCRIPT_PLACEHOLDER}`;
    notes.at('run_as').adapted(`is ${given['run_as'] as string}`);
  }
  const task: Fields = {
    name: nameOf(given['name'], notes.at('name')),
    type,
    tags: textsOf(given['tags'], 'tags', own, notes.at('tags')),
    run_as: runAsOf(given['run_as'], own, notes.at('run_as')),
    task_arguments: adaptArguments(given['task_arguments'], own, notes.at('task_arguments')),
    env: envOf(given['env'], notes.at('env')),
    timeout: own ? secondsOf(given, notes) : fromMilliseconds(given['timeout'], notes.at('timeout')),
    grace_time: graceOf(given['grace_time'], notes.at('grace_time')),
  };
  const { description, acls, triggers } = given;
  if (typeof description === 'string')
    task['description'] = cut(description, DESCRIPTION_MAX, notes.at('description'));
  else if (!isEmpty(description))
    notes.at('description').dropped(`is no text (it was ${shown(description)})`);
  for (const name of own ? [...PLAIN, ...OWN] : PLAIN)
    task[name] = fitting(given[name], check(name), notes.at(name));
  if (own) task['acls'] = textsOf(acls, 'acls', own, notes.at('acls'));
  else if (!isEmpty(acls)) notes.at('acls').dropped('names people of another organization: give access anew');
  if (!isEmpty(triggers))
    notes.at('triggers').dropped('are events of another place: choose its triggers anew');
  Object.assign(task, adaptSettings(given, type, own, notes));
  noteUnknown(given, [...PLAIN, ...ADAPTED, ...(own ? [...OWN, ...SETTINGS] : OF_TYPES[type])], notes);
  return Object.fromEntries(Object.entries(task).filter(([, value]) => value !== undefined)) as TaskValues;
}

function withOurNames(raw: Fields, own: boolean, notes: Notes): Fields {
  const given = { ...raw };
  for (const [theirs, ours] of Object.entries(RENAMED)) {
    if (!Object.hasOwn(given, theirs)) continue;
    // older exports have both, one a copy of the other
    const taken = isEmpty(given[ours]);
    if (taken) given[ours] = given[theirs];
    // the access list of another place is dropped, whatever it is called
    const kept = taken && (own || ours !== 'acls');
    if (kept && !isEmpty(given[theirs])) notes.at(theirs).adapted(`is called ${ours} here`);
    delete given[theirs];
  }
  return given;
}

export function noteUnknown(given: Fields, names: readonly string[], notes: Notes): void {
  const known = new Set(names);
  for (const [name, value] of Object.entries(given)) {
    if (known.has(name) || OF_ITS_PLACE.has(name) || isEmpty(value)) continue;
    if (Object.hasOwn(ASKS_NOTHING, name) && ASKS_NOTHING[name]?.includes(value)) continue;
    notes.at(name).dropped((Object.hasOwn(LOST, name) && LOST[name]) || 'is not known here');
  }
}

export function nameOf(raw: unknown, notes: Notes, otherwise = 'Imported task'): string {
  if (typeof raw === 'string' && raw !== '') return cut(raw, NAME_MAX, notes);
  const name = typeof raw === 'number' ? String(raw) : otherwise;
  notes.adapted(`was ${shown(raw)}, is "${name}"`);
  return name;
}

/** The texts of a list that a task's field takes; those it does not are noted. */
export function textsOf(
  raw: unknown,
  field: 'tags' | 'acls',
  own: boolean,
  notes: Notes,
): string[] | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (!Array.isArray(raw)) {
    if (!isEmpty(raw)) notes.dropped(`must be a list (it was ${shown(raw)})`);
    return undefined;
  }
  const list = raw.flatMap((one: unknown, index) => {
    const text =
      typeof one === 'number' ? String(one) : typeof one !== 'string' ? '' : own ? one : one.trim();
    const problem = check(field)([text]) ?? (field === 'acls' ? problemOfEntry(text) : undefined);
    if (problem !== undefined) notes.at(`[${index}]`).dropped(`${problem} (it was ${shown(one)})`);
    else if (text !== one) notes.at(`[${index}]`).adapted(`was ${shown(one)}, is ${shown(text)}`);
    return problem === undefined ? [text] : [];
  });
  const problem = check(field)(list);
  if (problem === undefined) return list;
  notes.dropped(problem);
  return undefined;
}

function runAsOf(raw: unknown, own: boolean, notes: Notes): string | undefined {
  const line = fitting(raw, check('run_as'), notes);
  if (typeof line !== 'string') return undefined;
  try {
    parseRunAs(line);
  } catch (error) {
    notes.dropped(`${(error as Error).message} (it was ${shown(line)})`);
    return undefined;
  }
  if (own) return line;
  if (line.trim() === '') {
    notes.adapted('is empty: the script itself is executed, so its first line names its interpreter (#!…)');
    return '';
  }
  if (line.includes(SCRIPT_PLACEHOLDER)) return line;
  notes.adapted(`had no ${SCRIPT_PLACEHOLDER}: it was appended`);
  return `${line.trimEnd()} ${SCRIPT_PLACEHOLDER}`;
}

export function envOf(raw: unknown, notes: Notes): Record<string, string> | undefined {
  if (isEmpty(raw)) return undefined;
  let variables: unknown = raw;
  if (typeof raw === 'string') {
    try {
      variables = envFromText(raw);
    } catch {
      notes.dropped('is neither an object, KEY=value lines nor JSON');
      return undefined;
    }
  }
  if (!isFields(variables)) {
    notes.dropped(`must be an object (it was ${shown(raw)})`);
    return undefined;
  }
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    const here = notes.at(name);
    const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    const problem =
      problemOfVariable(name) ??
      (text.length > ENV_VALUE_MAX ? `has more than ${ENV_VALUE_MAX} characters` : undefined);
    if (problem !== undefined) {
      here.dropped(problem);
      continue;
    }
    if (text !== value) here.adapted(`was ${shown(value)}, is the text ${shown(text)}`);
    if (text === '') here.missing('has no value');
    env[name] = text;
  }
  return env;
}

/** A recipe of ours counts in seconds; what was written by hand in milliseconds is refused with a hint. */
function secondsOf({ timeout }: Fields, notes: Notes): number | null | undefined {
  const seconds = fitting(timeout, check('timeout'), notes.at('timeout')) as number | null | undefined;
  if (typeof seconds === 'number' && seconds > TIMEOUT_MAX_S)
    throw invalid('task.timeout', `is more than ${TIMEOUT_MAX_S} s: seconds, not milliseconds?`);
  return seconds;
}

function fromMilliseconds(raw: unknown, notes: Notes): number | undefined {
  if (isEmpty(raw)) return undefined;
  const ms = numberIn(raw);
  if (ms === undefined || !(ms > 0) || !Number.isFinite(ms)) {
    notes.dropped(`is no time in milliseconds (it was ${shown(raw)})`);
    return undefined;
  }
  const seconds = Math.min(Math.ceil(ms / 1000), TIMEOUT_MAX_S);
  notes.adapted(`was ${ms} ms, is ${seconds} s${seconds === TIMEOUT_MAX_S ? ', the longest possible' : ''}`);
  return seconds;
}

export function graceOf(raw: unknown, notes: Notes): number | undefined {
  if (isEmpty(raw)) return undefined;
  const given = numberIn(raw);
  if (given === undefined || !Number.isFinite(given)) {
    notes.dropped(`is no number of seconds (it was ${shown(raw)})`);
    return undefined;
  }
  const seconds = Math.min(Math.max(Math.ceil(given), 0), GRACE_MAX_S);
  if (seconds !== raw) notes.adapted(`was ${shown(raw)}, is ${seconds} s`);
  return seconds;
}
