import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENDINGS, LIMITS, STOPPERS } from './bot-protocol.ts';
import { STATES_OF } from './lifecycle.ts';
import { judge, looksLikeResult, outputOf, parseResult, RESULT_RULES, type ResultRule } from './result.ts';

type Finished = Parameters<typeof judge>[0];

const exited = (exit_code: number, result: Partial<Finished['result']> = {}): Finished => ({
  ending: 'exited',
  exit_code,
  signal: null,
  stopped_by: null,
  survivors: [],
  left_running: [],
  error: null,
  result: { file: null, stdout: null, stderr: null, ...result },
});

const said = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    'success',
    'failure',
    '{"state":"success"}',
    '{"state":"failure"}',
    '["a"]',
    '{"a":1}',
    '[',
    '{}',
  ),
  fc.json(),
  fc.string(),
);
const finished: fc.Arbitrary<Finished> = fc.record({
  ending: fc.constantFrom(...ENDINGS),
  exit_code: fc.option(fc.integer({ min: 0, max: 255 })),
  signal: fc.option(fc.constantFrom('SIGKILL', 'SIGTERM')),
  stopped_by: fc.constantFrom(null, ...STOPPERS),
  limit: fc.constantFrom(null, ...LIMITS),
  survivors: fc.array(fc.string(), { maxLength: 2 }),
  left_running: fc.array(fc.string(), { maxLength: 2 }),
  error: fc.option(fc.string()),
  result: fc.record({ file: said, stdout: said, stderr: said }),
});
const rule = fc.constantFrom<ResultRule>(...RESULT_RULES);

describe('the end of a job', () => {
  test('is always one that its lifecycle can carry, with a reason', () => {
    fc.assert(
      fc.property(finished, rule, (end, rule) => {
        const verdict = judge(end, rule, { by: 'admin@localhost' });
        expect(STATES_OF[verdict.lifecycle]).toContain(verdict.state);
        expect(verdict.reason).not.toBe('');
        expect(verdict.reason_code).not.toBe('');
        for (const line of verdict.output) expect(typeof line).toBe('string');
      }),
    );
  });

  test('is never success after a signal, a timeout, a cancel or no start, whatever the script said', () => {
    fc.assert(
      fc.property(finished, rule, (end, rule) => {
        if (end.ending === 'exited' && end.stopped_by === null) return;
        expect(judge(end, rule).state).not.toBe('success');
      }),
    );
  });

  test('is never success with an exit code but 0 under the rule exit_code', () => {
    fc.assert(
      fc.property(finished, fc.integer({ min: 1, max: 255 }), (end, exit_code) => {
        expect(judge({ ...end, exit_code }, 'exit_code').state).not.toBe('success');
      }),
    );
  });

  test('is never success where nobody saw an exit code', () => {
    for (const rule of RESULT_RULES)
      expect(judge({ ...exited(0), exit_code: null }, rule).state).not.toBe('success');
  });

  test('is failure where the script says so, even with exit code 0', () => {
    expect(judge(exited(0, { stdout: 'failure' }), 'exit_code')).toMatchObject({
      lifecycle: 'finished',
      state: 'failure',
      reason: 'the script reported failure',
    });
    expect(judge(exited(0, { stdout: '{"state":"failure","data":"x"}' }), 'exit_code')).toMatchObject({
      state: 'failure',
      output: ['x'],
    });
  });

  test('is failure with exit code 3 although the script says success, and tells the code', () => {
    expect(judge(exited(3, { stdout: 'success' }), 'exit_code')).toMatchObject({
      lifecycle: 'finished',
      state: 'failure',
      reason_code: 'exit_code',
      reason: 'exit code 3',
    });
  });

  test('follows the last line alone under the rule last_line', () => {
    expect(judge(exited(3, { stdout: 'success' }), 'last_line').state).toBe('success');
    expect(judge(exited(0, { stdout: 'failure' }), 'last_line').state).toBe('failure');
  });

  test('is an error with the limit and its size where the script was stopped or killed for it', () => {
    const killed = { ...exited(0), ending: 'signaled' as const, exit_code: null, signal: 'SIGKILL' };
    const limits = { memory_bytes: 512 * 1024 ** 2, cpu_seconds: 60, processes: 100 };
    expect(judge({ ...killed, limit: 'memory' }, 'exit_code', null, limits)).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'limit',
      reason: 'killed: used more than its 512 MiB of memory',
    });
    const stopped = { ...killed, signal: 'SIGTERM', stopped_by: 'limit' as const, limit: 'cpu' as const };
    expect(judge(stopped, 'exit_code', null, limits).reason).toBe(
      'stopped: used more than its 60 s of processor time',
    );
    expect(judge({ ...killed, signal: 'SIGXCPU', limit: 'cpu' }, 'last_line').reason).toBe(
      'stopped: used more than its limit of processor time',
    );
  });

  test('is what the script made of it where a limit only kept it from something', () => {
    const limits = { processes: 100 };
    expect(judge({ ...exited(0), limit: 'processes' }, 'exit_code', null, limits)).toMatchObject({
      state: 'success',
      reason: 'exit code 0; it reached its 100 processes',
    });
    expect(judge({ ...exited(137), limit: 'memory' }, 'exit_code')).toMatchObject({
      state: 'failure',
      reason_code: 'exit_code',
      reason: 'exit code 137; it reached its limit of memory',
    });
  });

  test('is an error of its bot where the fence stopped it', () => {
    const fenced = { ...exited(0), stopped_by: 'fence' as const };
    expect(judge(fenced, 'exit_code', { by: 'admin@localhost' })).toMatchObject({
      lifecycle: 'terminated',
      state: 'error',
      reason_code: 'fenced',
      reason: 'stopped by its bot, which could not reach the supervisor',
    });
  });

  test('names who stopped it and what survived', () => {
    const stopped: Finished = {
      ...exited(0),
      ending: 'signaled',
      signal: 'SIGKILL',
      stopped_by: 'cancel',
      survivors: ['mount.nfs (pid 77)'],
    };
    const verdict = judge(stopped, 'exit_code', { by: 'admin@localhost' });
    expect(verdict).toMatchObject({ lifecycle: 'terminated', state: 'canceled' });
    expect(verdict.reason).toContain('stopped by admin@localhost');
    expect(verdict.reason).toContain('mount.nfs (pid 77)');
  });

  test('is canceled when it was stopped before its process existed', () => {
    const verdict = judge(
      { ...exited(0), ending: 'not_started', exit_code: null, stopped_by: 'cancel' },
      'exit_code',
      {
        by: 'admin@localhost',
      },
    );
    expect(verdict).toMatchObject({ lifecycle: 'canceled', state: 'canceled', output: [] });
  });

  test('keeps what a stopped script said as output', () => {
    const verdict = judge(
      { ...exited(0, { stdout: '["half"]' }), ending: 'signaled', stopped_by: 'timeout' },
      'exit_code',
    );
    expect(verdict).toMatchObject({ lifecycle: 'terminated', state: 'timeout', output: ['half'] });
  });
});

describe('what a script says', () => {
  test.each([
    ['success', { state: 'success', output: [] }],
    ['failure', { state: 'failure', output: [] }],
    ['  success \r\n', { state: 'success', output: [] }],
    ['["a", 1, null, {"b": true}]', { output: ['a', '1', 'null', '{"b":true}'] }],
    ['{"state":"success"}', { state: 'success', output: [] }],
    ['{"data":"one"}', { output: ['one'] }],
    ['{"data":["one",2]}', { output: ['one', '2'] }],
    ['{"output":["o"],"data":["d"]}', { output: ['o'] }],
    [
      '{"state":"failure","event_name":"disk full"}',
      { state: 'failure', output: [], event_name: 'disk full' },
    ],
    ['{"answer":42,"unit":"years"}', { output: ['{"answer":42,"unit":"years"}'] }],
    ['{"state":"odd"}', { output: [] }],
    ['{}', { output: ['{}'] }],
    ['[]', { output: [] }],
    ['{"data":"x","components":{"a":1},"next":"n"}', { output: ['x'], components: { a: 1 }, next: 'n' }],
  ])('%s is a result', (line, expected) => {
    expect(parseResult(line)).toEqual(expected);
  });

  test.each([
    '',
    '  ',
    'done',
    'success!',
    'SUCCESS',
    '"success"',
    '42',
    'null',
    '{"a":',
    '[1,',
    '{a:1}',
    '[1] [2]',
  ])('%j is only log', (line) => {
    expect(parseResult(line)).toBeUndefined();
    expect(judge(exited(0, { stdout: line }), 'exit_code').output).toEqual([]);
  });

  test('an event name longer than 64 characters is left out, one of 64 is kept', () => {
    const named = (length: number) =>
      parseResult(JSON.stringify({ data: 1, event_name: 'e'.repeat(length) }));
    expect(named(64)?.event_name).toHaveLength(64);
    expect(named(65)?.event_name).toBeUndefined();
  });

  test('unknown keys of an object are kept as output and never acted on', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().map((key) => `x${key}`),
          fc.jsonValue(),
          { minKeys: 1 },
        ),
        (object) => {
          const result = parseResult(JSON.stringify(object));
          expect(Object.keys(result ?? {})).toEqual(['output']);
          expect(JSON.parse(result?.output[0] ?? '')).toEqual(JSON.parse(JSON.stringify(object)));
        },
      ),
    );
  });

  test('the result file wins over the last line, and stdout over stderr', () => {
    expect(judge(exited(1, { file: '["f"]', stdout: '["o"]', stderr: '["e"]' }), 'exit_code').output).toEqual(
      ['f'],
    );
    expect(judge(exited(1, { stdout: '["o"]', stderr: '["e"]' }), 'exit_code').output).toEqual(['o']);
    expect(judge(exited(1, { stdout: 'log', stderr: '["e"]' }), 'exit_code').output).toEqual(['e']);
    expect(judge(exited(0, { stdout: 'log', stderr: '["e"]' }), 'exit_code').output).toEqual([]);
  });

  test('whatever looks like a result to the bot covers all that is one', () => {
    fc.assert(
      fc.property(fc.oneof(said, fc.string()), (text) => {
        if (text !== null && parseResult(text)) expect(looksLikeResult(text)).toBe(true);
      }),
    );
  });

  test('a text that a database cannot hold does not get through: NUL and lone surrogates are replaced', () => {
    for (const escape of ['\\u0000', '\\ud800', '\\udc00x']) {
      const verdict = judge(
        exited(0, {
          stdout: `{"data":["a${escape}b",{"k${escape}":1}],"event_name":"e${escape}","components":{"c${escape}":["${escape}"]},"next":"${escape}"}`,
        }),
        'exit_code',
      );
      const text = JSON.stringify(verdict);
      expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      expect(verdict.output[0]).toMatch(/^a\ufffd/);
      for (const line of verdict.output) expect(line).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    }
  });

  test('nesting deeper than any reader can hold is only log', () => {
    for (const depth of [1000, 100_000]) {
      const deep = '['.repeat(depth) + ']'.repeat(depth);
      expect(parseResult(deep) === undefined).toBe(true);
      expect(judge(exited(0, { file: `{"components":${deep}}` }), 'exit_code').state).toBe('success');
    }
    expect(parseResult('['.repeat(60) + ']'.repeat(60))).toBeDefined();
  });

  test('numbers that no double holds are put out as they were written', () => {
    expect(parseResult('[12345678901234567890, 0.12345678901234567891, 1e400, 1.5]')?.output).toEqual([
      '12345678901234567890',
      '0.12345678901234567891',
      '1e400',
      '1.5',
    ]);
    expect(parseResult('{"output": {"id": 9007199254740993, "rows": [-9007199254740995]}}')?.output).toEqual([
      '{"id":9007199254740993,"rows":[-9007199254740995]}',
    ]);
    expect(parseResult('{"id": 9007199254740993}')?.output).toEqual(['{"id":9007199254740993}']);
    fc.assert(
      fc.property(fc.bigInt(), (number) => {
        expect(parseResult(`[${number}, {"a": [${number}]}]`)?.output).toEqual([
          `${number}`,
          `{"a":[${number}]}`,
        ]);
      }),
    );
  });

  test('output is a list of texts whatever it was', () => {
    expect(outputOf(undefined)).toEqual([]);
    expect(outputOf(null)).toEqual([]);
    expect(outputOf(false)).toEqual(['false']);
    expect(outputOf([0, '', [1]])).toEqual(['0', '', '[1]']);
  });
});
