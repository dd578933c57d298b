import {
  ArgusError,
  OLDEST_PROTOCOL,
  PROTOCOL_VERSION,
  type AttemptRef,
  type Instruction,
  type Operations,
  type PollRequest,
  type ResponseOf,
} from '@argus/contract';
import { createBatcher } from '../../platform/batcher.ts';
import { Later } from '../../platform/http/later.ts';
import { Outdated, type Handler } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import {
  loadAttempts,
  lostVerdict,
  noteHeld,
  notToForget,
  type AttemptState,
  type HeldAttempt,
  type Holding,
  type Presence,
} from '../jobs/index.ts';
import type { PoolQueries } from '../pools/index.ts';
import type { Arrival, DispatchCounter, Wait } from './counter.ts';
import { assertHealth } from './health.ts';
import type { IdleBots, KnownBot } from './idle.ts';
import { cancelInstruction, type instructionMaker } from './instructions.ts';
import { endUnreported } from './lost.ts';
import type { Waited } from './waits.ts';

// A poll is a sign of life, which is missed after 45 s; while attempts run it renews leases, at least each 15 s.
const HOLD_IDLE_MS = 40_000;
const HOLD_RUNNING_MS = 10_000;
/** A first poll is held shorter by up to this share: bots that all came at once then come one after the other. */
const FIRST_SPREAD = 0.75;

export function assertProtocol(protocol: number): void {
  if (protocol < OLDEST_PROTOCOL || protocol > PROTOCOL_VERSION) {
    throw new ArgusError(
      'upgrade_required',
      `This supervisor speaks bot protocol ${OLDEST_PROTOCOL} to ${PROTOCOL_VERSION}, the bot ${protocol}: upgrade the older one.`,
    );
  }
}

/** The next poll opens a connection, which a load balancer takes to another supervisor. */
const MOVE_ON = { connection: 'close' };

/** The bot tries again at once: at another supervisor, or at this one after its restart. */
function unavailableHere(): ArgusError {
  const error = new ArgusError('unavailable', 'This supervisor is stopping.');
  error.retryAfterSeconds = 0;
  return error;
}

/** Answers polls: what the bot must be told again, what it must forget, and then what there is to do. */
export function pollHandler(
  platform: Platform,
  counter: DispatchCounter,
  instructionFor: ReturnType<typeof instructionMaker>['instructionFor'],
  { pools, idle, freed, idleHoldMs = HOLD_IDLE_MS }: PollServices,
): Handler<Operations['pollBot']> {
  const { db, stopping } = platform;
  const held = createBatcher<Presence, Holding | 'older' | undefined>(noteNewest, {
    max: 500,
    concurrency: 1,
    fairBy: ({ host_id }) => host_id,
  });
  // after a restart of the supervisor all bots come at once, and what they carry is worked out under one lock
  const refreshed = createBatcher<string, string[] | undefined>(
    async (hostIds) => {
      const served = await pools.refresh(hostIds);
      return hostIds.map((id) => served.get(id));
    },
    { max: 500, concurrency: 1 },
  );

  return async ({ caller, body, reply, fromMemory }) => {
    assertProtocol(body.protocol);
    if (stopping.aborted) {
      void reply.headers(MOVE_ON);
      throw unavailableHere();
    }
    const { protocol, boot, slots, machine = null, draining = false, attempts, unknown = [] } = body;
    const { health = null } = body;
    if (health !== null) assertHealth(health);
    const info = body.info ? { ...body.info, protocol } : null;
    const { hostId: host_id, tokenId: token_id } = caller;
    const presence: Presence = { host_id, token_id, boot, slots, info, health, machine, draining, attempts };
    const place = unknown.length === 0 ? idle.back(presence) : undefined;
    using arrival = place?.arrival ?? counter.arrive(host_id);
    if (place !== undefined) return hold(arrival, protocol, { pools: place.bot.pools, bot: place.bot });
    const found = await look(presence, body, fromMemory);
    if (!('pools' in found)) return { protocol, ...found };
    return hold(arrival, protocol, {
      ...found,
      bot: idle.known(presence, found.pools),
      isFirst: info !== null,
    });
  };

  /** In a function of its own: of the poll itself nothing is kept while it waits. */
  function hold(
    arrival: Arrival,
    protocol: number,
    { pools: serves, bot, isFirst, first, hasWork }: Known,
  ): PollAnswer {
    const later: PollAnswer = new Later();
    const hold_ms = bot === undefined ? HOLD_RUNNING_MS : idleHoldMs;
    const ms = isFirst ? hold_ms * (1 - Math.random() * FIRST_SPREAD) : hold_ms;
    const done = ({ instructions, ranOut }: Waited) => {
      if (ranOut && bot !== undefined) idle.left(bot);
      if (instructions.length > 0) step('poll.answering');
      later.settle(
        { protocol, instructions, ...(protocol >= 2 && { hold_ms }) },
        stopping.aborted ? MOVE_ON : {},
      );
    };
    later.onGone(
      arrival.wait({ pools: serves, ms, done, ...(first && { first }), ...(hasWork && { hasWork }) }),
    );
    return later;
  }

  /** Notes that the bot is there, and what it has; answers what it may wait for, or what it is to be told at once. */
  async function look(presence: Presence, body: PollRequest, fromMemory: boolean): Promise<Known | Told> {
    const { host_id: hostId, draining, info } = presence;
    const noted = await held(presence);
    if (noted === 'older') return { instructions: [] };
    if (noted === undefined && fromMemory) throw new Outdated();
    // its credential was good a moment ago
    if (noted === undefined) throw new ArgusError('unauthorized', 'This bot was removed.');
    // of another system, or with other labels than before, it serves other pools than were just read
    const served = info === null ? undefined : await refreshed(hostId);
    const { instructions: first, missed } = await reconcile(hostId, noted.attempts, body);
    // it says at once what has become of them
    if (missed.length > 0) return { instructions: first, missed };
    // it waits for the word that nothing is on its way to it, and then ends
    if (draining && body.attempts.length === 0 && first.length === 0) return { instructions: [] };
    return { pools: served ?? noted.pools, first, hasWork: noted.hasWork || served !== undefined };
  }

  /** Of the polls that one bot has here at once only the newest counts; the older ones cost no look. */
  async function noteNewest(presences: readonly Presence[]): Promise<(Holding | 'older' | undefined)[]> {
    const newest = new Map(presences.map((presence) => [presence.host_id, presence]));
    const counting = [...newest.values()];
    const noted = await noteHeld(db, counting);
    return presences.map((presence) => {
      const place = counting.indexOf(presence);
      return place < 0 ? 'older' : noted[place];
    });
  }

  async function reconcile(
    hostId: string,
    holding: readonly HeldAttempt[],
    { attempts: named, unknown = [], machine, protocol }: PollRequest,
  ): Promise<{ instructions: Instruction[]; missed: AttemptRef[] }> {
    const knowsLate = protocol >= 2;
    const namedKeys = new Set(named.map(keyOfNamed));
    const unknownKeys = new Set(unknown.map(keyOfNamed));
    const missed: AttemptRef[] = [];
    const heldKeys = new Set(holding.map(({ id, ...attempt }) => keyOfNamed({ ...attempt, job: id })));
    const instructions: Instruction[] = [];
    const lost: { attempt: HeldAttempt; reason: string }[] = [];
    for (const attempt of holding) {
      const { id: job, attempt: number, lease } = attempt;
      const key = keyOfNamed({ job, attempt: number, lease });
      const isNamed = namedKeys.has(key);
      if (!isNamed && attempt.delivered && knowsLate && !unknownKeys.has(key)) {
        missed.push({ job, attempt: number, lease });
        continue;
      }
      const reason = isNamed ? undefined : reasonToGiveUp(attempt, machine ?? null);
      if (reason !== undefined) {
        lost.push({ attempt, reason });
        continue;
      }
      if (!isNamed) {
        const instruction = await instructionFor(attempt);
        if (instruction === undefined) continue;
        instructions.push(instruction);
      }
      if (attempt.stop_requested) instructions.push(cancelInstruction(attempt));
    }
    if (lost.length > 0) await giveUp(lost);
    const unheld = named.filter((attempt) => !heldKeys.has(keyOfNamed(attempt)));
    const kept = unheld.length > 0 ? await notToForget(db, hostId, unheld, { knowsLate }) : new Set<string>();
    for (const { job, attempt, lease } of unheld)
      if (!kept.has(`${job}.${attempt}`)) instructions.push({ type: 'forget', job, attempt, lease });
    return { instructions, missed };
  }

  async function giveUp(lost: readonly { attempt: HeldAttempt; reason: string }[]): Promise<void> {
    const states = await loadAttempts(
      db,
      lost.map(({ attempt: { id, attempt } }) => ({ job: id, attempt })),
    );
    await endUnreported(
      platform,
      states.map((attempt) => ({
        attempt,
        verdict: lostVerdict(lost.find(({ attempt: { id } }) => id === attempt.job_id)?.reason ?? ''),
      })),
      freed,
    );
  }
}

/** What is known of a bot that may wait. */
interface Known extends Omit<Wait, 'ms' | 'done'> {
  /** Where it is idle. */
  bot?: KnownBot | undefined;
  /** Whether it is its first poll here, or one that says what changed about it. */
  isFirst?: boolean;
}

type PollAnswer = Later<ResponseOf<Operations['pollBot']>>;

/** What a bot is to be told at once. */
interface Told {
  instructions: Instruction[];
  missed?: AttemptRef[];
}

export interface PollServices {
  pools: Pick<PoolQueries, 'refresh'>;
  idle: IdleBots;
  idleHoldMs: number | undefined;
  freed(attempt: AttemptState, back: boolean): void;
}

type Named = Pick<AttemptRef, 'job' | 'attempt' | 'lease'>;

function keyOfNamed({ job, attempt, lease }: Named): string {
  return `${job}.${attempt}.${lease}`;
}

/** Why an attempt that its bot does not name will never be reported; undefined where it is to be told (again). */
function reasonToGiveUp({ delivered, machine: before }: HeldAttempt, now: string | null): string | undefined {
  if (delivered) return 'the bot lost its journal and knows nothing of this job any more';
  // the answer that carried it may have arrived, and have been begun, before the machine went down
  if (before !== null && now !== null && before !== now)
    return 'the machine of its bot was restarted: nobody knows whether the script had begun';
  return undefined;
}
