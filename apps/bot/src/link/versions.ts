import type { BotInfo, FinishedEvent, PollRequest } from '@argus/contract';
import { OLDEST_PROTOCOL, PROTOCOL_VERSION } from '@argus/contract/limits';
import { reasonOf, type Log } from '../log.ts';
import { Refused, type Call, type Http } from './http.ts';
import { asJson, packed, type EventsOut } from './packing.ts';

/** A supervisor that was upgraded without an interruption is noticed after this long. */
const TRY_AGAIN_MS = 3_600_000;

type Body = PollRequest | EventsOut;

/** Ways to say the same, the newest first. */
type Way = 'newest' | 'without health' | 'protocol 1';

/**
 * Speaks the newest protocol that the supervisor understands. One of the version before refuses what it does not know;
 * the same is then said in its words. How the machine is, which came to the newest protocol last, is left out before all of
 * that is given up for it. The newest is tried again after a broken connection, behind which another version may answer,
 * and each hour.
 */
export class VersionedHttp {
  #http: Pick<Http, 'json'>;
  #log: Log;
  #way: Way = 'newest';
  #fellBackAt = 0;

  constructor(http: Pick<Http, 'json'>, log: Log) {
    this.#http = http;
    this.#log = log;
  }

  /** The protocol that is spoken now. */
  get version(): number {
    return this.#way === 'protocol 1' ? OLDEST_PROTOCOL : PROTOCOL_VERSION;
  }

  /** As `Http.json`, with a body of the newest protocol. */
  async json<T>(call: Omit<Call, 'body'> & { body: Body }): Promise<T> {
    if (this.#way !== 'newest' && performance.now() - this.#fellBackAt > TRY_AGAIN_MS) this.#way = 'newest';
    const before = this.#way;
    let refusal: unknown;
    for (const way of waysFrom(before, call.body)) {
      if (refusal !== undefined) this.#fallBack(way);
      try {
        const answer = await this.#http.json<T>({ ...call, ...said(call.body, way) });
        if (refusal !== undefined) this.#tell(way, refusal);
        return answer;
      } catch (error) {
        if (!isNotUnderstood(error)) {
          if (!(error instanceof Refused)) this.#way = 'newest';
          throw error;
        }
        refusal = error;
      }
    }
    // refused whichever way it is said: all that was learned is that the oldest one is not needed
    this.#way = before === 'protocol 1' ? 'newest' : before;
    throw refusal;
  }

  #fallBack(way: Way): void {
    this.#way = way;
    this.#fellBackAt = performance.now();
  }

  #tell(way: Way, refusal: unknown): void {
    if (way === 'protocol 1')
      this.#log.warn(`the supervisor is older than this bot: protocol ${OLDEST_PROTOCOL} is spoken with it`);
    else
      this.#log.info('the supervisor does not take how this machine is: it is told without', {
        reason: reasonOf(refusal),
      });
  }
}

/** What is left to try, the way of now first. */
function waysFrom(way: Way, body: Body): Way[] {
  if (way === 'protocol 1') return ['protocol 1'];
  const hasHealth = 'health' in body && body.health !== undefined;
  if (way === 'newest' && hasHealth) return ['newest', 'without health', 'protocol 1'];
  return [way, 'protocol 1'];
}

function said(body: Body, way: Way): Pick<Call, 'body' | 'packed'> {
  if (way === 'protocol 1') return { body: asProtocol1(body) };
  if (way === 'newest' || !('health' in body)) return asNewest(body);
  const { health: _health, ...rest } = body;
  return asNewest(rest);
}

/** 400 where the unknown fields are seen first, 426 where the number is, 415 where log comes packed. */
function isNotUnderstood(error: unknown): boolean {
  return error instanceof Refused && [400, 415, 426].includes(error.status);
}

/** Log goes packed, all else as JSON. */
function asNewest(body: Body): Pick<Call, 'body' | 'packed'> {
  const hasLog = 'events' in body && body.events.some(({ type }) => type === 'log');
  return hasLog ? { body: undefined, packed: packed(body) } : { body };
}

/** The same in the words of protocol 1, whose schemas refuse every other field. */
export function asProtocol1(body: Body): object {
  return 'events' in body ? eventsAsProtocol1(body) : pollAsProtocol1(body);
}

function pollAsProtocol1({ boot, slots, draining, attempts, info }: PollRequest): object {
  return {
    protocol: 1,
    boot,
    slots: draining ? 0 : slots,
    attempts,
    ...(info && { info: infoAsProtocol1(info) }),
  };
}

function infoAsProtocol1({ hostname, version, os, release, arch, run_user, interpreters }: BotInfo): object {
  return { hostname, version, os, release, arch, run_user, interpreters };
}

function eventsAsProtocol1(request: EventsOut): object {
  const { events, more } = asJson(request);
  return {
    protocol: 1,
    events: events.map((event) => (event.type === 'finished' ? finishedAsProtocol1(event) : event)),
    ...(more !== undefined && { more }),
  };
}

/** It knows no limits and no fence: what they ended was stopped by no person and no timeout, and the error says why. */
function finishedAsProtocol1({ limit, usage: _usage, stopped_by, error, ...event }: FinishedEvent): object {
  const isKnown = stopped_by === null || stopped_by === 'cancel' || stopped_by === 'timeout';
  const why =
    stopped_by === 'fence' ? 'it could not reach the supervisor' : `of its limit (${limit ?? 'unknown'})`;
  return {
    ...event,
    stopped_by: isKnown ? stopped_by : null,
    error: error ?? (isKnown ? null : `stopped by its bot because ${why}`),
  };
}
