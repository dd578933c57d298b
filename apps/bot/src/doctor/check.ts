/** What the doctor found in one place. */
export interface Finding {
  check: string;
  /** `warn`: it works, and may stop to. */
  result: 'ok' | 'warn' | 'fail';
  /** What is so, as a sentence without a full stop. */
  message: string;
  /** What to do, where something is to be done. */
  advice?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, result: 'ok', message });

export const warn = (check: string, message: string, advice: string): Finding => ({
  check,
  result: 'warn',
  message,
  advice,
});

export const fail = (check: string, message: string, advice: string): Finding => ({
  check,
  result: 'fail',
  message,
  advice,
});

const MARKS: Record<Finding['result'], string> = { ok: '✓', warn: '!', fail: '✗' };

/** The findings for people, one a line, advice below it. */
export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, result, message, advice }) => [
    `${MARKS[result]} ${check.padEnd(width)}  ${message}`,
    ...(advice === undefined ? [] : [`${' '.repeat(width + 4)}→ ${advice}`]),
  ]);
  const failed = findings.filter(({ result }) => result === 'fail').length;
  const warned = findings.filter(({ result }) => result === 'warn').length;
  const sum =
    failed > 0
      ? `${failed} of ${findings.length} checks failed`
      : warned > 0
        ? `nothing is broken; ${warned} to look at`
        : 'all is well';
  return `${[...lines, '', sum].join('\n')}\n`;
}

/** Whether nothing failed. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ result }) => result !== 'fail');
}
