import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from './checker.ts';
import {
  readWitness,
  type Explanations,
  type JobHistory,
  type Violation,
  type WitnessLine,
} from './history.ts';
import { everyFault, isSilence, nameOf, planOf, type Round } from './plan.ts';
import { randomOf } from './random.ts';
import { jobsOf, TASKS, type TaskRules } from './workload.ts';

const NOTHING: Explanations = {
  shimKilled: new Set(),
  idleShimsKilled: new Map(),
  silent: new Map(),
  troubled: new Set(),
};

/** How a job may go. */
interface Course {
  task: TaskRules;
  lines: number;
  pause: number;
  code: number;
  end: 'by itself' | 'stopped' | 'canceled before' | 'canceled between' | 'canceled next' | 'timeout';
}

const courses = fc.array(
  fc.record({
    task: fc.constantFrom(...TASKS),
    lines: fc.integer({ min: 1, max: 20 }),
    pause: fc.integer({ min: 1, max: 80 }),
    code: fc.constantFrom(0, 0, 1, 7),
    end: fc.constantFrom(
      'by itself',
      'by itself',
      'stopped',
      'canceled before',
      'canceled between',
      'canceled next',
      'timeout',
    ),
  } satisfies Record<keyof Course, unknown>),
  { minLength: 1, maxLength: 12 },
);

/** Histories of jobs that went as they should, one after the other. */
function honest(list: readonly Course[]): JobHistory[] {
  let time = 1_000_000;
  return list.map((course, index) => {
    const { lines, pause, code } = course;
    const cannot =
      (course.end === 'timeout' && course.task.timeout === undefined) ||
      (['canceled between', 'canceled next'].includes(course.end) && (code === 0 || !course.task.retries));
    const end = cannot ? 'by itself' : course.end;
    const endsItself = ['by itself', 'canceled between', 'canceled next'].includes(end);
    const began = time;
    const id = `job${index}`;
    const attempts: JobHistory['attempts'] = [];
    const witness: WitnessLine[] = [];
    const allowed = end === 'by itself' && code !== 0 ? 1 + (course.task.retries ?? 0) : 1;
    const outcomes = {
      'by itself': 'exit_code',
      stopped: 'stopped',
      'canceled before': '',
      'canceled between': 'exit_code',
      'canceled next': 'exit_code',
      timeout: 'timeout',
    };
    if (end !== 'canceled before')
      for (let attempt = 1; attempt <= allowed; attempt++) {
        const tell = (what: WitnessLine['what'], number: number) =>
          witness.push({ what, attempt, pid: 7, time: (time += pause), number });
        tell('start', 0);
        const written = endsItself ? lines : Math.max(1, lines - 1);
        for (let line = 1; line <= written; line++) tell('line', line);
        if (endsItself) tell('end', code);
        const log = Array.from(
          { length: written },
          (_, line) => `line ${line + 1} of attempt ${attempt}\n`,
        ).join('');
        attempts.push({ attempt, bot: 'bot-0', outcome: outcomes[end], log });
      }
    if (end === 'canceled next') attempts.push({ attempt: 2, bot: 'bot-0', outcome: 'canceled', log: '' });
    time += Math.max(1, began + 1_500 - time);
    const sight = {
      'by itself': { lifecycle: 'finished', state: code === 0 ? 'success' : 'failure', exit_code: code },
      stopped: { lifecycle: 'terminated', state: 'canceled', exit_code: null },
      'canceled before': { lifecycle: 'canceled', state: 'canceled', exit_code: null },
      'canceled between': { lifecycle: 'terminated', state: 'canceled', exit_code: code },
      'canceled next': { lifecycle: 'terminated', state: 'canceled', exit_code: null },
      timeout: { lifecycle: 'terminated', state: 'timeout', exit_code: null },
    }[end];
    const reason_code = end.startsWith('canceled') ? 'canceled' : outcomes[end];
    const last = { ...sight, reason_code, reason: 'as it was', attempt: attempts.length };
    return {
      id,
      task: course.task,
      spec: { lines },
      call: `call ${index}`,
      isAcknowledged: true,
      cancel: end === 'stopped' || end.startsWith('canceled') ? 'acknowledged' : 'none',
      last,
      firstEnd: { at: (time += 10), sight: last },
      attempts,
      witness,
      alive: [],
      followed: attempts.length === 1 ? (attempts[0]?.log ?? null) : null,
    };
  });
}

const rulesOf = (violations: readonly Violation[]) => new Set(violations.map(({ rule }) => rule));

test('a history in which all went as it should breaks no promise', () => {
  fc.assert(
    fc.property(courses, (list) => {
      expect(check(honest(list), NOTHING)).toEqual([]);
    }),
  );
});

/** What may go wrong, to one job of a history; answers false where it cannot to this one. */
type Harm = (job: JobHistory, all: JobHistory[]) => unknown;
const last = (job: JobHistory) => job.last as NonNullable<JobHistory['last']>;
const ran = (job: JobHistory) => job.witness.length > 0;
const attempt = (job: JobHistory) => job.attempts.at(-1) as JobHistory['attempts'][number];
const withLines = (job: JobHistory) => job.attempts.length > 0 && attempt(job).log.split('\n').length > 3;
const byItself = (job: JobHistory) => last(job).lifecycle === 'finished';
const state = (job: JobHistory, sight: Partial<NonNullable<JobHistory['last']>>) => {
  job.last = { ...last(job), ...sight };
  job.firstEnd = { at: job.firstEnd?.at ?? 0, sight: job.last };
};

const harms: [string, Violation['rule'], Harm][] = [
  ['a job is gone', 'every acknowledged run exists and ends', (job) => void (job.last = null)],
  [
    'a job never ends',
    'every acknowledged run exists and ends',
    (job) => state(job, { lifecycle: 'started' }),
  ],
  [
    'a script starts twice in one attempt',
    'nothing starts twice',
    (job) => ran(job) && !!job.witness.push({ ...(job.witness[0] as WitnessLine), pid: 8 }),
  ],
  [
    'a script starts in an attempt that nobody knows',
    'nothing starts twice',
    (job) => ran(job) && !!job.witness.push({ ...(job.witness[0] as WitnessLine), attempt: 9 }),
  ],
  [
    'there are more attempts than the task allows',
    'nothing starts twice',
    (job) => {
      const next = 2 + (job.task.retries ?? 0);
      state(job, { attempt: next });
    },
  ],
  [
    'one call makes two jobs',
    'nothing starts twice',
    (job, all) => all.length > 1 && ((job.call = all.find((one) => one !== job)?.call ?? ''), true),
  ],
  [
    'a failure is shown as success',
    'the state is true',
    (job) => byItself(job) && last(job).exit_code !== 0 && (state(job, { state: 'success' }), true),
  ],
  [
    'another exit code is shown',
    'the state is true',
    (job) => byItself(job) && (state(job, { exit_code: 99 }), true),
  ],
  [
    'an end that a script never came to is shown',
    'the state is true',
    (job) => byItself(job) && ((job.witness = job.witness.filter(({ what }) => what !== 'end')), true),
  ],
  [
    'what ran is shown as never started',
    'the state is true',
    (job) => ran(job) && (state(job, { lifecycle: 'canceled', state: 'canceled' }), true),
  ],
  [
    'a job whose first attempt ran is shown as never started',
    'the state is true',
    (job) => last(job).attempt > 1 && (state(job, { lifecycle: 'canceled', state: 'canceled' }), true),
  ],
  [
    'its last end is shown as a cancel between two attempts',
    'the state is true',
    (job) =>
      byItself(job) &&
      last(job).attempt > (job.task.retries ?? 0) &&
      (state(job, { lifecycle: 'terminated', state: 'canceled', reason_code: 'canceled' }),
      (job.cancel = 'acknowledged')),
  ],
  [
    'nobody asked for a stop',
    'the state is true',
    (job) => last(job).state === 'canceled' && ((job.cancel = 'none'), true),
  ],
  ...['lost', 'unknown', 'fenced', 'not_started'].map((outcome): [string, Violation['rule'], Harm] => [
    `an attempt is ${outcome} without any reason`,
    'the state is true',
    (job) => {
      if (!ran(job)) return false;
      attempt(job).outcome = outcome;
      return state(job, { lifecycle: 'terminated', state: 'error', reason_code: outcome, exit_code: null });
    },
  ]),
  [
    'an end is changed afterwards',
    'the state is true',
    (job) => void (job.firstEnd = { at: Infinity, sight: { ...last(job), reason: 'another one' } }),
  ],
  [
    'a script goes on after its end was shown',
    'what ended is over',
    (job) =>
      ran(job) &&
      !!job.witness.push({
        ...(job.witness.at(-1) as WitnessLine),
        what: 'child',
        time: (job.firstEnd?.at ?? 0) + 1,
      }),
  ],
  ['a process is left', 'what ended is over', (job) => !!job.alive.push('7 perl')],
  [
    'a line of a log is missing',
    'the log is complete',
    (job) => withLines(job) && ((attempt(job).log = attempt(job).log.replace(/^line 2 .*\n/m, '')), true),
  ],
  [
    'a line of a log is there twice',
    'the log is complete',
    (job) =>
      withLines(job) && ((attempt(job).log = attempt(job).log.replace(/^(line 2 .*\n)/m, '$1$1')), true),
  ],
  [
    'lines of a log are exchanged',
    'the log is complete',
    (job) =>
      withLines(job) &&
      ((attempt(job).log = attempt(job).log.replace(/^(line 1 .*\n)(line 2 .*\n)/m, '$2$1')), true),
  ],
  [
    'the end of a log is missing',
    'the log is complete',
    (job) =>
      withLines(job) &&
      ((attempt(job).log = attempt(job).log.replace(/line \d+ of attempt \d+\n$/, '')), true),
  ],
  [
    'who follows a log reads another one',
    'the log is complete',
    (job) => job.followed !== null && ((job.followed += 'x'), true),
  ],
  [
    'a stop is forgotten',
    'a stop stops',
    (job) => {
      if (last(job).reason_code !== 'stopped') return false;
      return state(job, { state: 'error', reason_code: 'lost' });
    },
  ],
  [
    'two run at once that may not',
    'not more at once than allowed',
    (job, all) => {
      if (!ran(job) || !job.task.alone) return false;
      const shifted = job.witness.map((line) => ({ ...line, time: line.time + 1 }));
      return all.push({ ...job, id: 'another', call: 'another', witness: shifted });
    },
  ],
  [
    'three run at once where two may',
    'not more at once than allowed',
    (job, all) => {
      if (!ran(job) || job.task.maxRunning !== 2) return false;
      // one that took no time was never there together with others
      if (new Set(job.witness.map(({ time }) => time)).size < 2) return false;
      for (const id of ['another', 'a third']) all.push({ ...job, id, call: id });
      return true;
    },
  ],
];

test.each(harms)('is found: %s', (_what, rule, harm) => {
  let tried = 0;
  fc.assert(
    fc.property(courses, fc.nat(), (list, which) => {
      const all = honest(list);
      const job = all[which % all.length] as JobHistory;
      if (harm(job, all) === false) return;
      tried++;
      expect(rulesOf(check(all, NOTHING))).toContain(rule);
    }),
    { numRuns: 300 },
  );
  expect(tried).toBeGreaterThan(0);
});

describe('what a fault explains is no broken promise', () => {
  const course: Course = { task: TASKS[0] as TaskRules, lines: 9, pause: 5, code: 0, end: 'by itself' };
  function cut(outcome: string): JobHistory[] {
    const all = honest([course]);
    const job = all[0] as JobHistory;
    job.witness = job.witness.filter(({ what, number }) => what !== 'end' && number < 6);
    attempt(job).outcome = outcome;
    attempt(job).log = attempt(job).log.slice(0, 47);
    job.followed = null;
    state(job, { lifecycle: 'terminated', state: 'error', reason_code: outcome, exit_code: null });
    return all;
  }

  test('an end that nobody knows after its shim was killed', () => {
    expect(check(cut('unknown'), { ...NOTHING, shimKilled: new Set(['job0.1']) })).toEqual([]);
    expect(check(cut('unknown'), { ...NOTHING, shimKilled: new Set(['job0.2']) })).not.toEqual([]);
  });

  test('one such end of a script that never began, for each idle shim of its bot that was killed', () => {
    const never = (count: number) =>
      honest(Array.from({ length: count }, () => course)).map((job) => {
        job.witness = [];
        attempt(job).outcome = 'unknown';
        attempt(job).log = '';
        job.followed = null;
        state(job, { lifecycle: 'terminated', state: 'error', reason_code: 'unknown', exit_code: null });
        return job;
      });
    const killed = { ...NOTHING, idleShimsKilled: new Map([['bot-0', 1]]) };
    expect(check(never(1), killed)).toEqual([]);
    expect(check(never(2), killed)).toHaveLength(1);
    expect(check(never(1), { ...NOTHING, idleShimsKilled: new Map([['bot-1', 1]]) })).not.toEqual([]);
    expect(check(cut('unknown'), killed)).not.toEqual([]);
  });

  test('a loss after the bot was silent for long enough', () => {
    expect(check(cut('lost'), { ...NOTHING, silent: new Map([['bot-0', 121_000]]) })).toEqual([]);
    expect(check(cut('lost'), { ...NOTHING, silent: new Map([['bot-0', 119_000]]) })).not.toEqual([]);
  });
});

test('a witness is read as scripts write it, and anything else is refused', () => {
  expect(readWitness('start 1 70 12.500 \nline 1 70 13.000 1\nend 1 70 14 7\n')).toEqual([
    { what: 'start', attempt: 1, pid: 70, time: 12.5, number: 0 },
    { what: 'line', attempt: 1, pid: 70, time: 13, number: 1 },
    { what: 'end', attempt: 1, pid: 70, time: 14, number: 7 },
  ]);
  expect(() => readWitness('line 1 7')).toThrow('a witness says');
});

describe('the plan of a seed', () => {
  const take = (seed: number, count: number, isShort = false) => [...planOf(seed, { isShort }).take(count)];

  test('is the same each time, and another one for another seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(take(seed, 30)).toEqual(take(seed, 30));
        expect(take(seed, 5)).not.toEqual(take(seed + 1, 5));
      }),
      { numRuns: 20 },
    );
  });

  test('does every fault there is before any comes again, and in each round none that hinders another', () => {
    const names = new Set(
      everyFault(randomOf(1)).map((fault) => nameOf(fault).replace('frozen at', 'killed at')),
    );
    const namesIn = (rounds: readonly Round[]) =>
      new Set(
        rounds.flatMap(({ faults }) =>
          faults.map((fault) => nameOf(fault).replace('frozen at', 'killed at')),
        ),
      );
    const rounds = take(7, 40);
    expect([...names].filter((name) => !namesIn(rounds).has(name))).toEqual([]);
    expect(rounds.filter(({ faults }) => faults.some(isSilence)).length).toBeGreaterThan(0);
    for (const { faults } of rounds) {
      const whos = faults.flatMap((fault) =>
        'who' in fault && fault.kind !== 'clock' && fault.kind !== 'kill shim' ? fault.who : [],
      );
      expect(new Set(whos).size).toBe(whos.length);
    }
  });

  test('gives each task a job in each round', () => {
    const names = new Set(jobsOf(randomOf(3), 20).map(({ task }) => task));
    expect([...names].toSorted()).toEqual(
      TASKS.filter(({ lostAfter }) => lostAfter > 30)
        .map(({ name }) => name)
        .toSorted(),
    );
  });
});
