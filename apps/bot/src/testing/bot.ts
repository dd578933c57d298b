import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { createLog } from '../log.ts';
import { findCgroups, removeBases } from '../run/cgroups.ts';
import { Launcher } from '../run/launcher.ts';
import type { TestSupervisor } from './supervisor.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Compiled modules, shared by all bots of tests: one that compiles for itself takes a second more to start. */
const CACHE =
  process.env['NODE_COMPILE_CACHE'] ?? fileURLToPath(new URL('../../../../.cache/node', import.meta.url));

/** The spawn helper, compiled once for all directories; undefined where there is no compiler. */
const HELPER = await (async () => {
  const workshop = mkdtempSync(join(inject('runDirectory'), 'bot-helper-'));
  const launcher = new Launcher(workshop, createLog('silent'));
  await launcher.compile(() => Promise.resolve(true));
  removeBases(launcher.cgroups);
  return launcher.helper;
})();

/** A directory that scripts can reach, removed afterwards together with every process that works in it. */
export class BotDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'bot-'));

  constructor() {
    if (HELPER === undefined) return;
    const launcher = join(this.path, 'launcher');
    mkdirSync(launcher, { mode: 0o700 });
    copyFileSync(HELPER, join(launcher, basename(HELPER)));
  }

  [Symbol.dispose](): void {
    for (const pid of processesOf(this.path)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended meanwhile
      }
    }
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
    removeBases(findCgroups(join(this.path, 'launcher')));
  }
}

/** A bot as a real process. */
export class TestBot {
  readonly child: ChildProcess;
  stderr = '';
  stdout = '';

  constructor(
    supervisor: TestSupervisor,
    directory: BotDirectory,
    env: Record<string, string> = {},
    as: string[] = [],
  ) {
    const [command, ...args] = [...as, process.execPath, MAIN];
    this.child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        ARGUS_URL: supervisor.url,
        ARGUS_BOT_DIR: directory.path,
        ARGUS_ENROLL_CODE: 'code',
        NODE_COMPILE_CACHE: CACHE,
        ...env,
      },
    });
    this.child.stderr?.on('data', (bytes: Buffer) => (this.stderr += bytes.toString()));
    this.child.stdout?.on('data', (bytes: Buffer) => (this.stdout += bytes.toString()));
  }

  /** Ends it with this signal; the exit code, or null where the signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    this.child.kill(signal);
    return this.ended();
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}

/** Processes whose command line or environment names this directory: bots, shims and scripts. */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const texts = ['cmdline', 'environ'].map((file) => {
      try {
        return readFileSync(`/proc/${name}/${file}`, 'latin1');
      } catch {
        return '';
      }
    });
    return texts.some((text) => text.includes(directory)) ? [pid] : [];
  });
}
