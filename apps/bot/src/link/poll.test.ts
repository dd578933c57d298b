import { afterEach, expect, test, vi } from 'vitest';
import type { BotInfo, PollRequest, PollResponse } from '@argus/contract';
import { createLog } from '../log.ts';
import { Presence } from '../presence.ts';
import { HEALTH } from '../testing/health.ts';
import type { Call } from './http.ts';
import { pollForever } from './poll.ts';
import { VersionedHttp } from './versions.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a poll is given up soon after the time that the supervisor holds one like it', async () => {
  const stop = new AbortController();
  const calls: Call[] = [];
  // one that names attempts is held for 10 s, one that names none for 40 s; the last answer says nothing of it
  const answers = [{ hold_ms: 40_000 }, { hold_ms: 10_000 }, { hold_ms: 10_000 }, { hold_ms: 40_000 }, {}];
  const attempts = [[], [1], [1], [], [], []].map((named) =>
    named.map((attempt): PollRequest['attempts'][number] => ({
      job: 'j',
      attempt,
      lease: 'l',
      phase: 'running',
    })),
  );
  const http = {
    async json<T>(call: Call): Promise<T> {
      calls.push(call);
      const answer = answers[calls.length - 1];
      if (!answer) stop.abort();
      return { protocol: 2, instructions: [], ...answer } satisfies PollResponse as T;
    },
  };
  const log = createLog('silent');
  const ended = await pollForever(
    {
      http: new VersionedHttp(http, log),
      log,
      presence: new Presence({} as BotInfo, 1),
      machine: undefined,
      health: () => HEALTH,
      attempts: () => attempts[calls.length] ?? [],
      knows: () => false,
      isEmpty: () => true,
      take: async () => {},
      renewed: () => {},
    },
    stop.signal,
  );
  expect(ended).toBe(false);
  expect(calls.map(({ timeoutMs }) => timeoutMs / 1000)).toEqual([75, 75, 30, 60, 60, 75]);
});

test('how the machine is goes with the first poll, and then with one after 15 s or more', async () => {
  vi.useFakeTimers({ toFake: ['hrtime'] });
  const stop = new AbortController();
  const presence = new Presence({ hostname: 'h' } as BotInfo, 1);
  const told: boolean[] = [];
  // seconds that each poll is held
  const holds = [10, 10, 10, 40, 40, 1, 1, 1];
  const http = {
    async json<T>({ body }: Call): Promise<T> {
      const { health, info } = body as PollRequest;
      told.push(health !== undefined);
      expect(health ?? HEALTH).toEqual(HEALTH);
      if (info !== undefined) expect(health).toEqual(HEALTH);
      vi.advanceTimersByTime((holds[told.length - 1] ?? 0) * 1000);
      // what it says of itself is another: with it, whenever that is
      if (told.length === 7) presence.describe({ version: '2' });
      if (told.length === holds.length) stop.abort();
      return { protocol: 2, instructions: [] } satisfies PollResponse as T;
    },
  };
  const log = createLog('silent');
  await pollForever(
    {
      http: new VersionedHttp(http, log),
      log,
      presence,
      machine: undefined,
      health: () => HEALTH,
      attempts: () => [],
      knows: () => false,
      isEmpty: () => true,
      take: async () => {},
      renewed: () => {},
    },
    stop.signal,
  );
  expect(told).toEqual([true, false, true, false, true, true, false, true]);
});
