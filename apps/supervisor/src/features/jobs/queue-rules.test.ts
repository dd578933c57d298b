import { WAITS_FOR } from '@argus/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { whyItWaits, type ServingBot, type WaitFacts } from './queue-rules.ts';

const idle: ServingBot = {
  hostname: 'web-1',
  slots: 10,
  running: 0,
  disabled: false,
  draining: false,
  silentMs: 1_000,
  problem: null,
};
const nothing: WaitFacts = {
  onHold: false,
  reason: null,
  reasonCode: null,
  dueInMs: null,
  isRetry: false,
  labels: null,
  bots: [idle],
  nearest: null,
  task: { name: 'Backup', limit: null, running: 0 },
  customer: { name: 'demo', limit: null, running: 0 },
  before: { jobs: 0, ofTask: 0, counted: 1_000 },
};

/** Each makes one thing keep the job, in the order in which they are told; whatever else may keep it stays. */
const CAUSES = {
  person: (facts) => ({ ...facts, onHold: true, reason: 'held by ada@demo.test', reasonCode: 'held' }),
  due: (facts) => ({ ...facts, dueInMs: 40_000, isRetry: true }),
  no_bot: (facts) => ({ ...facts, labels: ['gpu', 'rack:7'], bots: [] }),
  bot_disabled: (facts) => ({ ...facts, bots: facts.bots.map((bot) => ({ ...bot, disabled: true })) }),
  bot_away: (facts) => ({ ...facts, bots: facts.bots.map((bot) => ({ ...bot, silentMs: 300_000 })) }),
  task_limit: (facts) => ({ ...facts, task: { ...facts.task, limit: 2, running: 2 } }),
  customer_limit: (facts) => ({ ...facts, customer: { ...facts.customer, limit: 20, running: 20 } }),
  bot_full: (facts) => ({ ...facts, bots: facts.bots.map((bot) => ({ ...bot, running: bot.slots })) }),
  jobs_before: (facts) => ({ ...facts, before: { ...facts.before, jobs: facts.before.counted } }),
  turn: (facts) => facts,
} satisfies Record<(typeof WAITS_FOR)[number], (facts: WaitFacts) => WaitFacts>;

const bot = fc.record<ServingBot>({
  hostname: fc.constantFrom('web-1', 'web-2', 'db-1'),
  slots: fc.integer({ min: 0, max: 12 }),
  running: fc.integer({ min: 0, max: 12 }),
  disabled: fc.boolean(),
  draining: fc.boolean(),
  silentMs: fc.option(fc.integer({ min: 0, max: 1e9 })),
  problem: fc.option(fc.constant('its disk is full')),
});
const limit = (name: string) =>
  fc.record({
    name: fc.constant(name),
    limit: fc.option(fc.integer({ min: 1, max: 5 })),
    running: fc.integer({ min: 0, max: 6 }),
  });
const anyFacts = fc.record<WaitFacts>({
  onHold: fc.boolean(),
  reason: fc.option(fc.constant('held by ada@demo.test')),
  reasonCode: fc.constantFrom(null, 'held', 'task_paused', 'retry'),
  dueInMs: fc.option(fc.integer({ min: -5_000, max: 1e9 })),
  isRetry: fc.boolean(),
  labels: fc.option(fc.uniqueArray(fc.constantFrom('gpu', 'linux', 'rack:7'), { minLength: 1 })),
  bots: fc.array(bot, { maxLength: 6 }),
  nearest: fc.option(fc.record({ hostname: fc.constant('web-2'), lacks: fc.constant(['rack:7']) })),
  task: limit('Backup'),
  customer: limit('demo'),
  before: fc.record({
    jobs: fc.integer({ min: 0, max: 1_000 }),
    ofTask: fc.integer({ min: 0, max: 10 }),
    counted: fc.constant(1_000),
  }),
});
const rank = (facts: WaitFacts) => WAITS_FOR.indexOf(whyItWaits(facts).waits_for);

test('there is one answer for everything, with a sentence', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { waits_for, reason } = whyItWaits(facts);
      expect(WAITS_FOR).toContain(waits_for);
      expect(reason).toMatch(/^\S.*\S$/);
      expect(reason).not.toMatch(/undefined|null|NaN|Infinity| {2}| -\d/);
    }),
  );
});

test('whatever else keeps a job, a thing that keeps it is told, or one that is told before it', () => {
  fc.assert(
    fc.property(anyFacts, fc.constantFrom(...WAITS_FOR), (facts, cause) => {
      expect(rank(CAUSES[cause](facts))).toBeLessThanOrEqual(WAITS_FOR.indexOf(cause));
    }),
  );
});

test('where everything keeps a job, taking away what is told shows the next', () => {
  const told = WAITS_FOR.map(
    (_, first) =>
      whyItWaits(WAITS_FOR.slice(first).reduce((facts, cause) => CAUSES[cause](facts), nothing)).waits_for,
  );
  expect(told).toEqual(WAITS_FOR);
});

const labels = ['gpu', 'rack:7'];
test.each<[string, Partial<WaitFacts>]>([
  ['held by ada@demo.test: resume it to let it start', CAUSES.person(nothing)],
  ['its next attempt is due in 40 s', { dueInMs: 39_500, isRetry: true }],
  ['no bot carries gpu and rack:7: the organization has no bots yet', { labels, bots: [] }],
  [
    'no bot carries gpu and rack:7; nearest: web-2 lacks rack:7',
    { labels, bots: [], nearest: { hostname: 'web-2', lacks: ['rack:7'] } },
  ],
  [
    'bot web-1 is draining: it finishes what it runs and takes no more',
    { bots: [{ ...idle, draining: true }] },
  ],
  ['bot web-1 takes no jobs: its disk is full', { bots: [{ ...idle, problem: 'its disk is full' }] }],
  [
    'bot web-1 was last heard of 10 minutes ago',
    { bots: [{ ...idle, problem: 'its disk is full', silentMs: 600_000 }] },
  ],
  ['bot web-1 was last heard of 5 minutes ago', { bots: [{ ...idle, silentMs: 310_000 }] }],
  ['bot web-1 was never heard of: start it', { bots: [{ ...idle, silentMs: null }] }],
  ['task "Backup" runs 2 of at most 2 jobs', CAUSES.task_limit(nothing)],
  [
    'task "Backup" runs 1 of at most 2 jobs, and 3 jobs of it stand before this one',
    { task: { name: 'Backup', limit: 2, running: 1 }, before: { jobs: 3, ofTask: 3, counted: 1_000 } },
  ],
  ['organization demo runs 20 of at most 20 jobs', CAUSES.customer_limit(nothing)],
  ['bot web-1 runs 10 of 10 jobs', CAUSES.bot_full(nothing)],
  ['bot web-1 runs 2 jobs and takes no more than 1', { bots: [{ ...idle, slots: 1, running: 2 }] }],
  [
    'all 2 bots that carry gpu are full: bot web-1 runs 10 of 10 jobs, bot web-2 has no slots: raise them to let it take jobs, and at least 1,000 jobs stand before it',
    {
      labels: ['gpu'],
      bots: [
        { ...idle, running: 10 },
        { ...idle, hostname: 'web-2', slots: 0 },
      ],
      before: { jobs: 1_000, ofTask: 0, counted: 1_000 },
    },
  ],
  ['12 jobs stand before it, and 10 slots are free', { before: { jobs: 12, ofTask: 0, counted: 1_000 } }],
  ['it is handed out in a moment', { before: { jobs: 9, ofTask: 0, counted: 1_000 } }],
])('says: %s', (reason, facts) => {
  expect(whyItWaits({ ...nothing, ...facts }).reason).toBe(reason);
});
