import { describe, expect, test } from 'vitest';
import type { FinishedEvent, PollRequest } from '@argus/contract';
import { createLog } from '../log.ts';
import { BotDirectory, TestBot } from '../testing/bot.ts';
import { HEALTH } from '../testing/health.ts';
import { assertProtocol1 } from '../testing/protocol-1.ts';
import { TestSupervisor } from '../testing/supervisor.ts';
import { Refused, type Call } from './http.ts';
import { asProtocol1, VersionedHttp } from './versions.ts';

const poll: PollRequest = {
  protocol: 2,
  boot: 'a boot id',
  machine: 'a machine id',
  draining: true,
  slots: 10,
  attempts: [],
  info: {
    hostname: 'h',
    version: '1',
    os: 'linux',
    release: '6',
    arch: 'x64',
    run_user: 'u',
    interpreters: {},
    labels: ['gpu'],
    capabilities: { tree: 'cgroup v2' },
    problem: 'its disk is full',
  },
  health: HEALTH,
};

const finished: FinishedEvent = {
  type: 'finished',
  job: '0'.repeat(24),
  attempt: 1,
  lease: 'a lease of the job',
  last_seq: 0,
  ending: 'signaled',
  exit_code: null,
  signal: 'SIGKILL',
  stopped_by: 'fence',
  survivors: [],
  left_running: [],
  error: null,
  result: { file: null, stdout: null, stderr: null },
  duration_ms: 1,
  log_dropped_bytes: 0,
  limit: null,
  usage: { memory_bytes: 1, cpu_ms: 1 },
  age_ms: 0,
};

describe('in the words of protocol 1', () => {
  test('a poll has no slots where the bot drains, and nothing that is unknown there', () => {
    expect(assertProtocol1(asProtocol1(poll) as PollRequest)).toBeUndefined();
    expect(asProtocol1(poll)).toMatchObject({ protocol: 1, slots: 0 });
    expect(asProtocol1({ ...poll, draining: false })).toMatchObject({ slots: 10 });
  });

  test('what a fence or a limit ended was stopped by nobody that is known there, and the error says why', () => {
    const sent = asProtocol1({ protocol: 2, events: [finished] }) as { events: FinishedEvent[] };
    expect(assertProtocol1(sent as never)).toBeUndefined();
    expect(sent.events[0]).toMatchObject({
      stopped_by: null,
      error: expect.stringMatching(/could not reach/),
    });
    const limited = { ...finished, stopped_by: 'limit' as const, limit: 'memory' as const };
    expect(asProtocol1({ protocol: 2, events: [limited] })).toMatchObject({
      events: [{ stopped_by: null, error: expect.stringMatching(/memory/) }],
    });
    const cancelled = { ...finished, stopped_by: 'cancel' as const };
    expect(asProtocol1({ protocol: 2, events: [cancelled] })).toMatchObject({
      events: [{ stopped_by: 'cancel', error: null }],
    });
  });
});

describe('which protocol is spoken', () => {
  /** Answers as a supervisor of that protocol, or of none, would. */
  function supervisorOf(answers: { protocol: number | null }) {
    const seen: number[] = [];
    const http = {
      async json<T>({ body }: Call): Promise<T> {
        const { protocol } = body as PollRequest;
        seen.push(protocol);
        if (answers.protocol === null) throw new Error('ECONNREFUSED');
        if (protocol > answers.protocol) throw new Refused(426, {}, Buffer.from('{}'));
        return {} as T;
      },
    };
    return { seen, link: new VersionedHttp(http, createLog('silent')) };
  }
  const { health: _health, ...plain } = poll;
  const call = { method: 'POST', path: '/bot/poll', timeoutMs: 1000, body: plain } as const;
  const withHealth = { ...call, body: poll };

  test('is the newest, and the older one from the first refusal on', async () => {
    const answers = { protocol: 1 };
    const { seen, link } = supervisorOf(answers);
    await link.json(call);
    await link.json(call);
    expect(seen).toEqual([2, 1, 1]);
    expect(link.version).toBe(1);
  });

  test('is the newest again after the connection broke: another supervisor may answer', async () => {
    const answers: { protocol: number | null } = { protocol: 1 };
    const { seen, link } = supervisorOf(answers);
    await link.json(call);
    answers.protocol = null;
    await expect(link.json(call)).rejects.toThrow('ECONNREFUSED');
    answers.protocol = 2;
    await link.json(call);
    expect(seen).toEqual([2, 1, 1, 2]);
  });

  test('is the newest still where only how the machine is is not understood, until the connection broke', async () => {
    const seen: boolean[] = [];
    const answers = { knowsHealth: false, isUp: true };
    const http = {
      async json<T>({ body }: Call): Promise<T> {
        const { protocol, health, info } = body as PollRequest;
        expect([protocol, info]).toEqual([2, poll.info]);
        if (!answers.isUp) throw new Error('ECONNREFUSED');
        seen.push(health !== undefined);
        if (health && !answers.knowsHealth) throw new Refused(400, {}, Buffer.from('{}'));
        return {} as T;
      },
    };
    const link = new VersionedHttp(http, createLog('silent'));
    await link.json(withHealth);
    await link.json(withHealth);
    expect([seen, link.version]).toEqual([[true, false, false], 2]);
    answers.isUp = false;
    await expect(link.json(withHealth)).rejects.toThrow('ECONNREFUSED');
    Object.assign(answers, { isUp: true, knowsHealth: true });
    await link.json(withHealth);
    expect(seen).toEqual([true, false, false, true]);
  });

  test('is the older one where that is all that is understood, with or without how the machine is', async () => {
    const { seen, link } = supervisorOf({ protocol: 1 });
    await link.json(withHealth);
    await link.json(withHealth);
    expect(seen).toEqual([2, 2, 1, 1]);
    expect(link.version).toBe(1);
  });

  test('stays the newest where the older one is refused as well, and the refusal is heard', async () => {
    const { link } = supervisorOf({ protocol: 0 });
    await expect(link.json(call)).rejects.toThrow(/426/);
    expect(link.version).toBe(2);
  });
});

test('with a supervisor of protocol 1 a bot runs, stops and drains; once that is upgraded it says the rest', async () => {
  await using supervisor = await TestSupervisor.start();
  using directory = new BotDirectory();
  supervisor.protocol = 1;
  await using bot = new TestBot(supervisor, directory, { ARGUS_BOT_LABELS: 'gpu' });
  const held = supervisor.run({ script: 'echo hello; exit 3' });
  expect(await supervisor.finished(held)).toMatchObject({ ending: 'exited', exit_code: 3 });
  expect(held.stream('stdout')).toBe('hello\n');
  const long = supervisor.run({ script: 'sleep 60' });
  await supervisor.until(() => long.started);
  supervisor.cancel(long);
  expect(await supervisor.finished(long)).toMatchObject({ stopped_by: 'cancel' });
  expect(supervisor.polls.every(({ protocol }) => protocol === 1)).toBe(true);
  expect(supervisor.notUnderstood).toBeGreaterThan(0);

  // the upgrade: its connections end, and what answers next speaks the newer one
  supervisor.protocol = 2;
  supervisor.dropPoll();
  const told = await supervisor.until(() => supervisor.polls.find(({ protocol }) => protocol === 2));
  expect(told.info?.labels).toEqual(['gpu']);

  supervisor.protocol = 1;
  supervisor.dropPoll();
  const again = supervisor.run({ script: 'sleep 60' });
  await supervisor.until(() => again.started);
  bot.child.kill('SIGUSR2');
  await supervisor.until(() => supervisor.polls.at(-1)?.slots === 0);
  supervisor.cancel(again);
  await supervisor.finished(again);
  await supervisor.until(() => supervisor.polls.at(-1)?.attempts.length === 0);
  supervisor.answerEmpty();
  expect(await bot.ended()).toBe(0);
});

test('a supervisor from before bots told how their machines are hears all else, and that once it is upgraded', async () => {
  await using supervisor = await TestSupervisor.start();
  using directory = new BotDirectory();
  supervisor.knowsHealth = false;
  await using bot = new TestBot(supervisor, directory, { ARGUS_BOT_LABELS: 'gpu' });
  const held = supervisor.run({ script: 'exit 3' });
  expect(await supervisor.finished(held)).toMatchObject({ ending: 'exited', exit_code: 3 });
  expect(supervisor.notUnderstood).toBeGreaterThan(0);
  expect(supervisor.polls.every(({ protocol, health }) => protocol === 2 && !health)).toBe(true);
  expect(supervisor.polls.find(({ info }) => info)?.info?.labels).toEqual(['gpu']);

  supervisor.knowsHealth = true;
  supervisor.dropPoll();
  await supervisor.until(() => supervisor.polls.find(({ health }) => health));
  expect(await bot.end('SIGTERM')).toBe(0);
});
