import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { machine, type } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { reasonOf, type Log } from '../log.ts';
import {
  cleanCgroups,
  findCgroups,
  killCgroups,
  offersFor,
  processesIn,
  removeCgroups,
  type Cgroups,
} from './cgroups.ts';
import type { ShimPool } from './shim-pool.ts';
import type { SlotCgroup } from './sweep.ts';

const run = promisify(execFile);

const SOURCE = fileURLToPath(new URL('spawn.c', import.meta.url));
const COMPILERS = ['cc', 'gcc', 'clang'];
const COMPILE_MS = 60_000;
const TRIAL_MS = 10_000;

/** What this machine offers to start scripts, to hold their trees together and to limit them. */
export class Launcher {
  readonly cgroups: Cgroups;
  /** Called when its capabilities are others. */
  onChange: (() => void) | undefined;
  #directory: string;
  #log: Log;
  #helper: string | undefined;

  /** @param directory closed to others; made where it is not there */
  constructor(directory: string, log: Log) {
    this.#directory = directory;
    this.#log = log;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.cgroups = findCgroups(directory);
    const compiled = this.#compiled();
    if (existsSync(compiled)) this.#helper = compiled;
  }

  /** The spawn helper, once it is compiled and was seen to work. */
  get helper(): string | undefined {
    return this.#helper;
  }

  /** It does not work any more: perl starts the scripts of this process of the bot from now on. */
  helperFailed(): void {
    this.#log.warn('the spawn helper does not work: scripts are started by perl', { file: this.#helper });
    this.#helper = undefined;
    this.onChange?.();
  }

  /**
   * Compiles the spawn helper where it is missing and a compiler is there, at the lowest priority. `works` tries it before
   * anybody uses it. Resolves with whether there is a new one; nothing that goes wrong is more than a line of the log.
   */
  async compile(works: (file: string) => Promise<boolean>): Promise<boolean> {
    const compiled = this.#compiled();
    if (this.#helper !== undefined || existsSync(compiled)) return false;
    const made = `${compiled}.${process.pid}`;
    try {
      if (!(await compileTo(made))) return false;
      if (!(await works(made))) throw new Error('a trial with it failed');
      for (const name of readdirSync(this.#directory)) {
        const file = join(this.#directory, name);
        if (file !== made) rmSync(file, { force: true }); // of another version; shims that run one keep it open
      }
      renameSync(made, compiled);
      this.#helper = compiled;
      this.onChange?.();
      return true;
    } catch (error) {
      this.#log.info('there is no spawn helper: scripts are started by perl', { reason: reasonOf(error) });
      return false;
    } finally {
      rmSync(made, { force: true });
    }
  }

  /** What a new shim may use. */
  offersFor(slot: string): string[] {
    // the last shim of an earlier process took its places away when it ended
    const isGone = Object.values(this.cgroups as Record<string, string>).some((base) => !existsSync(base));
    if (isGone) Object.assign(this.cgroups, findCgroups(this.#directory));
    return offersFor(this.cgroups, slot);
  }

  /** A shim is gone: what it left empty is removed. */
  release(slot: string): void {
    removeCgroups(this.cgroups, slot);
  }

  /** Removes what is left of slots that are no more. */
  clean(slots: ReadonlyMap<string, unknown>): void {
    cleanCgroups(this.cgroups, (id) => slots.has(id));
  }

  /** What holds the processes of a slot together; undefined where the machine has no means for it. */
  cgroupOf(slot: string): SlotCgroup | undefined {
    if (this.cgroups.tree === undefined) return undefined;
    return {
      kill: () => killCgroups(this.cgroups, slot),
      processes: () => processesIn(this.cgroups, slot),
    };
  }

  /** How scripts are started, held together and limited here, in words for people. */
  capabilities(isRootsScript: boolean): Record<string, string> {
    const { tree, limits, memory, pids } = this.cgroups;
    const isKnown = /^Linux (x86_64|aarch64)$/.test(MACHINE);
    const otherwise = isKnown ? 'rlimit' : 'none';
    return {
      launcher: this.#helper === undefined ? 'perl' : 'spawn helper',
      tree: tree !== undefined ? 'cgroup v2' : isKnown ? 'subreaper' : 'process group',
      memory: limits !== undefined ? 'cgroup v2' : memory !== undefined ? 'cgroup v1' : otherwise,
      // the kernel lets root make as many as it likes
      processes:
        limits !== undefined
          ? 'cgroup v2'
          : pids !== undefined
            ? 'cgroup v1'
            : isRootsScript
              ? 'none'
              : otherwise,
      cpu: tree !== undefined ? 'cgroup v2' : isKnown ? 'sum of the tree' : 'none',
    };
  }

  #compiled(): string {
    const digest = createHash('sha256').update(MACHINE).update(readFileSync(SOURCE)).digest('hex');
    return join(this.#directory, `spawn-${digest.slice(0, 16)}`);
  }
}

/**
 * Compiles the spawn helper where there is none yet, tries it with a script through a shim, and has new shims use it.
 * Starts of scripts do not wait for it.
 */
export async function prepareHelper(launcher: Launcher, pool: ShimPool): Promise<void> {
  if (await launcher.compile((file) => works(file, pool))) pool.renew();
}

/** Whether a shim with this helper runs a script with it, from its output to its exit code. */
async function works(file: string, pool: ShimPool): Promise<boolean> {
  const shim = await pool.make(file);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let output = '';
  shim.link.listen({
    started: () => {},
    output: ({ data }) => (output += data.toString()),
    ended: ({ exitCode }) => {
      shim.link.done();
      resolve(exitCode === 7 && output === 'yes\n');
    },
    closed: () => resolve(false),
  });
  shim.link.run({
    attempt: 'trial',
    statusFile: '/dev/null/none',
    directory: '/',
    user: null,
    timeoutMs: TRIAL_MS,
    graceMs: 0,
    fence: null,
    limits: {},
    argv: ['/bin/sh', '-c', 'echo yes; exit 7'],
    env: {},
  });
  const didRun = await promise;
  pool.retire(shim);
  return didRun && shim.link.launcher === 'spawn helper';
}

/** As the shim knows system calls by it. */
export const MACHINE = `${type()} ${machine()}`;

/** False where no compiler is there. @throws where it does not compile */
async function compileTo(file: string): Promise<boolean> {
  if (type() !== 'Linux') return false;
  for (const compiler of COMPILERS) {
    try {
      await run('nice', ['-n', '19', compiler, '-O2', '-o', file, SOURCE], { timeout: COMPILE_MS });
      return true;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return false;
}

/** Whether `nice`, or what it should run, is not there. */
function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOENT' || code === 127;
}
