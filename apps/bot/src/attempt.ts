import type { AttemptRef, RunInstruction } from '@argus/contract';
import { nowNs } from './clock.ts';
import type { AttemptRow, Journal, Phase } from './link/journal.ts';
import type { ArtifactSender } from './link/artifacts.ts';
import { Outbox, type Finished } from './link/outbox.ts';
import type { Http } from './link/http.ts';
import type { ScriptCache } from './link/scripts.ts';
import type { Spool } from './link/spool.ts';
import { finishedOf, NOT_RUN, restarted } from './finished.ts';
import { reasonOf, type Log } from './log.ts';
import { Hidden } from '@argus/contract/masks';
import { isMissing, prepare } from './preparation.ts';
import { FENCE_EVERY_NS, fenceOf, type Fence } from './run/fence.ts';
import type { Places } from './run/places.ts';
import type { RunUser } from './run/run-user.ts';
import type { End, Output, Running } from './run/shim-link.ts';
import type { Found, Shim, ShimPool } from './run/shim-pool.ts';
import { killRemains } from './run/sweep.ts';
import type { Spares } from './run/spares.ts';
import { Workplace } from './run/workplace.ts';
import { step } from './step.ts';

/** What attempts share. */
export interface Shared {
  journal: Journal;
  spool: Spool;
  pool: ShimPool;
  scripts: ScriptCache;
  artifacts: ArtifactSender;
  http: Http;
  places: Places;
  spares: Spares;
  user: RunUser;
  /** PATH of scripts. */
  path: string;
  passEnv: readonly string[];
  log: Log;
  /** Something is to be sent. */
  nudge: (how?: { hurry: boolean }) => void;
  /** The script of an attempt ended: another one may start. */
  slotFree: () => void;
  /** An attempt that was dropped has no process any more. */
  removed: (attempt: Attempt) => void;
}

/** `<job>.<n>`: names an attempt in the journal, in directories and in the environment of its processes. */
export function keyOf({ job, attempt }: Pick<AttemptRef, 'job' | 'attempt'>): string {
  return `${job}.${attempt}`;
}

/**
 * One attempt from the instruction to its end: accepted → starting → running → ended. Once it is `starting` in the
 * journal no process of the bot ever starts it again.
 */
export class Attempt {
  readonly key: string;
  readonly instruction: RunInstruction;
  readonly outbox: Outbox;
  #hidden: Hidden;
  #shared: Shared;
  #workplace: Workplace;
  #phase: Phase;
  #shim: Shim | undefined;
  #running: Running | undefined;
  #end: End | undefined;
  #isCancelled = false;
  #isDropped: boolean;
  /** When the last request was sent that named it and was answered, monotonic; null before this process had one. */
  #renewedNs: number | null = null;
  #fencedAtNs = 0;
  #abort = new AbortController();
  /** What is not on its way when it is stopped stays behind. */
  #stopSending = new AbortController();

  constructor(instruction: RunInstruction, shared: Shared, earlier?: AttemptRow) {
    this.key = keyOf(instruction);
    this.instruction = instruction;
    this.#hidden = new Hidden(instruction.masks);
    this.#shared = shared;
    this.#phase = earlier?.phase ?? 'accepted';
    this.#isDropped = earlier?.dropped ?? false;
    this.#workplace = new Workplace(shared.places.work, this.key, shared.user, shared.spares);
    this.outbox = new Outbox({
      key: this.key,
      ref: this.ref,
      logLimit: instruction.log_limit,
      hidden: this.#hidden,
      journal: shared.journal,
      spool: shared.spool,
      kept: (offset) => this.#kept(offset),
      ...(earlier && { earlier }),
    });
  }

  get ref(): AttemptRef {
    const { job, attempt, lease } = this.instruction;
    return { job, attempt, lease };
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether it is only here until its processes are gone. */
  get isDropped(): boolean {
    return this.#isDropped;
  }

  /** Starts the script. Returns when it is on its way, or its end is known. */
  async begin(): Promise<void> {
    try {
      void this.#hidden.compiled;
      const command = await prepare(this.instruction, {
        key: this.key,
        shared: this.#shared,
        workplace: this.#workplace,
        signal: this.#abort.signal,
        isOff: () => this.#endsUnstarted(),
      });
      if (!command) return;
      this.#listenTo(this.#shared.pool.takeIdle() ?? (await this.#shared.pool.make()));
      if (this.#endsUnstarted()) return this.#releaseShim();
      if (!this.mayStart)
        throw new Error('the supervisor was not heard of for so long that it might run elsewhere');
      this.#phase = 'starting';
      await this.#shared.journal.starting(this.key, this.#shim!.id);
      step('journal.starting');
      if (this.#endsUnstarted()) {
        this.#releaseShim();
        return this.#isDropped ? this.#gone() : undefined;
      }
      const { user } = this.#shared;
      this.#fencedAtNs = nowNs();
      this.#shim!.link.run({
        attempt: this.key,
        statusFile: this.#workplace.statusFile,
        directory: this.#workplace.cwd,
        user: user.switched ? user : null,
        timeoutMs: this.instruction.timeout * 1000,
        graceMs: this.instruction.kill_grace * 1000,
        fence: this.#fence,
        limits: this.instruction.limits ?? {},
        ...command,
      });
      step('shim.ordered');
    } catch (error) {
      this.#releaseShim();
      if (!this.#endsUnstarted()) this.#finishUnstarted(reasonOf(error), isMissing(error) ? 'warn' : 'error');
    }
  }

  /**
   * Whether its fence allows a start: the supervisor must have answered, and not so long ago that the script would have
   * to be gone again.
   */
  get mayStart(): boolean {
    if (this.instruction.fence === undefined) return true;
    return this.#fence !== null && this.#fence.deadlineNs > nowNs();
  }

  /** The supervisor answered a request that was sent at this time: a script with a fence may go on. */
  renewed(sentAtNs: number): void {
    this.#renewedNs = Math.max(sentAtNs, this.#renewedNs ?? 0);
    const isRunning = this.#phase === 'starting' || this.#phase === 'running';
    if (!isRunning || this.instruction.fence === undefined || this.#isDropped) return;
    const now = nowNs();
    if (now - this.#fencedAtNs < FENCE_EVERY_NS) return;
    this.#fencedAtNs = now;
    this.#shim?.link.moveFence(fenceOf(this.instruction, this.#renewedNs).deadlineNs);
  }

  get #fence(): Fence | null {
    if (this.instruction.fence === undefined || this.#renewedNs === null) return null;
    return fenceOf(this.instruction, this.#renewedNs);
  }

  /** Whether its start waits for files: that takes as long as their way here. */
  get fetchesFiles(): boolean {
    return this.#phase === 'accepted' && (this.instruction.files?.length ?? 0) > 0;
  }

  /** Goes on with an attempt that an earlier process of the bot had started, or may have. */
  resume(row: AttemptRow, found: Found | undefined): void {
    if (!row.sameBoot) {
      this.outbox.abandon();
      if (this.#isDropped) return this.#gone();
      if (this.#phase === 'ended') return this.#deliverArtifacts();
      return this.#finishUnknown(restarted(this.#phase, this.#shared.journal.isSynced), []);
    }
    if (found?.running?.attempt === this.key) {
      this.#listenTo(found.shim);
      if (this.#phase === 'ended') this.#deliverArtifacts();
      else this.#tookOff(found.running);
      found.shim.link.goOn(this.outbox.neededFrom);
      if (this.#isDropped) found.shim.link.stop('cancel');
      return;
    }
    if (this.#phase === 'ended') {
      this.outbox.abandon();
      return this.#deliverArtifacts();
    }
    if (found) {
      // the shim forgets a run only when its end is in the journal: it never had this one
      this.#finishUnstarted('the bot was restarted before it could start the script', 'warn');
    } else void this.#shimLost(row.shim, row, 'the bot was restarted and the launcher was gone');
  }

  /** Ends the attempt: before its start at once, else by stopping the process tree. Repeating it changes nothing. */
  cancel(): void {
    if (this.#phase === 'ended') {
      // of what was stopped before its end the files are kept, however often that is told
      if (!this.#isCancelled && !this.outbox.wasCancelled) this.#stopSending.abort();
      return;
    }
    this.#isCancelled = true;
    if (this.#phase === 'accepted') this.#finishCancelled();
    else this.#shim?.link.stop('cancel');
  }

  /** The supervisor gave it up: what may not run beside another attempt is stopped, if its fence has not done so. */
  giveUp(): void {
    if (this.instruction.fence !== undefined) this.#shim?.link.stop('fence');
  }

  /** The supervisor does not want it any more: stops what runs, reports nothing, leaves no trace. */
  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#abort.abort();
    const isRunning = this.#phase === 'starting' || this.#phase === 'running';
    if (!isRunning) return this.#shared.removed(this);
    void this.#shared.journal.drop(this.key);
    this.#shim?.link.stop('cancel');
  }

  /** The supervisor has all of it, or does not want it: removes what is left. */
  async dispose(): Promise<void> {
    this.#abort.abort();
    this.outbox.dispose();
    this.#shimDone();
    await this.#shared.journal.forget(this.key);
    step('forgotten');
    await this.#workplace.remove();
  }

  /** Whether it must not start any more; a cancel is then reported as the end. */
  #endsUnstarted(): boolean {
    if (this.#isCancelled && this.#phase !== 'ended') this.#finishCancelled();
    return this.#phase === 'ended' || this.#isDropped;
  }

  #listenTo(shim: Shim): void {
    this.#shim = shim;
    shim.link.listen({
      started: (running) => this.#tookOff(running),
      output: (output) => this.#output(output),
      ended: (end) => void this.#ended(end),
      closed: () => void this.#shimClosed(),
    });
  }

  #tookOff(running: Running): void {
    step('started.seen');
    this.#running = running;
    this.#phase = 'running';
    if (running.pid === 0) return; // it never became a process: the end follows
    void this.#shared.journal.running(this.key, running.pid, running.ticks, running.startedNs);
    if (this.#isDropped) return;
    this.outbox.started(running.pid, running.startedNs);
    this.#shared.nudge();
  }

  #output({ stream, offset, data }: Output): void {
    if (this.#isDropped) return this.#shim?.link.acknowledge(offset + data.length);
    this.outbox.output(stream, offset, data);
    this.#shared.nudge();
  }

  async #ended(end: End): Promise<void> {
    step('end.seen');
    this.#end = end;
    if (this.#isDropped) return this.#gone();
    this.outbox.outputEnded();
    if (this.#phase === 'ended') return this.#kept(this.outbox.neededFrom);
    await this.#finish(
      finishedOf(end, {
        dropped: Math.max(0, this.outbox.logSize(end.size) - this.instruction.log_limit),
        file: this.#workplace.readResult(),
        hidden: this.#hidden,
      }),
      end.endedNs,
    );
    this.#kept(this.outbox.neededFrom);
  }

  /** The end is known: it goes to the journal and on its way. */
  async #finish(body: Finished, endedNs: number): Promise<void> {
    this.#phase = 'ended';
    const stored = this.outbox.finish(body, endedNs);
    this.#deliverArtifacts();
    this.#shared.nudge({ hurry: true });
    this.#shared.slotFree();
    await stored;
    step('end.journaled');
  }

  /** Where the script left files, its end is told when the supervisor has them: a job that ended has all of them. */
  #deliverArtifacts(): void {
    if (this.#isDropped || !this.#workplace.hasArtifacts) return;
    const { artifacts, user, nudge } = this.#shared;
    const place = { directory: this.#workplace.artifacts, user };
    const until = { signal: this.#abort.signal, stop: this.#stopSending.signal };
    const told = this.outbox.holdBack(artifacts.deliver({ ref: this.ref, place, ...until }));
    void told.then(() => nudge({ hurry: true }));
  }

  #kept(offset: number): void {
    if (!this.#shim) return;
    if (this.#phase === 'ended' && this.#end && this.outbox.isKept) this.#shimDone();
    else this.#shim.link.acknowledge(offset);
  }

  /** The shim need not know the run any more. One with processes left under it ends. */
  #shimDone(): void {
    const shim = this.#shim;
    if (!shim || !this.#end) return;
    this.#shim = undefined;
    const retires = this.#end.survivors.length + this.#end.leftRunning.length > 0;
    shim.link.done();
    if (retires) this.#shared.pool.retire(shim);
    else this.#shared.pool.release(shim);
  }

  #releaseShim(): void {
    if (this.#shim) this.#shared.pool.release(this.#shim);
    this.#shim = undefined;
  }

  async #shimClosed(): Promise<void> {
    const shim = this.#shim;
    if (!shim) return;
    this.#shim = undefined;
    const found = await this.#shared.pool.reconnect(shim.id);
    if (found?.running?.attempt === this.key) {
      this.#listenTo(found.shim);
      return found.shim.link.goOn(this.outbox.neededFrom);
    }
    this.#shared.pool.gone(shim.id);
    if (this.#phase !== 'ended')
      await this.#shimLost(
        shim.id,
        this.#running ?? { pid: null, ticks: null },
        'the launcher of the script was killed',
      );
  }

  async #shimLost(
    slot: string | null,
    { pid, ticks }: { pid: number | null; ticks: number | null },
    why: string,
  ): Promise<void> {
    const end = this.#workplace.readStatus();
    if (end) return this.#ended(end);
    const cgroup = slot === null ? undefined : this.#shared.pool.cgroupOf(slot);
    const survivors = await killRemains({ attempt: this.key, pid, ticks, ...(cgroup && { cgroup }) });
    if (slot !== null) this.#shared.pool.cleanUp(slot);
    if (this.#isDropped) return this.#gone();
    this.#finishUnknown(`${why}: nobody saw how the script ended`, survivors);
  }

  /** A dropped attempt has no process any more. */
  #gone(): void {
    this.#phase = 'ended';
    this.#shared.removed(this);
  }

  #finishCancelled(): void {
    this.#abort.abort();
    void this.#finish({ ...NOT_RUN, ending: 'not_started', error: null, stopped_by: 'cancel' }, nowNs());
  }

  #finishUnstarted(reason: string, level: 'warn' | 'error'): void {
    const why = this.#hidden.text(reason);
    this.#shared.log[level]('a script was not started', { attempt: this.key, reason: why });
    void this.#finish(
      { ...NOT_RUN, ending: 'not_started', error: why.slice(0, 2000), stopped_by: null },
      nowNs(),
    );
  }

  #finishUnknown(why: string, survivors: string[]): void {
    this.#shared.log.error('the end of a script is unknown', { attempt: this.key, reason: why });
    const stoppedBy = this.#isCancelled ? 'cancel' : null;
    void this.#finish(
      { ...NOT_RUN, ending: 'unknown', error: why, stopped_by: stoppedBy, survivors: survivors.slice(0, 50) },
      nowNs(),
    );
  }
}
