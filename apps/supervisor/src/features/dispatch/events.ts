import type { EventResult, Operations } from '@argus/contract';
import { createBatcher } from '../../platform/batcher.ts';
import { isDatabaseDown, type Database } from '../../platform/database.ts';
import { Outdated, type Handler } from '../../platform/http/operations.ts';
import { createLogOnce } from '../../platform/log-once.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import {
  applyChanges,
  endOfAttempt,
  keyOf,
  loadReported,
  noteLate,
  type AttemptChange,
  type AttemptState,
  type NewChunk,
} from '../jobs/index.ts';
import type { DispatchCounter } from './counter.ts';
import { assertProtocol } from './poll.ts';
import { receivedEvents } from './received.ts';
import { takeEvents, type AttemptFacts, type Plan, type ReceivedEvent } from './rules.ts';

/** The events of one attempt out of one request. */
interface Group {
  hostId: string;
  /** Whether the bot's protocol has a word for what comes late. */
  knowsLate: boolean;
  /** Of the credential, where it is only remembered. */
  tokenId: string | undefined;
  job: string;
  attempt: number;
  events: ReceivedEvent[];
}

/** From so many stored bytes of log on, storing takes longer than all else of an attempt. */
const HEAVY_BYTES = 64 * 1024;

/**
 * Takes what a bot reports, in order; answers what became of each event.
 *
 * @throws Outdated where the credential of this `tokenId`, which was only remembered, is not there any more
 */
export type EventTaker = (
  hostId: string,
  events: readonly ReceivedEvent[],
  options?: { knowsLate: boolean; tokenId?: string | undefined },
) => Promise<EventResult[]>;

export function eventsHandler(
  take: EventTaker,
  counter: DispatchCounter,
): Handler<Operations['postBotEvents']> {
  return async ({ caller, body, packed, fromMemory }) => {
    assertProtocol(body.protocol);
    const events = await receivedEvents(body, packed);
    step('events.received');
    const tokenId = fromMemory ? caller.tokenId : undefined;
    // the credential is looked up with what is reported
    if (fromMemory && events.length === 0) throw new Outdated();
    const results = await take(caller.hostId, events, { knowsLate: body.protocol >= 2, tokenId });
    step('events.stored');
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
  { db, bus, metrics, log }: Pick<Platform, 'db' | 'bus' | 'metrics' | 'log'>,
  {
    freed,
    ended = () => undefined,
  }: {
    freed: (attempt: AttemptState, back: boolean) => void;
    /** Jobs have ended for good whose events start something. */
    ended?: () => void;
  },
): EventTaker {
  const logOnce = createLogOnce(log);
  // one after the other: as many again at once share fewer statements, and cost a quarter of the jobs per second
  const take = createBatcher<Group, EventResult[]>(takeGroups, {
    max: 500,
    concurrency: 1,
    fairBy,
    breathes: true,
  });
  // what is slow by its size does not stand before the ends of others
  const takeLogs = createBatcher<Group, EventResult[]>(takeGroups, { max: 500, concurrency: 2, fairBy });

  return async (hostId, events, { knowsLate, tokenId } = { knowsLate: false }) => {
    const groups = new Map<string, Group & { places: number[] }>();
    events.forEach((event, place) => {
      const key = `${event.job}.${event.attempt}`;
      const group = groups.get(key) ?? {
        hostId,
        knowsLate,
        tokenId,
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
        const taken = await (isHeavy(group) ? takeLogs : take)(group);
        group.places.forEach((place, index) => (results[place] = taken[index] as EventResult));
      }),
    );
    return results;
  };

  async function takeGroups(groups: Group[]): Promise<(EventResult[] | Error)[]> {
    const rows = await loadReported(db, groups);
    const answers: (EventResult[] | Error)[] = [];
    const changes: { change: AttemptChange; row: AttemptState; place: number }[] = [];
    const touched = new Set<string>();
    const late: Promise<unknown>[] = [];
    groups.forEach((group, place) => {
      const key = keyOf({ job_id: group.job, attempt: group.attempt });
      const row = rows[place];
      if (row === null) {
        answers[place] = new Outdated();
        return;
      }
      // two requests about one attempt in one batch: the second one is judged by what the first one changed
      const isHeld = row?.host_id === group.hostId;
      if (isHeld && touched.has(key)) {
        answers[place] = group.events.map(() => ({ status: 'gap', next_seq: (row?.log_seq ?? 0) + 1 }));
        return;
      }
      // what another bot says of it changes nothing, and must not keep its own from counting
      if (isHeld) touched.add(key);
      const { results, plan } = takeEvents(row && factsOf(row), group.hostId, group.events, {
        knowsLate: group.knowsLate,
        now: new Date(),
      });
      answers[place] = results;
      if (results.some(({ status }) => status === 'stale')) noteStale(group, row);
      if (row && plan.late) late.push(noteLate(db, row, plan.late));
      if (row && hasEffect(plan)) changes.push({ change: changeOf(row, plan), row, place });
    });
    await Promise.all(late);
    if (changes.length === 0) return answers;

    const { applied, failed } = await applyApart(
      db,
      changes.map(({ change }) => change),
    );
    for (const { change, row, place } of changes) {
      const failure = failed.get(keyOf(change));
      if (failure) {
        answers[place] = failure;
        continue;
      }
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
    // a look for each end that nobody listens to costs a tenth of the jobs per second of many bots
    if (
      changes.some(
        ({ change, row }) => row.watched && change.end !== null && change.end.lifecycle !== 'ready',
      )
    )
      ended();
    return answers;
  }

  function noteStale({ hostId, job, attempt, events }: Group, row: AttemptState | undefined): void {
    const why =
      row === undefined
        ? 'nobody knows it'
        : row.host_id !== hostId
          ? 'another bot holds it'
          : row.lease !== events[0]?.lease
            ? 'its lease is another one'
            : 'it has ended';
    const fields = { host: hostId, job, attempt, reason: why };
    logOnce(`${hostId} ${why}`, fields, 'a bot reported of an attempt that it does not hold');
  }
}

function fairBy({ hostId }: Group): string {
  return hostId;
}

function isHeavy({ events }: Group): boolean {
  let bytes = 0;
  for (const event of events) if (event.type === 'log') bytes += event.data.length;
  return bytes >= HEAVY_BYTES;
}

/** Applies changes together; where that fails for one of them, each by itself, so that it fails alone. */
async function applyApart(
  db: Database,
  changes: readonly AttemptChange[],
): Promise<{ applied: Set<string>; failed: Map<string, Error> }> {
  const failed = new Map<string, Error>();
  try {
    return { applied: await applyChanges(db, changes), failed };
  } catch (error) {
    if (isDatabaseDown(error) || changes.length === 1) throw error;
  }
  const applied = new Set<string>();
  for (const change of changes) {
    try {
      for (const key of await applyChanges(db, [change])) applied.add(key);
    } catch (error) {
      if (isDatabaseDown(error)) throw error;
      failed.set(keyOf(change), error as Error);
    }
  }
  return { applied, failed };
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
