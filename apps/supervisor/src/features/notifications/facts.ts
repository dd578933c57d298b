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

/** A message, ready for whichever way it goes. */
export interface Message {
  id: string;
  subject: string;
  /** Plain text, without the link. */
  text: string;
  /** Where there is more to see. */
  link: string | null;
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

/** What happened, line by line, with times on the clocks of a zone. */
export function linesOf(facts: Facts, timezone: string): string[] {
  if (facts.body !== null) return facts.body.split('\n');
  const { emitter, hostname, reason, started_by, started_at, finished_at, log } = facts;
  const named: [string, string | null][] = [
    ['Reason', reason],
    ['Bot', hostname],
    ['Started by', started_by],
    ['Started', started_at && timeText(started_at, timezone)],
    ['Ended', timeText(finished_at ?? facts.at, timezone)],
    ['Took', started_at && finished_at && durationText(Date.parse(finished_at) - Date.parse(started_at))],
  ];
  const lines = [`${oneLine(emitter?.name ?? '')}: ${oneLine(wordOf(facts))}`, ''];
  for (const [name, value] of named)
    if (value !== null && value !== '') lines.push(`${`${name}:`.padEnd(12)}${oneLine(value)}`);
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
  { id, subject, facts }: { id: string; subject: string; facts: Facts },
  gathered: Message['gathered'],
  place: Place,
  timezone: string,
): Message {
  if (gathered === null || gathered.count <= 1) {
    const text = linesOf(facts, timezone).join('\n');
    return { id, subject, text, link: linkOf(facts, place), facts, gathered: null };
  }
  const { count, shown } = gathered;
  const more = count - shown.length;
  const lines = [
    `So much happened that it is told together: ${count} messages.`,
    '',
    ...shown.map(({ subject: one, at }) => `${timeText(at, timezone)}  ${one}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
  return {
    id,
    subject: subjectLine(`[${count} messages] ${facts.rule?.name ?? facts.emitter?.name ?? ''}`),
    text: lines.join('\n'),
    link: `${place.publicUrl}/app/${place.customer}/jobs`,
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
