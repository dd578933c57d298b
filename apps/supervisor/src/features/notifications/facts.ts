import type { Emitter } from '@argus/contract';
import { oneLine } from './rules.ts';

/** All that a message says, as it was when it was decided that somebody is told. Times are ISO 8601. */
export interface Facts {
  kind: 'event' | 'message' | 'test';
  at: string;
  emitter: { type: Emitter; id: string; name: string } | null;
  event: string | null;
  state: string | null;
  recovered: boolean;
  reason: string | null;
  hostname: string | null;
  started_by: string | null;
  started_at: string | null;
  finished_at: string | null;
  job_id: string | null;
  run_id: string | null;
  /** Who started it sees it. */
  user_id: string | null;
  /** Who may see the emitter, where it is gone by then. */
  acls: string[];
  rule: { id: string; name: string; personal: boolean } | null;
  log: string[];
  /** What somebody wrote themselves. */
  body: string | null;
  /** What stands before that: names and values. */
  fields: [string, string][];
  /** What its job waits for people to do. */
  asks: 'approval' | 'input' | null;
}

/** What a digest tells of each of those that it stands for. */
export interface Gathered {
  subject: string;
  at: string;
}

export interface Place {
  /** Without a slash at its end. */
  publicUrl: string;
  customer: string;
}

/** Where a button of a message leads, which is the page: who is not signed in signs in first. */
export interface Button {
  title: string;
  url: string;
}

/** A message, ready for whichever way it goes. */
export interface Message {
  id: string;
  subject: string;
  /** Plain text, without the link. */
  text: string;
  /** Where there is more to see. */
  link: string | null;
  /** What `text` says, in its parts: names with values on one line, and what follows them. */
  fields: readonly (readonly [string, string])[];
  detail: { kind: 'text' | 'log'; text: string } | null;
  buttons: readonly Button[];
  facts: Facts;
  /** Of a digest, what it stands for. */
  gathered: { count: number; shown: Gathered[] } | null;
}

const SUBJECT_MAX = 200;
const EMPTY: Facts = {
  kind: 'message',
  at: '',
  emitter: null,
  event: null,
  state: null,
  recovered: false,
  reason: null,
  hostname: null,
  started_by: null,
  started_at: null,
  finished_at: null,
  job_id: null,
  run_id: null,
  user_id: null,
  acls: [],
  rule: null,
  log: [],
  body: null,
  fields: [],
  asks: null,
};

export function factsOf(some: Partial<Facts>): Facts {
  return { ...EMPTY, at: new Date().toISOString(), ...some };
}

/** How an end is called, in brackets before everything else. */
function wordOf({ recovered, state, event }: Facts): string {
  if (recovered) return 'recovered';
  // a script's own event says more than the state
  if (event !== null && !['success', 'failure', 'timeout', 'canceled'].includes(event)) return event;
  switch (state ?? event) {
    case 'success':
      return 'succeeded';
    case 'failure':
      return 'failed';
    case 'timeout':
      return 'timed out';
    default:
      return state ?? event ?? 'event';
  }
}

/** One line: `[failed] Nightly backup on web-1`. */
export function subjectOf(facts: Facts): string {
  const where = facts.hostname === null ? '' : ` on ${facts.hostname}`;
  return subjectLine(`[${wordOf(facts)}] ${facts.emitter?.name ?? ''}${where}`);
}

/** As a subject may be: one line of a bounded length. */
export function subjectLine(text: string): string {
  const line = oneLine(text);
  return line.length > SUBJECT_MAX ? `${line.slice(0, SUBJECT_MAX - 1)}…` : line;
}

export function linkOf(
  { job_id, run_id, emitter, state }: Pick<Facts, 'job_id' | 'run_id' | 'emitter' | 'state'>,
  { publicUrl, customer }: Place,
): string | null {
  const page = `${publicUrl}/app/${customer}`;
  if (job_id !== null) return `${page}/jobs/${job_id}`;
  // of a run that is gone nothing is known
  return run_id === null || emitter === null || state === null
    ? null
    : `${page}/workflows/${emitter.id}/runs/${run_id}`;
}

/** Where it is looked at, and decided: never a link that acts by itself, since many may read it. */
function buttonsOf(facts: Facts, place: Place): Button[] {
  const url = linkOf(facts, place);
  if (url === null) return [];
  if (facts.asks !== null)
    return [{ title: facts.asks === 'approval' ? 'Review and decide' : 'Fill it in', url }];
  if (facts.job_id === null) return [{ title: 'Open the run', url }];
  const job = { title: 'Open the job', url };
  // what no bot ran has none
  return facts.hostname === null ? [job] : [job, { title: 'Open the log', url: `${url}#log` }];
}

/** What is known of it, each on one line. */
function fieldsOf(facts: Facts, timezone: string): [string, string][] {
  const named = facts.body === null ? factsNamed(facts, timezone) : facts.fields;
  return named
    .map(([name, value]): [string, string] => [name, oneLine(value ?? '')])
    .filter(([, value]) => value !== '');
}

function factsNamed(facts: Facts, timezone: string): [string, string | null][] {
  const { hostname, reason, started_by, started_at, finished_at } = facts;
  return [
    ['Reason', reason],
    ['Bot', hostname],
    ['Started by', started_by],
    ['Started', started_at && timeText(started_at, timezone)],
    ['Ended', timeText(finished_at ?? facts.at, timezone)],
    ['Took', started_at && finished_at && durationText(Date.parse(finished_at) - Date.parse(started_at))],
  ];
}

/** What happened, line by line, with times on the clocks of a zone. `kept`: an older version kept less of them. */
export function linesOf(kept: Partial<Facts>, timezone: string): string[] {
  const facts = factsOf(kept);
  const { emitter, body, log } = facts;
  const named = fieldsOf(facts, timezone).map(([name, value]) => `${`${name}:`.padEnd(12)}${value}`);
  if (body !== null) return [...named, ...(named.length > 0 ? [''] : []), ...body.split('\n')];
  const lines = [`${oneLine(emitter?.name ?? '')}: ${oneLine(wordOf(facts))}`, '', ...named];
  if (log.length > 0) lines.push('', 'The last lines of its log:', ...log.map((line) => `> ${line}`));
  return lines;
}

/** Why somebody gets it, and where that is changed. */
export function footOf({ rule }: Facts, { publicUrl, customer }: Place): string[] {
  if (rule === null) return [];
  const page = `${publicUrl}/app/${customer}/${rule.personal ? 'account/notifications' : 'settings/notifications'}`;
  return rule.personal
    ? ['You asked to be told. To change it:', page]
    : [`This is what the rule "${oneLine(rule.name)}" tells. To change it:`, page];
}

export function messageOf(
  { id, subject, facts: kept }: { id: string; subject: string; facts: Partial<Facts> },
  gathered: Message['gathered'],
  place: Place,
  timezone: string,
): Message {
  const facts = factsOf(kept);
  if (gathered === null || gathered.count <= 1) {
    const said = (facts.body ?? facts.log.join('\n')).trim();
    return {
      id,
      subject,
      text: linesOf(facts, timezone).join('\n'),
      link: linkOf(facts, place),
      fields: fieldsOf(facts, timezone),
      detail: said === '' ? null : { kind: facts.body === null ? 'log' : 'text', text: said },
      buttons: buttonsOf(facts, place),
      facts,
      gathered: null,
    };
  }
  const { count, shown } = gathered;
  const more = count - shown.length;
  const together = `So much happened that it is told together: ${count} messages.`;
  const list = [
    ...shown.map(({ subject: one, at }) => `${timeText(at, timezone)}  ${one}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
  const link = `${place.publicUrl}/app/${place.customer}/jobs`;
  return {
    id,
    subject: subjectLine(`[${count} messages] ${facts.rule?.name ?? facts.emitter?.name ?? ''}`),
    text: [together, '', ...list].join('\n'),
    link,
    fields: [],
    detail: { kind: 'text', text: list.join('\n') },
    buttons: [{ title: 'Open the jobs', url: link }],
    facts,
    gathered,
  };
}

export function timeText(iso: string, timezone: string): string {
  const time = Temporal.Instant.from(iso).toZonedDateTimeISO(timezone);
  return `${time.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ')} ${timezone}`;
}

export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return `${Math.max(0, ms)} ms`;
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value} ${unit}`)
    .join(' ');
}
