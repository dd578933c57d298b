import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonOf, type Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { MACHINE, type Launcher } from './launcher.ts';
import { SHIM_VERSION, ShimLink, type Running } from './shim-link.ts';
import type { SlotCgroup } from './sweep.ts';

/** A shim that nobody uses ends after this long, seconds; one is kept warm while a bot is connected. */
const IDLE_S = 60;

const SHIM_FILE = fileURLToPath(new URL('shim.pl', import.meta.url));

/** A shim and its slot directory. */
export interface Shim {
  /** Name of the slot directory. */
  id: string;
  link: ShimLink;
}

/** A shim of an earlier process of the bot, with the script it still knows. */
export interface Found {
  shim: Shim;
  running: Running | null;
}

interface Idle {
  shim: Shim;
  sinceMs: number;
}

/** The launchers of this bot: made on demand, used again, found again after a restart. */
export class ShimPool {
  #directory: string;
  #log: Log;
  #launcher: Launcher;
  #idle: Idle[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param directory of the slots: closed to others, on a path that is short enough for sockets */
  constructor(directory: string, log: Log, launcher: Launcher) {
    this.#directory = directory;
    this.#log = log;
    this.#launcher = launcher;
  }

  /** Connects to what an earlier process left; directories without a living shim are removed. */
  async find(): Promise<Map<string, Found>> {
    const found = new Map<string, Found>();
    for (const id of readdirSync(this.#directory)) {
      try {
        const { link, state } = await ShimLink.connect(this.#socket(id));
        found.set(id, { shim: { id, link }, running: state.running });
      } catch {
        this.#removeSlot(id);
      }
    }
    this.#launcher.clean(found);
    return found;
  }

  /** Connects once more to a shim whose connection broke; undefined where it is gone. */
  async reconnect(id: string): Promise<Found | undefined> {
    try {
      const { link, state } = await ShimLink.connect(this.#socket(id));
      return { shim: { id, link }, running: state.running };
    } catch {
      return undefined;
    }
  }

  /** A free shim at once, where one is warm. */
  takeIdle(): Shim | undefined {
    const idle = this.#idle.pop();
    idle?.shim.link.listen(undefined);
    return idle?.shim;
  }

  /** Starts a shim with what the machine offers; with null, perl makes the processes. @throws Problem where perl is missing */
  async make(helper: string | null = this.#launcher.helper ?? null): Promise<Shim> {
    const id = randomBytes(4).toString('hex');
    const slot = join(this.#directory, id);
    mkdirSync(slot, { mode: 0o700 });
    const errors = openSync(join(slot, 'errors'), 'a', 0o600);
    const offers = [...this.#launcher.offersFor(id), ...(helper === null ? [] : [`helper=${helper}`])];
    const child = spawn('perl', [SHIM_FILE, this.#socket(id), String(IDLE_S), MACHINE, ...offers], {
      detached: true,
      cwd: '/',
      // nothing of the bot's environment: PERL5OPT and the like would change the shim
      // PERLIO: files without a layer of buffers cost four system calls less each
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', PERLIO: 'unix' },
      stdio: ['ignore', 'pipe', errors],
    });
    closeSync(errors);
    child.unref();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.once('error', (error) =>
      reject(
        new Problem(
          `perl could not be started (${error.message}): install perl-base, or put perl on the PATH of the bot`,
        ),
      ),
    );
    // the shim closes its stdout when it listens
    child.stdout!.once('close', resolve).resume();
    try {
      await promise;
      const { link } = await ShimLink.connect(this.#socket(id));
      if (helper !== null && helper === this.#launcher.helper && link.launcher === 'perl')
        this.#launcher.helperFailed();
      return { id, link };
    } catch (error) {
      const said = readFileSync(join(slot, 'errors'), 'utf8').trim().slice(0, 500);
      this.#removeSlot(id);
      if (error instanceof Problem) throw error;
      throw new Error(`a launcher could not be started: ${said || reasonOf(error)}`, { cause: error });
    }
  }

  /** Takes a shim back that is free again. */
  release(shim: Shim): void {
    if (this.#isClosed) return shim.link.close();
    const isOutdated =
      shim.link.version !== SHIM_VERSION ||
      (this.#launcher.helper !== undefined && shim.link.launcher === 'perl');
    if (isOutdated) return this.retire(shim);
    shim.link.listen({
      started: () => {},
      output: () => {},
      ended: () => {},
      closed: () => {
        this.#idle = this.#idle.filter((idle) => idle.shim !== shim);
        this.#removeSlot(shim.id);
      },
    });
    this.#idle.push({ shim, sinceMs: performance.now() });
    if (this.#idle.length > 1) this.#trimLater();
  }

  /** Has a shim end that has no run, or one that it will end for; what is left of it is removed. */
  retire(shim: Shim): void {
    shim.link.listen({
      started: () => {},
      output: () => {},
      ended: () => {},
      closed: () => this.gone(shim.id),
    });
    shim.link.quit();
  }

  /** What holds the processes of a slot together, for when its shim is gone; undefined where nothing does. */
  cgroupOf(id: string): SlotCgroup | undefined {
    return this.#launcher.cgroupOf(id);
  }

  /** Removes what is left of a slot without a shim. */
  cleanUp(id: string): void {
    this.#removeSlot(id);
  }

  /** Has the idle shims end that were made before the spawn helper was there. */
  renew(): void {
    const idle = this.#idle;
    this.#idle = [];
    for (const { shim } of idle) this.release(shim);
  }

  /** Clears up after a shim that ended, and makes another one where none is left for the next script. */
  gone(id: string): void {
    this.#removeSlot(id);
    void this.warm();
  }

  /** Makes sure that the next script finds a shim. */
  async warm(): Promise<void> {
    if (this.#idle.length > 0 || this.#isClosed) return;
    try {
      this.release(await this.make());
    } catch (error) {
      this.#log.error('no script can be started', { reason: reasonOf(error) });
    }
  }

  /** Lets go of the idle shims; they end by themselves, or serve the next process of the bot. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { shim } of this.#idle) shim.link.close();
    this.#idle = [];
  }

  #trimLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const old = performance.now() - IDLE_S * 1000;
      // the last one is the most recently used: it stays
      for (const { shim, sinceMs } of this.#idle.slice(0, -1)) if (sinceMs <= old) shim.link.quit();
      if (this.#idle.length > 1) this.#trimLater();
    }, IDLE_S * 250).unref();
  }

  #socket(id: string): string {
    return join(this.#directory, id, 's');
  }

  #removeSlot(id: string): void {
    this.#launcher.release(id);
    rmSync(join(this.#directory, id), { recursive: true, force: true });
  }
}
