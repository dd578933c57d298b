import type { Counts } from './reporter.ts';

/**
 * The last line of `npm test`. A failed check is one failed item; so is a run that ended badly for another
 * reason than a failed test (a crash, a bad option), and one in which no test passed or failed.
 */
export function summary(
  counts: Counts,
  exitCode: number,
  failedChecks: number,
): { line: string; failed: number } {
  const { passed, skipped } = counts;
  const broken = counts.failed === 0 && (exitCode !== 0 || passed === 0);
  const failed = counts.failed + (broken ? 1 : 0) + failedChecks;
  return { failed, line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}` };
}
