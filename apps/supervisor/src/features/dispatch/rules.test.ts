import { judge, type FinishedEvent } from '@argus/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeEvents, type AttemptFacts, type Plan, type ReceivedEvent, type ReceivedLog } from './rules.ts';

const HOST = 'a'.repeat(24);
const ref = { job: 'b'.repeat(24), attempt: 1, lease: 'the lease of this attempt' };

const fresh: AttemptFacts = {
  lease: ref.lease,
  host_id: HOST,
  ended: false,
  outcome: null,
  has_late: false,
  log_seq: 0,
  log_bytes: 0,
  log_lines: 0,
  started: false,
  stop_requested: null,
  result_rule: 'exit_code',
  policy: {},
};

const OPTIONS = { knowsLate: true, now: new Date('2026-11-24T12:00:00Z') };

const startedEvent: ReceivedEvent = { type: 'started', ...ref, pid: 7, age_ms: 0 };
const finishedEvent = (last_seq: number, more: Partial<FinishedEvent> = {}): FinishedEvent => ({
  type: 'finished',
  ...ref,
  last_seq,
  ending: 'exited',
  exit_code: 0,
  signal: null,
  stopped_by: null,
  survivors: [],
  left_running: [],
  error: null,
  result: { file: null, stdout: null, stderr: null },
  duration_ms: 1,
  log_dropped_bytes: 0,
  age_ms: 0,
  ...more,
});

/** The log events of texts, as a bot that does it right sends them. */
function logEvents(texts: readonly string[]): ReceivedLog[] {
  let offset = 0;
  let line = 0;
  return texts.map((text, index) => {
    const data = Buffer.from(text);
    const lines = text.split('\n').length - 1;
    const event: ReceivedLog = {
      type: 'log',
      ...ref,
      seq: index + 1,
      stream: 'stdout',
      offset,
      line,
      bytes: data.length,
      lines,
      encoding: 'identity',
      data,
      age_ms: 0,
    };
    offset += data.length;
    line += lines;
    return event;
  });
}

/** The database of the model: what it holds of the attempt after plans were applied. */
function store() {
  let facts = fresh;
  const log: { seq: number; text: string; offset: number; line: number }[] = [];
  let end: Plan['end'] = null;
  let starts = 0;
  return {
    get facts() {
      return facts;
    },
    log,
    get end() {
      return end;
    },
    get starts() {
      return starts;
    },
    apply({ started, chunks, end: ending }: Plan) {
      if (started) starts++;
      for (const { event, offset, line } of chunks) {
        log.push({ seq: event.seq, text: event.data.toString(), offset, line });
        facts = {
          ...facts,
          log_seq: event.seq,
          log_bytes: offset + event.bytes,
          log_lines: line + event.lines,
        };
      }
      if (started) facts = { ...facts, started: true };
      if (ending) {
        end = ending;
        facts = { ...facts, ended: true, outcome: ending.verdict.reason_code };
      }
    },
  };
}

const texts = fc.array(fc.string({ unit: fc.constantFrom('a', '\n', 'é'), minLength: 1, maxLength: 5 }), {
  maxLength: 6,
});
/** Deliveries of a true sequence: any pieces of it, in any order and as often as it likes. */
const deliveries = fc.array(fc.array(fc.nat(), { maxLength: 6 }), { maxLength: 12 });

describe('what a bot reports', () => {
  test('ends in the same log and the same end, however it is repeated, reordered and grouped', () => {
    fc.assert(
      fc.property(texts, deliveries, (texts, deliveries) => {
        const truth: ReceivedEvent[] = [startedEvent, ...logEvents(texts), finishedEvent(texts.length)];
        const db = store();
        const take = (events: ReceivedEvent[]) => {
          const before = db.log.length;
          const { results, plan } = takeEvents(db.facts, HOST, events, OPTIONS);
          expect(results).toHaveLength(events.length);
          for (const { status } of results) expect(status).not.toBe('stale');
          db.apply(plan);
          expect(db.log.length).toBe(before + plan.chunks.length);
          // never an end before the whole log
          if (db.end) expect(db.log).toHaveLength(texts.length);
          return results;
        };
        for (const delivery of deliveries)
          take(delivery.map((index) => truth[index % truth.length] as ReceivedEvent));
        // a bot sends again until all is accepted: each gap says where to go on
        const results = take(truth);
        expect(results.every(({ status }) => status === 'accepted')).toBe(true);

        expect(db.log.map(({ text }) => text)).toEqual(texts);
        expect(db.log.map(({ seq }) => seq)).toEqual(texts.map((_, index) => index + 1));
        const sent = logEvents(texts);
        expect(db.log.map(({ offset, line }) => ({ offset, line }))).toEqual(
          sent.map(({ offset, line }) => ({ offset, line })),
        );
        expect(db.starts).toBeLessThanOrEqual(1);
        expect(db.end?.verdict.state).toBe('success');
      }),
    );
  });

  test('without the lease, of another bot, of an unknown or a lost attempt changes nothing and is refused', () => {
    const event = fc.constantFrom<ReceivedEvent>(startedEvent, ...logEvents(['x', 'y']), finishedEvent(0));
    const facts = fc.constantFrom(
      undefined,
      { ...fresh, lease: 'the lease of a later attempt' },
      { ...fresh, host_id: 'c'.repeat(24) },
    );
    fc.assert(
      fc.property(facts, fc.array(event), (facts, events) => {
        const { results, plan } = takeEvents(facts, HOST, events, OPTIONS);
        expect(results).toEqual(events.map(() => ({ status: 'stale' })));
        expect(plan).toEqual({ started: null, chunks: [], end: null, late: null });
      }),
    );
  });

  test('after it was given up is late and changes nothing; its end is kept as evidence, once', () => {
    const lost = { ...fresh, ended: true, outcome: 'lost' };
    const events = [startedEvent, ...logEvents(['x']), finishedEvent(1, { exit_code: 3 })];
    const { results, plan } = takeEvents(lost, HOST, events, OPTIONS);
    expect(results).toEqual(events.map(() => ({ status: 'late' })));
    expect(plan).toMatchObject({ started: null, chunks: [], end: null });
    expect(plan.late).toMatchObject({ state: 'failure', exit_code: 3, at: OPTIONS.now.toISOString() });
    expect(takeEvents({ ...lost, has_late: true }, HOST, events, OPTIONS).plan.late).toBeNull();
    const older = takeEvents(lost, HOST, events, { ...OPTIONS, knowsLate: false });
    expect(older.results).toEqual(events.map(() => ({ status: 'stale' })));
  });

  test('after the end changes nothing', () => {
    const { results, plan } = takeEvents(
      { ...fresh, ended: true, outcome: 'exit_code', log_seq: 1 },
      HOST,
      [startedEvent, ...logEvents(['x', 'y']), finishedEvent(2, { exit_code: 3 })],
      OPTIONS,
    );
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'stale', 'accepted']);
    expect(plan).toEqual({ started: null, chunks: [], end: null, late: null });
  });

  test('with a chunk missing is a gap that names the next one wanted', () => {
    const [first, , third] = logEvents(['a', 'b', 'c']) as [ReceivedLog, ReceivedLog, ReceivedLog];
    const { results, plan } = takeEvents(fresh, HOST, [first, third, finishedEvent(3)], OPTIONS);
    expect(results).toEqual([
      { status: 'accepted' },
      { status: 'gap', next_seq: 2 },
      { status: 'gap', next_seq: 2 },
    ]);
    expect(plan.chunks).toHaveLength(1);
    expect(plan.end).toBeNull();
  });

  test('places chunks by what is stored, not by what the bot says', () => {
    const [event] = logEvents(['abc']) as [ReceivedLog];
    const { plan } = takeEvents(
      { ...fresh, log_bytes: 100, log_lines: 7 },
      HOST,
      [{ ...event, offset: 5, line: 99 }],
      OPTIONS,
    );
    expect(plan.chunks[0]).toMatchObject({ offset: 100, line: 7 });
  });

  test('is judged with who asked for the stop', () => {
    const { plan } = takeEvents(
      { ...fresh, stop_requested: { by: 'admin@localhost' } },
      HOST,
      [finishedEvent(0, { ending: 'signaled', exit_code: null, signal: 'SIGTERM', stopped_by: 'cancel' })],
      OPTIONS,
    );
    expect(plan.end?.verdict).toMatchObject({ state: 'canceled', reason: 'stopped by admin@localhost' });
  });

  test('as canceled before it started, of a process that had started, is a stopped one', () => {
    const end = finishedEvent(0, { ending: 'not_started', exit_code: null, stopped_by: 'cancel' });
    expect(judge(end, 'exit_code').lifecycle).toBe('canceled');
    for (const [facts, events] of [
      [{ ...fresh, started: true }, [end]],
      [fresh, [startedEvent, end]],
    ] as const) {
      expect(takeEvents(facts, HOST, events, OPTIONS).plan.end?.verdict).toMatchObject({
        lifecycle: 'terminated',
        state: 'canceled',
      });
    }
    expect(takeEvents(fresh, HOST, [end], OPTIONS).plan.end?.verdict.lifecycle).toBe('canceled');
  });
});
