import type { Random } from './random.ts';

/** What of a task decides which histories of its jobs are right. */
export interface TaskRules {
  name: string;
  /** At most one attempt of the task at once. */
  alone?: boolean;
  /** At most so many attempts at once. */
  maxRunning?: number;
  /** Attempts after the first one. */
  retries?: number;
  /** Seconds. */
  timeout?: number;
  /** What a bot does that cannot reach its supervisor. */
  onLost: 'stop' | 'keep';
  /** Seconds. */
  lostAfter: number;
}

/** The tasks of a campaign. `bot`: the number of the bot that runs it; without, any bot does. */
export interface CampaignTask extends TaskRules {
  bot?: number;
}

/** A bot's and its attempts' fate is decided after at least this long, seconds: the contract allows no less. */
export const LOST_AFTER_S = 30;

const usual = { onLost: 'keep', lostAfter: 120 } as const;
const strict = { onLost: 'stop', lostAfter: 120 } as const;

export const TASKS: readonly CampaignTask[] = [
  { name: 'plain on bot 0', bot: 0, ...usual },
  { name: 'plain on bot 1', bot: 1, ...usual },
  { name: 'plain on bot 2', bot: 2, ...usual },
  { name: 'plain anywhere', ...usual },
  { name: 'alone on bot 0', bot: 0, alone: true, ...strict },
  { name: 'alone anywhere', alone: true, ...strict },
  { name: 'two at once', maxRunning: 2, ...strict },
  { name: 'with retries', retries: 2, ...strict },
  { name: 'with a timeout', timeout: 1, ...usual },
  { name: 'soon lost, kept', onLost: 'keep', lostAfter: LOST_AFTER_S },
  { name: 'soon lost, stopped', retries: 1, onLost: 'stop', lostAfter: LOST_AFTER_S },
];

/** One job of a campaign, and what its script is told. */
export interface JobSpec {
  task: string;
  /** Numbered lines that it writes. */
  lines: number;
  /** Milliseconds between two of them. */
  pauseMs: number;
  /** Its exit code, until the attempt `succeedsAt`, from which on it is 0. */
  code: number;
  succeedsAt: number;
  /** It has a child in a session of its own that would outlive it. */
  hasChild: boolean;
  cancel: 'at once' | 'while it runs' | null;
  /** Somebody reads its log as it comes. */
  isFollowed: boolean;
}

/** The jobs of a round, in the order in which they are asked for. */
export function jobsOf(random: Random, count: number): JobSpec[] {
  const names = TASKS.filter(({ lostAfter }) => lostAfter !== LOST_AFTER_S).map(({ name }) => name);
  return Array.from({ length: count }, (_, index) => {
    // every task in turn first, so that each has a job in each round
    const task = index < names.length ? (names[index] as string) : random.pick(names);
    if (task === 'with a timeout')
      return { ...QUIET, task, lines: 60, pauseMs: 50, code: 0, hasChild: random.next() < 0.3 };
    const isShort = /alone|two/.test(task);
    const lines = random.pick(isShort ? [0, 3, 8] : [0, 1, 10, 30, 60]);
    const hasChild = random.next() < 0.2;
    return {
      task,
      lines,
      pauseMs: random.pick(isShort ? [0, 20, 50] : [0, 5, 25, 50]),
      code: random.pick([0, 0, 0, 1, 7]),
      succeedsAt: task === 'with retries' ? random.between(1, 4) : 9,
      hasChild,
      cancel: random.pick([null, null, null, null, null, 'at once', 'while it runs']),
      isFollowed: random.next() < 0.2,
    };
  });
}

const QUIET = { succeedsAt: 9, hasChild: false, cancel: null, isFollowed: false } as const;

/** More than the slots of all bots but one: each bot has some of them. */
export const LONG_JOBS = 14;

/** Jobs for a round in which a bot is silent for longer than they are waited for. */
export function longJobs(random: Random): JobSpec[] {
  const long = TASKS.filter(({ lostAfter }) => lostAfter === LOST_AFTER_S).flatMap(({ name }) =>
    Array.from({ length: LONG_JOBS / 2 }, () => ({
      ...QUIET,
      task: name,
      lines: 45,
      pauseMs: 1_000,
      code: random.pick([0, 7]),
      hasChild: random.next() < 0.5,
    })),
  );
  return [...long, ...jobsOf(random, 8)];
}

/**
 * The script of every job. What it does it writes to a file of its job in the witness directory as well, each line by one
 * write at the end of the file: `start <attempt> <pid> <time>`, `line … <n>`, `child … <n>`, `end … <code>`. The times are
 * milliseconds of the machine's clock, taken before the write.
 */
export function scriptFor(witness: string): string {
  return `use strict; use Time::HiRes qw(time sleep);
my ($lines, $pause, $code, $succeeds_at, $has_child) = @ARGV;
my ($job, $attempt) = split /\\./, $ENV{ARGUS_ATTEMPT};
open(my $witness, '>>', "${witness}/$job") or die "no witness: $!";
sub note { my ($what, $more) = @_; syswrite $witness, sprintf("%s %d %d %.3f %s\\n", $what, $attempt, $$, time() * 1000, $more) }
note('start', '');
my $child;
if ($has_child) {
  $child = fork();
  if ($child == 0) {
    require POSIX; POSIX::setsid(); $SIG{TERM} = 'IGNORE';
    for my $i (1 .. 600) { note('child', $i); sleep 0.1 }
    exit 0;
  }
}
for my $i (1 .. $lines) {
  syswrite STDOUT, "line $i of attempt $attempt\\n";
  note('line', $i);
  sleep $pause / 1000 if $pause;
}
if ($child) { kill 'KILL', $child; waitpid $child, 0 }
$code = 0 if $attempt >= $succeeds_at;
note('end', $code);
exit $code;
`;
}

/** What the script is told; `call` names the call that makes the job. */
export const ARGUMENTS = ['lines', 'pause', 'code', 'succeeds at', 'child', 'call'] as const;

export function argumentsOf({ lines, pauseMs, code, succeedsAt, hasChild }: JobSpec, call: string): string[] {
  return [lines, pauseMs, code, succeedsAt, hasChild ? 1 : 0, call].map(String);
}

/** Number of lines and call of a job by its values. */
export function ofValues(values: readonly (string | null)[]): { lines: number; call: string } {
  return { lines: Number(values[0]), call: values[5] ?? '' };
}
