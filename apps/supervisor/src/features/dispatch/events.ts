import type { EventResult, Operations } from '@argus/contract';
import { createBatcher } from '../../platform/batcher.ts';
import type { Handler } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import {
  applyChanges,
  keyOf,
  loadAttempts,
  noteLate,
  type AttemptChange,
  type AttemptState,
  type NewChunk,
} from '../jobs/index.ts';
import type { DispatchCounter } from './counter.ts';
import { assertProtocol } from './poll.ts';
import { receivedEvents } from './received.ts';
import { endOfAttempt, takeEvents, type AttemptFacts, type Plan, type ReceivedEvent } from './rules.ts';

/** The events of one attempt out of one request. */
interface Group {
  hostId: string;
  /** Whether the bot's protocol has a word for what comes late. */
  knowsLate: boolean;
  job: string;
  attempt: number;
  events: ReceivedEvent[];
}

/** Takes what a bot reports, in order; answers what became of each event. */
export type EventTaker = (
  hostId: string,
  events: readonly ReceivedEvent[],
  options?: { knowsLate: boolean },
) => Promise<EventResult[]>;

export function eventsHandler(
  take: EventTaker,
  counter: DispatchCounter,
): Handler<Operations['postBotEvents']> {
  return async ({ caller, body, packed }) => {
    assertProtocol(body.protocol);
    const events = await receivedEvents(body, packed);
    const results = await take(caller.hostId, events, { knowsLate: body.protocol >= 2 });
    const freed = events.some(
      ({ type }, place) => type === 'finished' && results[place]?.status === 'accepted',
    );
    const instructions = freed && body.more ? await counter.next(caller.hostId) : [];
    if (freed && !body.more) counter.wake(caller.hostId);
    return { protocol: body.protocol, results, instructions };
  };
}

/** Requests of the same moment share their statements. */
export function eventTaker(
  { db, bus, metrics }: Pick<Platform, 'db' | 'bus' | 'metrics'>,
  { freed }: { freed: (attempt: AttemptState, back: boolean) => void },
): EventTaker {
  const take = createBatcher<Group, EventResult[]>(takeGroups, {
    max: 500,
    concurrency: 2,
    fairBy: ({ hostId }) => hostId,
  });

  return async (hostId, events, { knowsLate } = { knowsLate: false }) => {
    const groups = new Map<string, Group & { places: number[] }>();
    events.forEach((event, place) => {
      const key = `${event.job}.${event.attempt}`;
      const group = groups.get(key) ?? {
        hostId,
        knowsLate,
        job: event.job,
        attempt: event.attempt,
        events: [],
        places: [],
      };
      group.events.push(event);
      group.places.push(place);
      groups.set(key, group);
    });
    const results: EventResult[] = [];
    await Promise.all(
      [...groups.values()].map(async (group) => {
        const taken = await take(group);
        group.places.forEach((place, index) => (results[place] = taken[index] as EventResult));
      }),
    );
    return results;
  };

  async function takeGroups(groups: Group[]): Promise<EventResult[][]> {
    const rows = new Map((await loadAttempts(db, groups)).map((row) => [keyOf(row), row]));
    const answers: EventResult[][] = [];
    const changes: { change: AttemptChange; row: AttemptState; place: number }[] = [];
    const touched = new Set<string>();
    const late: Promise<unknown>[] = [];
    groups.forEach((group, place) => {
      const key = keyOf({ job_id: group.job, attempt: group.attempt });
      const row = rows.get(key);
      // two requests about one attempt in one batch: the second one is judged by what the first one changed
      if (touched.has(key)) {
        answers[place] = group.events.map(() => ({ status: 'gap', next_seq: (row?.log_seq ?? 0) + 1 }));
        return;
      }
      touched.add(key);
      const { results, plan } = takeEvents(row && factsOf(row), group.hostId, group.events, {
        knowsLate: group.knowsLate,
        now: new Date(),
      });
      answers[place] = results;
      if (row && plan.late) late.push(noteLate(db, row, plan.late));
      if (row && hasEffect(plan)) changes.push({ change: changeOf(row, plan), row, place });
    });
    await Promise.all(late);
    if (changes.length === 0) return answers;

    const applied = await applyChanges(
      db,
      changes.map(({ change }) => change),
    );
    for (const { change, row, place } of changes) {
      if (!applied.has(keyOf(change))) {
        // it moved on between reading and writing (ended as lost): the bot's next call is judged afresh
        answers[place] = (groups[place] as Group).events.map(() => ({
          status: 'gap',
          next_seq: row.log_seq + 1,
        }));
        continue;
      }
      metrics.logBytes.inc(change.log_bytes - row.log_bytes);
      bus.publish(`job:${row.job_id}`);
      if (change.end === null) continue;
      const isBack = change.end.lifecycle === 'ready';
      if (isBack) metrics.attemptsRetried.inc({ outcome: change.end.outcome });
      else metrics.jobsEnded.inc({ state: change.end.state });
      freed(row, isBack);
    }
    return answers;
  }
}

function factsOf(row: AttemptState): AttemptFacts {
  return { ...row, started: row.started_at !== null };
}

function hasEffect({ started, chunks, end }: Plan): boolean {
  return started !== null || chunks.length > 0 || end !== null;
}

function changeOf(row: AttemptState, { started, chunks, end }: Plan): AttemptChange {
  const now = Date.now();
  // ages come with different delays: what came later is never shown as earlier
  let latest = row.started_at?.getTime() ?? 0;
  const ago = (age: number | null) => new Date((latest = Math.max(latest, now - (age ?? 0))));
  const startedAt = started && ago(started.age_ms);
  const stored = chunks.map(({ event, offset, line }): NewChunk => ({
    job_id: row.job_id,
    attempt: row.attempt,
    seq: event.seq,
    stream: event.stream,
    log_offset: offset,
    line,
    bytes: event.bytes,
    lines: event.lines,
    at: ago(event.age_ms),
    encoding: event.encoding,
    data: event.data,
  }));
  const last = stored.at(-1);
  return {
    job_id: row.job_id,
    attempt: row.attempt,
    lease: row.lease,
    from_seq: row.log_seq,
    log_seq: last?.seq ?? row.log_seq,
    log_bytes: last ? last.log_offset + last.bytes : row.log_bytes,
    log_lines: last ? last.line + last.lines : row.log_lines,
    started_at: startedAt,
    pid: started?.pid ?? null,
    end:
      end &&
      endOfAttempt(
        row,
        end.verdict,
        {
          at: ago(end.event.age_ms),
          exit_code: end.event.exit_code,
          signal: end.event.signal,
          limit_hit: end.event.limit ?? null,
          usage: end.event.usage ?? null,
        },
        Math.random(),
      ),
    chunks: stored,
  };
}
