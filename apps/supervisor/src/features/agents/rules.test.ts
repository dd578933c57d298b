import { judge, LOG_CHUNK_MAX_BYTES, type ResultRule } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutLog, filenameForAgent, infoOf, readAgentResult, runAsForAgent } from './rules.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test('a command line always holds the place of the script', () => {
  expect(runAsForAgent('')).toBe('%script%');
  expect(runAsForAgent('  ')).toBe('%script%');
  expect(runAsForAgent('bash -x')).toBe('bash -x %script%');
  expect(runAsForAgent('sudo %script% -v')).toBe('sudo %script% -v');
  fc.assert(fc.property(fc.string(), (line) => runAsForAgent(line).includes('%script%')));
});

describe('the name of a script', () => {
  test('is its own, unless that stands for other content which runs', () => {
    const script = { filename: 'run.sh', sha256: A };
    expect(filenameForAgent(script, [])).toBe('run.sh');
    expect(filenameForAgent(script, [script, { filename: 'other.sh', sha256: B }])).toBe('run.sh');
    expect(filenameForAgent(script, [{ filename: 'run.sh', sha256: B }])).toBe('run-aaaaaaaaaaaa.sh');
    expect(filenameForAgent(script, [{ filename: 'RUN.SH', sha256: B }])).toBe('run-aaaaaaaaaaaa.sh');
    expect(filenameForAgent({ filename: '.hidden', sha256: A }, [{ filename: '.hidden', sha256: B }])).toBe(
      '.hidden-aaaaaaaaaaaa',
    );
  });
});

describe('a log', () => {
  test('is cut into chunks that are it together, with its lines counted, and no character split', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('a', '\n', 'ä', '€', '😀'), maxLength: 60 }),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 64 }), (log, max) => {
        const parts = cutLog(log, max);
        const bytes = Buffer.from(log);
        expect(Buffer.concat(parts.map((part) => part.bytes)).equals(bytes)).toBe(true);
        for (const part of parts) {
          expect(part.bytes.length).toBeGreaterThan(0);
          expect(part.bytes.length).toBeLessThanOrEqual(max);
          expect(part.lines).toBe(part.bytes.toString('latin1').split('\n').length - 1);
          expect(Buffer.from(part.bytes.toString()).equals(part.bytes)).toBe(true);
        }
      }),
    );
  });

  test('of the largest size is cut at lines', () => {
    const parts = cutLog('0123456789\n'.repeat(100_000));
    expect(parts.every(({ bytes }) => bytes.length <= LOG_CHUNK_MAX_BYTES && bytes.at(-1) === 10)).toBe(true);
  });
});

describe('a result', () => {
  const verdict = (result: { state?: unknown; data?: unknown }, rule: ResultRule = 'exit_code') =>
    judge(readAgentResult(result).ending, rule);
  const exit = (code: number, log: string, state: unknown = null) => ({
    state,
    data: { code, log, lastline: 'not read where there is a log', signal: null, killed: false },
  });

  test('is judged by the exit code and the last line that says something', () => {
    expect(verdict(exit(0, 'hello\n'))).toMatchObject({ state: 'success', reason: 'exit code 0' });
    expect(verdict(exit(3, 'failure\n'))).toMatchObject({ state: 'failure', reason: 'exit code 3' });
    expect(verdict(exit(3, 'success\n'))).toMatchObject({ state: 'failure' });
    expect(verdict(exit(0, 'x\nfailure\n\n'))).toMatchObject({ state: 'failure', reason_code: 'script' });
    expect(verdict(exit(0, '{"state":"success","data":{"a":1}}'))).toMatchObject({
      state: 'success',
      output: ['{"a":1}'],
    });
    expect(verdict(exit(0, '["a",1]\n'))).toMatchObject({ output: ['a', '1'] });
  });

  test('of a task with the old rule is what the last line says', () => {
    expect(verdict(exit(3, 'done\n'), 'last_line')).toMatchObject({ state: 'success' });
    expect(verdict(exit(0, '"failure"\n', 'failure'), 'last_line')).toMatchObject({ state: 'failure' });
  });

  test('that was killed ran too long, by a signal of another kind it failed', () => {
    const killed = { state: 'killed', data: { code: null, signal: 'SIGTERM', killed: true, log: '' } };
    expect(verdict(killed)).toMatchObject({ lifecycle: 'terminated', state: 'timeout' });
    const signaled = { state: '', data: { code: null, signal: 'SIGKILL', killed: false, log: '' } };
    expect(verdict(signaled)).toMatchObject({ state: 'failure', reason: 'ended by signal SIGKILL' });
  });

  test('without an end is an error that says what the agent said', () => {
    const noDownload = { state: 'failure', data: { lastline: 'get script response error 404', log: 'at x' } };
    expect(verdict(noDownload)).toMatchObject({ lifecycle: 'terminated', state: 'error' });
    const noScript = { state: 'error', err: {}, data: { output: { message: 'no id', stack: '…' } } };
    expect(verdict(noScript).reason).toBe('the agent could not run it: no id');
    expect(verdict({}).state).toBe('error');
  });

  test('of any JSON has an end that is never a success without an exit code of 0', () => {
    const data = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { code: fc.jsonValue(), signal: fc.jsonValue(), killed: fc.jsonValue(), log: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue(), data, (state, value) => {
        const { ending, log } = readAgentResult({ state, data: value });
        expect(typeof log).toBe('string');
        const { state: judged, reason } = judge(ending, 'exit_code');
        if (judged === 'success') expect((value as { code: number }).code === 0).toBe(true);
        expect(reason.isWellFormed() && !reason.includes('\0')).toBe(true);
      }),
    );
  });
});

test('what an agent says of itself becomes text, whatever it is', () => {
  expect(
    infoOf('2.1.1', {
      platform: 'linux',
      release: '6.1',
      arch: 'x64',
      extras: { user: { username: 'ann' } },
    }),
  ).toEqual({
    version: '2.1.1',
    os: 'linux',
    release: '6.1',
    arch: 'x64',
    run_user: 'ann',
    interpreters: {},
  });
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (version, info) => {
      const { interpreters: _none, ...facts } = infoOf(version, info);
      for (const fact of Object.values(facts)) expect(typeof fact).toBe('string');
    }),
  );
});
