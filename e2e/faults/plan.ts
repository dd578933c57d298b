import { randomOf, type Random } from './random.ts';
import { jobsOf, LONG_JOBS, longJobs, LOST_AFTER_S, type JobSpec } from './workload.ts';

export const SUPERVISORS = 2;
export const BOTS = 3;
/** The bot whose disk can be full. */
export const SMALL_DISK_BOT = 2;

/** What callers' requests and bots' requests go over. */
export type LinkName = 'callers' | `bot ${number}`;
export type ProcessName = `supervisor ${number}` | `bot ${number}`;

/** Which requests a fault of messages is about. */
export type Message = 'create' | 'poll' | 'events';
export type MessageFault = 'sent twice' | 'sent again later' | 'overtaken' | 'answered in vain';
export type LinkFault = 'cut' | 'half-open' | 'stalled' | 'requests stalled' | 'answers stalled' | 'slow';

/** `afterJobs`: so many jobs of the round were acknowledged; steps are armed before the round. `ms`: how long it lasts. */
export type Fault = { afterJobs: number; ms: number } & (
  | { kind: 'step'; who: ProcessName; step: string; times: number; how: 'kill' | 'stop' }
  | { kind: 'kill'; who: ProcessName }
  | { kind: 'freeze'; who: ProcessName }
  | { kind: 'kill shim'; who: ProcessName; which: 'running' | 'idle' }
  | { kind: 'kill postgres'; which: 'server' | 'session' }
  | { kind: 'kill everything' }
  | { kind: 'link'; link: LinkName; how: LinkFault }
  | { kind: 'message'; link: LinkName; message: Message; how: MessageFault; times: number }
  | { kind: 'clock'; who: ProcessName; hours: number }
  | { kind: 'full disk' }
);

export interface Round {
  number: number;
  jobs: JobSpec[];
  faults: Fault[];
}

const SUPERVISOR_STEPS = [
  'job.created',
  'job.claimed',
  'poll.answering',
  'events.received',
  'events.stored',
  'stop.requested',
];
const BOT_STEPS = [
  'instruction.received',
  'journal.accepted',
  'script.fetched',
  'journal.starting',
  'shim.ordered',
  'started.seen',
  'log.cut',
  'log.sent',
  'end.seen',
  'end.journaled',
  'end.sent',
  'forgotten',
];
export const LOST_STEP = 'lost.ended';
/** A bot that says nothing for this long is given up, milliseconds. */
const SILENCE_MS = (LOST_AFTER_S + 9) * 1000;

/** A name for a fault in reports: the same for faults of one kind. */
export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'step':
      return `${kindOf(fault.who)} ${fault.how === 'stop' ? 'frozen' : 'killed'} at ${fault.step}`;
    case 'kill':
      return `${kindOf(fault.who)} killed`;
    case 'freeze':
      return `${kindOf(fault.who)} frozen${isSilence(fault) ? ' until it is lost' : ''}`;
    case 'kill shim':
      return `shim killed, ${fault.which}`;
    case 'kill postgres':
      return `PostgreSQL killed, ${fault.which}`;
    case 'kill everything':
      return 'supervisors, bots and PostgreSQL killed at once';
    case 'link':
      return `link of ${kindOf(fault.link)} ${fault.how}${isSilence(fault) ? ' until it is lost' : ''}`;
    case 'message':
      return `${fault.message} ${fault.how}`;
    case 'clock':
      return `clock of ${kindOf(fault.who)} ${fault.hours > 0 ? 'an hour ahead' : 'an hour behind'}`;
    case 'full disk':
      return 'disk of a bot full';
  }
}

/** Whether it keeps a bot silent for so long that attempts are given up. */
export function isSilence({ ms }: Pick<Fault, 'ms'>): boolean {
  return ms >= SILENCE_MS;
}

function kindOf(who: string): string {
  return who.replace(/ \d+$/, '');
}

/** Every fault that there is, once each, with the places, moments and lengths that chance gives it. */
export function everyFault(random: Random): Fault[] {
  const when = () => ({ afterJobs: random.between(2, 12), ms: random.between(300, 2_500) });
  const supervisor = (): ProcessName => `supervisor ${random.between(0, SUPERVISORS - 1)}`;
  const bot = (): `bot ${number}` => `bot ${random.between(0, BOTS - 1)}`;
  const step = (who: ProcessName, name: string): Fault => ({
    kind: 'step',
    who,
    step: name,
    // a bot may get few of the jobs
    times: random.between(1, 2),
    how: random.next() < 0.75 ? 'kill' : 'stop',
    ...when(),
    afterJobs: 0,
  });
  const links: LinkFault[] = ['cut', 'half-open', 'stalled', 'requests stalled', 'answers stalled', 'slow'];
  const messages: MessageFault[] = ['sent twice', 'sent again later', 'overtaken', 'answered in vain'];
  return [
    ...SUPERVISOR_STEPS.map((name) => step(supervisor(), name)),
    ...BOT_STEPS.map((name) => step(bot(), name)),
    ...[supervisor(), supervisor(), bot(), bot(), bot()].map((who): Fault => ({
      kind: 'kill',
      who,
      ...when(),
    })),
    { kind: 'freeze', who: supervisor(), ...when() },
    { kind: 'freeze', who: bot(), ...when() },
    { kind: 'kill shim', who: bot(), which: 'running', ...when() },
    { kind: 'kill shim', who: bot(), which: 'running', ...when() },
    { kind: 'kill shim', who: bot(), which: 'idle', ...when() },
    { kind: 'kill postgres', which: 'server', ...when() },
    { kind: 'kill postgres', which: 'session', ...when() },
    { kind: 'kill everything', ...when() },
    ...links.map((how): Fault => ({ kind: 'link', link: bot(), how, ...when() })),
    ...links.map((how): Fault => ({ kind: 'link', link: 'callers', how, ...when() })),
    ...(['poll', 'events'] as const).flatMap((message) =>
      messages.map((how): Fault => {
        const times = random.between(1, 4);
        return { kind: 'message', link: bot(), message, how, times, ...when() };
      }),
    ),
    ...messages.map((how): Fault => {
      const times = random.between(1, 4);
      return { kind: 'message', link: 'callers', message: 'create', how, times, ...when() };
    }),
    ...[1, -1].flatMap((hours): Fault[] => [
      { kind: 'clock', who: supervisor(), hours, ...when() },
      { kind: 'clock', who: bot(), hours, ...when() },
    ]),
    { kind: 'full disk', ...when() },
  ];
}

/** Faults that take so long that each has a round of its own: a bot is given up, by either supervisor. */
function silences(random: Random): Fault[][] {
  const who: `bot ${number}` = `bot ${random.between(0, BOTS - 1)}`;
  const when = { afterJobs: LONG_JOBS, ms: SILENCE_MS };
  const steps = [0, 1].map((index): Fault => ({
    kind: 'step',
    who: `supervisor ${index}`,
    step: LOST_STEP,
    times: 1,
    how: 'kill',
    ms: 1_000,
    afterJobs: 0,
  }));
  return [
    [...steps, { kind: 'freeze', who, ...when }],
    [{ kind: 'link', link: who, how: 'stalled', ...when }],
  ];
}

/** What a fault takes for itself in a round: two that share something are not in the same one. */
function takes(fault: Fault): string[] {
  switch (fault.kind) {
    case 'step':
    case 'kill':
    case 'freeze':
      return [fault.who];
    case 'kill shim':
      return ['shim'];
    case 'kill postgres':
      return ['postgres'];
    case 'kill everything':
      return [...processes(), 'postgres'];
    case 'link':
      return [`link of ${fault.link}`];
    case 'message':
      return [`messages of ${fault.link}`];
    case 'clock':
      return ['clock'];
    case 'full disk':
      return ['disk', `bot ${SMALL_DISK_BOT}`];
  }
}

export function processes(): ProcessName[] {
  return [
    ...Array.from({ length: SUPERVISORS }, (_, index): ProcessName => `supervisor ${index}`),
    ...Array.from({ length: BOTS }, (_, index): ProcessName => `bot ${index}`),
  ];
}

const FAULTS_PER_ROUND = 3;
const JOBS_PER_ROUND = 20;

/**
 * The rounds of a seed, without end: all faults in an order that the seed decides, a few in each round, then all of them
 * again in another order. `isShort` leaves out those that take a minute.
 */
export function* planOf(seed: number, { isShort = false } = {}): Generator<Round> {
  const random = randomOf(seed);
  let number = 0;
  for (;;) {
    const groups = grouped(random.shuffled(everyFault(random)));
    // long ones in between, not at the end, which a short campaign does not reach
    if (!isShort)
      for (const group of silences(random)) groups.splice(random.between(1, groups.length), 0, group);
    for (const faults of groups) {
      const isLong = faults.some(isSilence);
      const jobs = isLong ? longJobs(random) : jobsOf(random, JOBS_PER_ROUND);
      yield { number: number++, jobs, faults: faults.toSorted((a, b) => a.afterJobs - b.afterJobs) };
    }
  }
}

function grouped(faults: readonly Fault[]): Fault[][] {
  const rest = [...faults];
  const groups: Fault[][] = [];
  while (rest.length > 0) {
    const group: Fault[] = [];
    const taken = new Set<string>();
    for (let at = 0; at < rest.length && group.length < FAULTS_PER_ROUND;) {
      const fault = rest[at] as Fault;
      if (takes(fault).some((name) => taken.has(name))) at++;
      else {
        for (const name of takes(fault)) taken.add(name);
        group.push(...rest.splice(at, 1));
      }
    }
    groups.push(group);
  }
  return groups;
}
