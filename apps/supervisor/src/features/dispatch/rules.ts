import {
  judge,
  runLimits,
  type BotEvent,
  type EventResult,
  type FinishedEvent,
  type LogEvent,
  type LateReport,
  type ResultRule,
  type RunPolicy,
  type Verdict,
} from '@argus/contract';

/** What of an attempt decides how its events are taken. */
export interface AttemptFacts {
  lease: string;
  host_id: string;
  ended: boolean;
  outcome: string | null;
  log_seq: number;
  log_bytes: number;
  log_lines: number;
  started: boolean;
  stop_requested: { by: string } | null;
  result_rule: ResultRule;
  policy: RunPolicy;
  /** Whether its bot told already how it ended after it was given up. */
  has_late: boolean;
}

/** A log event with its data as bytes, however they came. */
export type ReceivedLog = Omit<LogEvent, 'data'> & { data: Buffer };
export type ReceivedEvent = Exclude<BotEvent, LogEvent> | ReceivedLog;

export interface LogPlan {
  event: ReceivedLog;
  offset: number;
  line: number;
}

/** What is to be stored of one attempt after a run of its events. */
export interface Plan {
  started: { pid: number; age_ms: number | null } | null;
  chunks: LogPlan[];
  end: { verdict: Verdict; event: FinishedEvent } | null;
  /** What came after the attempt was given up: evidence. */
  late: LateReport | null;
}

export interface Taken {
  results: EventResult[];
  plan: Plan;
}

/**
 * Takes the events of one attempt in their order: decides the answer to each, and what is to be stored.
 *
 * What comes without the lease is stale and changes nothing. What comes after the attempt was given up as lost
 * changes nothing either, but its end is kept as evidence. A repeated event is accepted again. A chunk out of order,
 * or an end before all its chunks, is a gap. `knowsLate`: whether the bot's protocol has a word for it.
 */
export function takeEvents(
  facts: AttemptFacts | undefined,
  hostId: string,
  events: readonly ReceivedEvent[],
  { knowsLate, now }: { knowsLate: boolean; now: Date },
): Taken {
  const plan: Plan = { started: null, chunks: [], end: null, late: null };
  let seq = facts?.log_seq ?? 0;
  let offset = facts?.log_bytes ?? 0;
  let line = facts?.log_lines ?? 0;
  const results = events.map((event): EventResult => {
    if (facts === undefined || facts.lease !== event.lease || facts.host_id !== hostId)
      return { status: 'stale' };
    if (facts.outcome === 'lost') {
      if (event.type === 'finished' && !facts.has_late) plan.late ??= lateReport(event, facts, now);
      return { status: knowsLate ? 'late' : 'stale' };
    }
    if (facts.ended || plan.end)
      return { status: event.type === 'log' && event.seq > seq ? 'stale' : 'accepted' };
    switch (event.type) {
      case 'started':
        if (!facts.started) plan.started = { pid: event.pid, age_ms: event.age_ms };
        return { status: 'accepted' };
      case 'log':
        if (event.seq <= seq) return { status: 'accepted' };
        if (event.seq !== seq + 1) return { status: 'gap', next_seq: seq + 1 };
        plan.chunks.push({ event, offset, line });
        seq = event.seq;
        offset += event.bytes;
        line += event.lines;
        return { status: 'accepted' };
      case 'finished':
        if (event.last_seq > seq) return { status: 'gap', next_seq: seq + 1 };
        plan.end = { verdict: verdictOf(event, facts, facts.started || plan.started !== null), event };
        return { status: 'accepted' };
    }
  });
  return { results, plan };
}

/** What has started cannot have been canceled before it started, whatever the bot says: it was stopped. */
function verdictOf(event: FinishedEvent, facts: AttemptFacts, started: boolean): Verdict {
  const verdict = judge(event, facts.result_rule, facts.stop_requested, runLimits(facts.policy.limits));
  return started && verdict.lifecycle === 'canceled' ? { ...verdict, lifecycle: 'terminated' } : verdict;
}

function lateReport(event: FinishedEvent, facts: AttemptFacts, now: Date): LateReport {
  const { state, reason, output } = verdictOf(event, facts, true);
  return {
    at: now.toISOString(),
    state,
    reason,
    exit_code: event.exit_code,
    signal: event.signal,
    output,
  };
}
