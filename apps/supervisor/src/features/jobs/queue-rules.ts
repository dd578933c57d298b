import type { WaitsFor } from '@argus/contract';

/** A bot that may take a job, as far as its waiting depends on it. */
export interface ServingBot {
  hostname: string;
  /** What it takes at once. */
  slots: number;
  running: number;
  disabled: boolean;
  draining: boolean;
  /** Milliseconds since its last word; null where it never said one. */
  silentMs: number | null;
  /** Why it takes no jobs, as it says itself. */
  problem: string | null;
}

/** All that decides why a job waits. */
export interface WaitFacts {
  onHold: boolean;
  /** What the job itself says: why it is on hold. */
  reason: string | null;
  reasonCode: string | null;
  /** Milliseconds until it is due; null where it is not to wait for a time. */
  dueInMs: number | null;
  /** Whether it was tried before. */
  isRetry: boolean;
  /** What its bot must carry; null where it waits for one bot. */
  labels: readonly string[] | null;
  bots: readonly ServingBot[];
  /** Where no bot carries all labels: the one that lacks the fewest, if the organization has bots. */
  nearest: { hostname: string; lacks: readonly string[] } | null;
  task: { name: string; limit: number | null; running: number };
  customer: { name: string; limit: number | null; running: number };
  /** Jobs that are handed out before it, and those of its own task among them, where that is limited. */
  before: { jobs: number; ofTask: number; counted: number };
}

/** Without a word for longer than this a bot is away. */
const AWAY_AFTER_MS = 45_000;
const NAMED = 3;

/**
 * Why a job waits: one answer, the first in the order of `WAITS_FOR`, and a sentence with names that says what it waits
 * for or what to do. A full bot goes before the jobs that stand before it, since these wait for it as well.
 */
export function whyItWaits(facts: WaitFacts): { waits_for: WaitsFor; reason: string } {
  const { onHold, dueInMs, labels, bots, task, customer, before } = facts;
  if (onHold) return { waits_for: 'person', reason: held(facts) };
  if (dueInMs !== null && dueInMs > 0)
    return {
      waits_for: 'due',
      reason: `${facts.isRetry ? 'its next attempt' : 'it'} is due in ${span(dueInMs)}`,
    };
  if (bots.length === 0) return { waits_for: 'no_bot', reason: noBot(facts) };
  const enabled = bots.filter(takesJobs);
  if (enabled.length === 0) return { waits_for: 'bot_disabled', reason: noneTakes(bots, labels) };
  const there = enabled.filter(isThere);
  if (there.length === 0) return { waits_for: 'bot_away', reason: noneThere(enabled, labels) };
  if (task.limit !== null && task.limit - task.running <= before.ofTask)
    return { waits_for: 'task_limit', reason: taskLimit(facts, task.limit) };
  if (customer.limit !== null && customer.running >= customer.limit)
    return {
      waits_for: 'customer_limit',
      reason: `organization ${customer.name} runs ${customer.running} of at most ${jobs(customer.limit)}${stands(before)}`,
    };
  const free = there.reduce((sum, { slots, running }) => sum + Math.max(0, slots - running), 0);
  if (free === 0) return { waits_for: 'bot_full', reason: `${full(there, labels)}${stands(before)}` };
  if (before.jobs >= free)
    return {
      waits_for: 'jobs_before',
      reason: `${standing(before)}, and ${free === 1 ? 'one slot is' : `${free} slots are`} free`,
    };
  return { waits_for: 'turn', reason: 'it is handed out in a moment' };
}

/** Whether a bot was heard of lately. */
export function isThere({ silentMs }: Pick<ServingBot, 'silentMs'>): boolean {
  return silentMs !== null && silentMs <= AWAY_AFTER_MS;
}

/** Whether nobody and nothing keeps it from taking jobs; a problem counts as long as it is heard of. */
export function takesJobs(bot: Pick<ServingBot, 'disabled' | 'draining' | 'problem' | 'silentMs'>): boolean {
  return !bot.disabled && !bot.draining && (bot.problem === null || !isThere(bot));
}

function held({ reason, reasonCode }: WaitFacts): string {
  const cause = reason ?? 'it is on hold';
  return reasonCode === 'task_paused'
    ? `${cause}: resume the task to let it start`
    : `${cause}: resume it to let it start`;
}

function noBot({ labels, nearest }: WaitFacts): string {
  if (labels === null) return 'its bot was removed: give its task another one';
  const none = `no bot carries ${list(labels)}`;
  if (nearest === null) return `${none}: the organization has no bots yet`;
  return nearest.lacks.length >= labels.length
    ? `${none}: give a bot ${labels.length === 1 ? 'this label' : 'these labels'}`
    : `${none}; nearest: ${nearest.hostname} lacks ${list(nearest.lacks)}`;
}

function noneTakes(bots: readonly ServingBot[], labels: readonly string[] | null): string {
  const [only] = bots;
  if (bots.length === 1 && only) return notTaking(only);
  return `none of the ${bots.length} bots${carrying(bots, labels)} takes jobs: ${names(bots, notTaking)}`;
}

function notTaking({ hostname, disabled, draining, problem }: ServingBot): string {
  if (disabled) return `bot ${hostname} is disabled: enable it to let it take jobs`;
  if (draining) return `bot ${hostname} is draining: it finishes what it runs and takes no more`;
  return `bot ${hostname} takes no jobs: ${problem}`;
}

function noneThere(bots: readonly ServingBot[], labels: readonly string[] | null): string {
  const latest = bots.toSorted((a, b) => (a.silentMs ?? Infinity) - (b.silentMs ?? Infinity));
  const [first] = latest;
  if (bots.length === 1 && first) return lastHeard(first);
  return `none of the ${bots.length} bots${carrying(bots, labels)} is there: ${names(latest, lastHeard)}`;
}

function lastHeard({ hostname, silentMs }: ServingBot): string {
  return silentMs === null
    ? `bot ${hostname} was never heard of: start it`
    : `bot ${hostname} was last heard of ${span(silentMs)} ago`;
}

function taskLimit({ task, before }: WaitFacts, limit: number): string {
  const running = `task "${task.name}" runs ${task.running} of at most ${jobs(limit)}`;
  if (before.ofTask === 0) return running;
  return `${running}, and ${amount(before.ofTask, before.counted)} of it ${before.ofTask === 1 ? 'stands' : 'stand'} before this one`;
}

function full(bots: readonly ServingBot[], labels: readonly string[] | null): string {
  const runs = ({ hostname, running, slots }: ServingBot) => {
    if (slots === 0) return `bot ${hostname} has no slots: raise them to let it take jobs`;
    return running > slots
      ? `bot ${hostname} runs ${jobs(running)} and takes no more than ${slots}`
      : `bot ${hostname} runs ${running} of ${jobs(slots)}`;
  };
  const [only] = bots;
  if (bots.length === 1 && only) return runs(only);
  return `${carriers(bots, labels)} full: ${names(bots, runs)}`;
}

/** `, and 3 jobs stand before it`, where there are any. */
function stands(before: WaitFacts['before']): string {
  return before.jobs === 0 ? '' : `, and ${standing(before)}`;
}

function standing({ jobs: count, counted }: WaitFacts['before']): string {
  return `${amount(count, counted)} ${count === 1 ? 'stands' : 'stand'} before it`;
}

function amount(count: number, counted: number): string {
  return count >= counted ? `at least ${jobs(counted)}` : count === 1 ? 'one job' : jobs(count);
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${count.toLocaleString('en-US')} jobs`;
}

function carriers(bots: readonly ServingBot[], labels: readonly string[] | null): string {
  const those = carrying(bots, labels);
  return bots.length === 1 ? `the only bot${those} is` : `all ${bots.length} bots${those} are`;
}

function carrying(bots: readonly ServingBot[], labels: readonly string[] | null): string {
  return labels === null ? '' : ` that ${bots.length === 1 ? 'carries' : 'carry'} ${list(labels)}`;
}

function names(bots: readonly ServingBot[], tell: (bot: ServingBot) => string): string {
  const more = bots.length - NAMED;
  return `${bots.slice(0, NAMED).map(tell).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function list(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** A span in one unit: `40 s`, `5 minutes`, `2 hours`, `1 day`. Below two minutes in seconds. */
function span(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const [unit, size] = UNITS.find(([, one]) => seconds >= one) ?? UNITS[2];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
