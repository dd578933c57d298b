import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isBelowFloor, shortagesOf, sizeOf, type Health } from './health-rules.ts';

const fine: Health = {
  at: '2026-11-24T09:29:51.400Z',
  cpu_percent: 12,
  cpu_count: 4,
  load: 0.5,
  memory_total_bytes: 8e9,
  memory_available_bytes: 5e9,
  disk_total_bytes: 100e9,
  disk_free_bytes: 40e9,
  disk_min_free_bytes: 64 * 2 ** 20,
};

describe('what there is almost nothing left of', () => {
  test.each<[string, Partial<Health>, string[]]>([
    ['nothing', {}, []],
    ['a large disk with less than 5 % free', { disk_free_bytes: 4.9e9 }, ['disk']],
    ['a large disk with 5 % free', { disk_free_bytes: 5e9 }, []],
    ['a small disk with less than 1 GB free', { disk_total_bytes: 2e9, disk_free_bytes: 0.9e9 }, ['disk']],
    ['a disk that is not known', { disk_total_bytes: null, disk_free_bytes: null }, []],
    ['a file system that tells no size', { disk_total_bytes: 0, disk_free_bytes: 0 }, []],
    ['memory with less than 5 % available', { memory_available_bytes: 0.39e9 }, ['memory']],
    ['memory with 5 % available', { memory_available_bytes: 0.4e9 }, []],
    ['both', { disk_free_bytes: 0, memory_available_bytes: 0 }, ['disk', 'memory']],
  ])('%s', (_name, health, shortages) => {
    expect(shortagesOf({ ...fine, ...health })).toEqual(shortages);
  });

  test('is below the floor of the bot only with less than that', () => {
    expect(isBelowFloor(fine)).toBe(false);
    expect(isBelowFloor({ ...fine, disk_free_bytes: fine.disk_min_free_bytes })).toBe(false);
    expect(isBelowFloor({ ...fine, disk_free_bytes: fine.disk_min_free_bytes - 1 })).toBe(true);
    expect(isBelowFloor({ ...fine, disk_free_bytes: null })).toBe(false);
  });
});

describe('a size', () => {
  test.each([
    [0, 0, 'B'],
    [999, 999, 'B'],
    [999_960, 1, 'MB'],
    [3_122_454_528, 3.1, 'GB'],
    [8_326_746_112, 8.3, 'GB'],
    [40_265_318_400, 40, 'GB'],
    [52_428_800, 52, 'MB'],
    [999_999_999_999, 1, 'TB'],
  ])('of %d bytes is %d %s', (bytes, value, unit) => {
    expect(sizeOf(bytes)).toEqual({ value, unit });
  });

  test('has at most three digits, and is right to 5 %', () => {
    const powers: Record<string, number> = { B: 0, kB: 1, MB: 2, GB: 3, TB: 4, PB: 5 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e15 }), (bytes) => {
        const { value, unit } = sizeOf(bytes);
        expect(value).toBeLessThan(1000);
        expect(Math.abs(value * 1000 ** powers[unit]! - bytes)).toBeLessThanOrEqual(bytes * 0.05);
      }),
    );
  });
});
