import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../log.ts';
import { removeBases } from '../run/cgroups.ts';
import { Launcher, prepareHelper } from '../run/launcher.ts';
import type { End, Output, RunOrder, ShimLink } from '../run/shim-link.ts';
import { ShimPool, type Shim } from '../run/shim-pool.ts';

/** Shims without a bot, in a directory of their own; ended and removed afterwards. */
export class ShimBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'shim-'));
  readonly launcher: Launcher;
  readonly pool: ShimPool;
  #slots = join(this.directory, 'slots');
  #shims: Shim[] = [];

  /** @param without means of this machine that its shims shall not have */
  constructor({ without = [] }: { without?: readonly ('tree' | 'limits' | 'memory' | 'pids')[] } = {}) {
    mkdirSync(this.#slots);
    this.launcher = new Launcher(join(this.directory, 'launcher'), createLog('silent'));
    this.#all = { ...this.launcher.cgroups };
    for (const name of without) delete this.launcher.cgroups[name];
    this.pool = new ShimPool(this.#slots, createLog('silent'), this.launcher);
  }

  /** The spawn helper, compiled and tried as a bot does it. @throws where it could not be had */
  async compiledHelper(): Promise<string> {
    await prepareHelper(this.launcher, this.pool);
    const { helper } = this.launcher;
    if (helper === undefined)
      throw new Error('the spawn helper could not be made: is a C compiler installed?');
    return helper;
  }

  /** @param helper null: perl makes the processes */
  async make(helper: string | null): Promise<Shim> {
    const shim = await this.pool.make(helper);
    const wanted = helper === null ? 'perl' : 'spawn helper';
    if (shim.link.launcher !== wanted)
      throw new Error(`a shim that starts with ${shim.link.launcher}, not ${wanted}`);
    this.#shims.push(shim);
    return shim;
  }

  /** A file of the slot of a shim. */
  slot(shim: Shim, file: string): string {
    return join(this.#slots, shim.id, file);
  }

  [Symbol.dispose](): void {
    for (const { id, link } of this.#shims) {
      try {
        process.kill(link.pid, 'SIGKILL');
      } catch {
        // it ended in its test
      }
      this.launcher.cgroupOf(id)?.kill();
    }
    removeBases(this.#all);
    rmSync(this.directory, { recursive: true, force: true });
  }
  #all: Launcher['cgroups'];
}

/** An order for this script to bash. */
export const order = (statusFile: string, script: string, more: Partial<RunOrder> = {}): RunOrder => ({
  attempt: 'job.1',
  statusFile,
  directory: '/tmp',
  user: null,
  timeoutMs: 60_000,
  graceMs: 0,
  fence: null,
  limits: {},
  argv: ['bash', '-c', script],
  env: { PATH: process.env.PATH ?? '' },
  ...more,
});

/** Listens, acknowledging as told, and resolves with the end. */
export function follow(link: ShimLink, take: (output: Output) => void): Promise<End> {
  const { promise, resolve, reject } = Promise.withResolvers<End>();
  link.listen({
    started: () => {},
    output: take,
    ended: resolve,
    closed: () => reject(new Error('the shim closed')),
  });
  promise.catch(() => {}); // of a connection that a test leaves open
  return promise;
}
