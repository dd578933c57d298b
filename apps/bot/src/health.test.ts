import { cpus, totalmem } from 'node:os';
import { statfsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { busyPercent, HealthMeter } from './health.ts';
import { BotDirectory, TestBot } from './testing/bot.ts';
import { TestSupervisor } from './testing/supervisor.ts';

const times = fc.record({ idle: fc.nat(), busy: fc.nat() });
const reading = ({ idle, busy }: { idle: number; busy: number }, count = 4) => ({
  busy,
  all: idle + busy,
  count,
});

describe('how busy the processors are', () => {
  test('is the share of time between two readings in which they were not idle', () => {
    expect(busyPercent(reading({ idle: 100, busy: 50 }), reading({ idle: 400, busy: 150 }))).toBe(25);
    expect(busyPercent(reading({ idle: 0, busy: 0 }), reading({ idle: 2, busy: 1 }))).toBe(33.3);
  });

  test('is 0 to 100 or not known, whatever the system counts', () => {
    fc.assert(
      fc.property(times, times, (before, after) => {
        const percent = busyPercent(reading(before), reading(after));
        if (percent === null) return;
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThanOrEqual(100);
      }),
    );
    expect(busyPercent(reading({ idle: 5, busy: 5 }), reading({ idle: 5, busy: 5 }))).toBeNull();
    expect(busyPercent(reading({ idle: 5, busy: 5 }), reading({ idle: 50, busy: 5 }, 2))).toBeNull();
  });
});

test('what a system does not tell is null, and no number is beyond the whole', () => {
  const system = { availableMemory: () => Number.MAX_SAFE_INTEGER, hasLoad: false };
  expect(new HealthMeter(7, () => undefined, system).measure()).toEqual({
    cpu_percent: null,
    cpu_count: cpus().length,
    load: null,
    memory_total_bytes: totalmem(),
    memory_available_bytes: totalmem(),
    disk_total_bytes: null,
    disk_free_bytes: null,
    disk_min_free_bytes: 7,
  });
});

test('a bot tells how its machine is: at its start, and with how busy it is a few seconds later', async () => {
  await using supervisor = await TestSupervisor.start();
  using directory = new BotDirectory();
  await using bot = new TestBot(supervisor, directory, { ARGUS_BOT_MIN_FREE_MB: '3' });
  const { health } = await supervisor.until(() => supervisor.polls[0]);
  const { blocks, bsize } = statfsSync(directory.path);
  expect(health).toMatchObject({
    cpu_count: cpus().length,
    load: expect.any(Number),
    memory_total_bytes: totalmem(),
    disk_total_bytes: blocks * bsize,
    disk_min_free_bytes: 3 * 2 ** 20,
  });
  expect(health!.memory_available_bytes).toBeLessThanOrEqual(totalmem());
  expect(health!.disk_free_bytes).toBeLessThanOrEqual(blocks * bsize);
  const later = await supervisor.until(() =>
    supervisor.polls.find((poll) => typeof poll.health?.cpu_percent === 'number'),
  );
  expect(later.health!.cpu_percent).toBeLessThanOrEqual(100);
  // with what it found out about its interpreters: not a poll for itself
  expect(later.info).toBeDefined();
  expect(await bot.end('SIGTERM')).toBe(0);
});
