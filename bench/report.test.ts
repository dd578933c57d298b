import { afterEach, expect, test, vi } from 'vitest';
import { createReport, readArguments } from './report.ts';

afterEach(() => vi.restoreAllMocks());

test('each line is one JSON object on stdout, with four digits that count', () => {
  const stdout = vi.spyOn(console, 'log').mockReturnValue();
  createReport().line({ name: 'dispatch_p99_ms', value: 12.34567, unit: 'ms', n: 100 });
  expect(stdout.mock.calls).toEqual([['{"name":"dispatch_p99_ms","value":12.35,"unit":"ms","n":100}']]);
});

test('targets are compared on stderr, on both sides where there are two, and lines without one are left out', () => {
  vi.spyOn(console, 'log').mockReturnValue();
  const stderr = vi.spyOn(console, 'error').mockReturnValue();
  const report = createReport();
  report.line({ name: 'dispatch_p50_ms', value: 3, unit: 'ms', n: 1 });
  report.line({ name: 'queue_50_over_1', value: 0.5, unit: 'x', n: 1 });
  report.compare();
  expect(stderr.mock.calls.flat()).toEqual([
    expect.stringMatching(/^queue_50_over_1 .* at least 0\.8 ✗$/),
    expect.stringMatching(/^queue_50_over_1 .* at most 1\.25 ✓$/),
  ]);
});

test('groups are run by name, all of them where none is named, and an unknown one is refused', () => {
  expect(readArguments(['b', '--targets', '--profile', '/tmp'], ['a', 'b'])).toEqual({
    groups: ['b'],
    showTargets: true,
    profile: '/tmp',
  });
  expect(readArguments([], ['a', 'b']).groups).toEqual(['a', 'b']);
  expect(() => readArguments(['c'], ['a', 'b'])).toThrow('there is no group c; there are a, b');
});
