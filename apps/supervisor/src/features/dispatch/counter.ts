import type { Instruction, RunInstruction } from '@argus/contract';
import { createBatcher } from '../../platform/batcher.ts';
import { told } from '../../platform/database.ts';
import { createLogOnce } from '../../platform/log-once.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import { claimJobs, hostsToTell, hostsWithWork, type ClaimedJob, type Counter } from '../jobs/index.ts';
import type { instructionMaker } from './instructions.ts';
import { createWaits, Waiter, type Waited } from './waits.ts';

/** Every bot that waits is asked about in this rhythm whatever wake-ups said: the path that correctness rests on. */
const LOOK_EVERY_MS = 1000;

/** Calls among supervisors: jobs wait for this bot or in this pool; this bot is to be told something. */
const WORK = 'work:';
const TELL = 'tell:';

/** One bot as this supervisor sees it. */
interface Seat {
  /** The pools that it serves, as its last poll was told. */
  pools: readonly string[];
  waiter: Waiter | undefined;
  /** Polls of it that are looked up and will wait in a moment. */
  arriving: number;
  /** A statement that claims for this bot is under way: the next one waits, so that it sees what this one took. */
  busy: boolean;
  /** Somebody asked while busy, or while it was about to wait. */
  again: boolean;
  /** When the last statement that claims for it began, by `performance.now()`. */
  claimedAt: number;
}

/** A bot that jobs are claimed for: one that waits on its poll, or one that just told of an end. */
interface Asking {
  hostId: string;
  isWaiting: boolean;
}

/** One bot's wait for instructions. */
export interface Wait {
  /** The pools that it serves. */
  pools: readonly string[];
  /** How long, about, at most. */
  ms: number;
  /** What is known already. */
  first?: readonly Instruction[];
  /** Whether something waited for it a moment ago. */
  hasWork?: boolean;
  /** Called once, at its end, never before `wait` has returned. */
  done(waited: Waited): void;
}

/** A bot at the counter, until it is disposed. */
export interface Arrival extends Disposable {
  /**
   * Waits for instructions until some come, `ms` passed, or the function that it returns is called. A newer wait for
   * the same bot answers the older one with nothing.
   */
  wait(wait: Wait): () => void;
}

export interface DispatchCounter extends Counter, AsyncDisposable {
  /** A bot is about to wait: what comes for it from now on is not missed. */
  arrive(hostId: string): Arrival;
  /** What a bot that just freed slots runs next, without waiting. Calls of the same moment share a statement. */
  next(hostId: string): Promise<RunInstruction[]>;
  /** Hands an instruction to a waiting bot; false where it does not wait here. */
  tell(hostId: string, instruction: Instruction): boolean;
  /** The same; where the bot waits at another supervisor, its poll there is answered so that the next one tells it. */
  tellAnywhere(hostId: string, instruction: Instruction): void;
  /** Ends the wait of a bot, wherever it waits: its next poll is told what pools it serves now. */
  pollAgain(hostId: string): void;
}

/**
 * The counter over which jobs go to bots: knows in memory which bots wait on a poll here, and claims jobs for
 * them in shared statements. What is claimed but does not reach its bot (a poll that just ended) is repeated by
 * the bot's next poll, so nothing rests on this memory.
 */
export function createCounter(
  { db, log, metrics, stopping, bus, supervisors }: Platform,
  instructionFor: ReturnType<typeof instructionMaker>['instructionFor'],
): DispatchCounter {
  const seats = new Map<string, Seat>();
  /** Bots that wait, and for which the next statement will claim. */
  const wanted = new Set<string>();
  const claiming = new Set<Promise<void>>();
  const logOnce = createLogOnce(log);

  function seatOf(hostId: string): Seat {
    let seat = seats.get(hostId);
    if (seat === undefined)
      seats.set(
        hostId,
        (seat = { pools: [], waiter: undefined, arriving: 0, busy: false, again: false, claimedAt: 0 }),
      );
    return seat;
  }

  /** A queue is a bot's own, or a pool: then any bot that serves it may take what waits. */
  function wake(queue: string): void {
    if (seats.has(queue)) return wakeBot(queue);
    for (const [hostId, { pools, waiter, arriving }] of seats)
      if ((waiter !== undefined || arriving > 0) && pools.includes(queue)) wakeBot(hostId);
  }

  /** Claims for the bot as soon as no other statement does; many bots share one statement. */
  function wakeBot(hostId: string): void {
    const seat = seats.get(hostId);
    if (seat === undefined) return;
    if (seat.busy || seat.waiter === undefined) {
      if (seat.busy || seat.arriving > 0) seat.again = true;
      return;
    }
    if (wanted.has(hostId)) return;
    wanted.add(hostId);
    const claimed = claims({ hostId, isWaiting: true }).then(
      (instructions) => instructions.forEach((instruction) => tell(hostId, instruction)),
      // said already, once for all of them
      () => undefined,
    );
    claiming.add(claimed);
    void claimed.finally(() => claiming.delete(claimed));
  }

  async function claim(hosts: readonly string[]): Promise<ClaimedJob[]> {
    for (const id of hosts) seatOf(id).claimedAt = performance.now();
    const jobs = await claimJobs(db, hosts);
    if (jobs.length > 0) {
      step('job.claimed');
      metrics.dispatched.inc({ way: 'claimed' }, jobs.length);
    }
    return jobs;
  }

  function occupy(hosts: readonly string[]): () => void {
    for (const id of hosts) seatOf(id).busy = true;
    return () => {
      for (const id of hosts) {
        const seat = seatOf(id);
        seat.busy = false;
        if (seat.again && seat.waiter !== undefined) {
          seat.again = false;
          wakeBot(id);
        } else leave(id, seat);
      }
    };
  }

  function waitAt(hostId: string, seat: Seat, { pools, ms, first = [], hasWork, done }: Wait): Waiter {
    seat.pools = pools;
    seat.waiter?.hand([]);
    const waiter = new Waiter(first, (waited) => {
      waits.remove(waiter);
      if (seat.waiter === waiter) seat.waiter = undefined;
      leave(hostId, seat);
      metrics.botsWaiting.dec();
      done(waited);
    });
    seat.waiter = waiter;
    metrics.botsWaiting.inc();
    waits.add(waiter, ms);
    if (first.length > 0 || stopping.aborted) waiter.hand([]);
    if (hasWork || (seat.again && !seat.busy)) {
      seat.again = false;
      wakeBot(hostId);
    }
    return waiter;
  }

  /** What nobody waits on, and no statement is under way for, need not be remembered. */
  function leave(hostId: string, seat: Seat): void {
    if (seat.waiter === undefined && seat.arriving === 0 && !seat.busy) seats.delete(hostId);
  }

  function handOut(jobs: readonly ClaimedJob[]): void {
    for (const [hostId, own] of Map.groupBy(jobs, (job) => job.host_id)) void handTo(hostId, own);
  }

  async function handTo(hostId: string, jobs: readonly ClaimedJob[]): Promise<void> {
    for (const instruction of await instructionsFor(jobs)) tell(hostId, instruction);
  }

  /** In the order of the queue, whichever is made first. */
  async function instructionsFor(jobs: readonly ClaimedJob[]): Promise<RunInstruction[]> {
    const instructions = await Promise.all(
      jobs.map((job) =>
        instructionFor(job).catch((error: unknown) => {
          log.error(
            { err: error, job: job.id },
            'no instruction could be made; the bot’s next poll tries again',
          );
          return undefined;
        }),
      ),
    );
    return instructions.filter((instruction) => instruction !== undefined);
  }

  function tell(hostId: string, instruction: Instruction): boolean {
    const waiter = seats.get(hostId)?.waiter;
    waiter?.hand([instruction]);
    return waiter !== undefined;
  }

  /** One statement after the other, so that more bots share one: those that wait, and those that just freed slots. */
  const claims = createBatcher<Asking, RunInstruction[]>(
    async (asking) => {
      const hosts = [...new Set(asking.flatMap((one) => (takesPart(one) ? one.hostId : [])))];
      const release = occupy(hosts);
      try {
        const jobs = hosts.length === 0 ? [] : await claim(hosts);
        const byHost = Map.groupBy(jobs, (job) => job.host_id);
        return await Promise.all(
          asking.map(({ hostId }) => {
            const own = byHost.get(hostId) ?? [];
            byHost.delete(hostId);
            return instructionsFor(own);
          }),
        );
      } catch (error) {
        const fields = { ...told(error), hosts: hosts.length };
        logOnce('claim', fields, 'jobs could not be claimed; the next look tries again');
        throw error;
      } finally {
        release();
      }
    },
    { max: 200, concurrency: 1, breathes: true },
  );

  /** Whether a bot takes part in the statement that begins now. Where another one for it is under way, its turn comes after that. */
  function takesPart({ hostId, isWaiting }: Asking): boolean {
    if (isWaiting) wanted.delete(hostId);
    const seat = seatOf(hostId);
    if (seat.busy) {
      seat.again = true;
      return false;
    }
    if (!isWaiting || seat.waiter !== undefined) return true;
    // its poll has ended meanwhile
    leave(hostId, seat);
    return false;
  }

  function look(): void {
    if (!seats.values().some(({ waiter }) => waiter !== undefined)) return;
    const failed = (error: unknown) => log.debug({ err: error }, 'could not look for waiting jobs');
    const before = performance.now() - LOOK_EVERY_MS;
    // a busy bot is claimed for at each end of a job, and has no slot free in between
    const isOverlooked = (id: string) => (seats.get(id)?.claimedAt ?? 0) < before;
    hostsWithWork(db).then((hosts) => hosts.filter(isOverlooked).forEach(wakeBot), failed);
    // alone, this supervisor told them itself
    if (supervisors.others() === 0) return;
    const waiting = [...seats].flatMap(([id, { waiter }]) => (waiter ? [id] : []));
    hostsToTell(db, waiting).then((hosts) => hosts.forEach(answer), failed);
  }

  /** Ends the poll, so that the next one hears all that there is to tell. */
  function answer(hostId: string): void {
    seats.get(hostId)?.waiter?.hand([]);
  }

  // one for all: a signal compares a new listener with each that it has
  stopping.addEventListener('abort', () => {
    for (const { waiter } of seats.values()) waiter?.hand([]);
  });

  const waits = createWaits();
  const looking = setInterval(look, LOOK_EVERY_MS);
  const calls = [
    bus.fromOthers(WORK, (queue) => (queue === undefined ? look() : wake(queue))),
    bus.fromOthers(TELL, (hostId) => hostId !== undefined && answer(hostId)),
  ];

  return {
    reserve(hostIds) {
      const hosts = [...new Set(hostIds)].filter((id) => {
        const seat = seats.get(id);
        return seat?.waiter !== undefined && !seat.busy && !seat.again;
      });
      return { hosts, release: occupy(hosts) };
    },
    deliver(jobs) {
      if (jobs.length > 0) metrics.dispatched.inc({ way: 'direct' }, jobs.length);
      handOut(jobs);
    },
    wake(queue) {
      // a bot that waits elsewhere, or a pool, whose bots may wait anywhere
      if (seats.get(queue)?.waiter === undefined) bus.publish(`${WORK}${queue}`);
      wake(queue);
    },
    next: (hostId) => claims({ hostId, isWaiting: false }),
    tell,
    tellAnywhere(hostId, instruction) {
      if (!tell(hostId, instruction)) bus.publish(`${TELL}${hostId}`);
    },
    pollAgain(hostId) {
      if (seats.get(hostId)?.waiter === undefined) bus.publish(`${TELL}${hostId}`);
      answer(hostId);
    },
    arrive(hostId) {
      const seat = seatOf(hostId);
      seats.set(hostId, seat);
      seat.arriving++;
      return {
        wait(wait) {
          const waiter = waitAt(hostId, seat, wait);
          return () => waiter.hand([]);
        },
        [Symbol.dispose]() {
          seat.arriving--;
          leave(hostId, seat);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      waits[Symbol.dispose]();
      for (const call of calls) call[Symbol.dispose]();
      await Promise.all(claiming);
    },
  };
}
