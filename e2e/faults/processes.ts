import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
const READY_MS = 60_000;
/** As long as a service manager waits before it starts again what ended. */
const AGAIN_MS = 300;

export interface ProcessOptions {
  name: string;
  /** Path of the program in this repository. */
  program: string;
  env: Record<string, string>;
  /** File that its stderr goes to. */
  log: string;
  /** Whether it prints a line `ready …` once it answers. */
  saysReady: boolean;
}

/** A program of ours that is started again whenever it ends, as by a service manager. */
export interface Managed extends AsyncDisposable {
  readonly name: string;
  readonly pid: number | undefined;
  /** Whether it runs and answers. */
  readonly isUp: boolean;
  /** Exits that nobody asked for, as sentences. Reading empties the list. */
  takeUnexpected(): string[];
  /** Kills it; it stays down until `start`. */
  kill(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it, to end or stop at this step where one is given. Resolves when it answers. */
  start(step?: string): Promise<void>;
  /** Resolves when it ended, or stands still, at its step; false where that did not happen before `isOver`. */
  reached(isOver: () => boolean): Promise<boolean>;
}

/** Does not start it yet. */
export function managed({ name, program, env, log, saysReady }: ProcessOptions): Managed {
  let child: ChildProcess | undefined;
  let ready: Promise<boolean> = Promise.resolve(false);
  let isUp = false;
  let wanted = false;
  let stepWanted: string | undefined;
  let unexpected: string[] = [];

  function spawnOne(): Promise<boolean> {
    const errors = openSync(log, 'a');
    const one = spawn(process.execPath, [program], {
      cwd: root,
      env: { ...process.env, ...env, ...(stepWanted !== undefined && { ARGUS_FAULT_STEP: stepWanted }) },
      stdio: ['pipe', 'pipe', errors],
    });
    closeSync(errors);
    child = one;
    // a campaign that is ended must not leave it behind
    const abandon = () => one.kill('SIGKILL');
    process.once('exit', abandon);
    one.once('exit', () => process.removeListener('exit', abandon));
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), READY_MS);
    let output = '';
    one.stdout?.on('data', (part: Buffer) => {
      output += part.toString();
      if (/^ready /m.test(output)) resolve(true);
    });
    if (!saysReady) one.once('spawn', () => resolve(true));
    one.once('error', () => resolve(false));
    one.once('exit', (code, signal) => {
      resolve(false);
      if (child !== one) return;
      child = undefined;
      const wasUp = isUp;
      isUp = false;
      if (!wanted) return;
      // at its step it dies by its own hand; what was ready and exits otherwise has failed
      if (signal !== 'SIGKILL' && wasUp) unexpected.push(`${name} ended by itself: ${code ?? signal}`);
      if (stepWanted === undefined) void pause(AGAIN_MS).then(again);
    });
    return promise.then((answers) => {
      clearTimeout(timer);
      if (child === one) isUp = answers;
      return answers;
    });
  }

  function again(): void {
    if (wanted && child === undefined) ready = spawnOne();
  }

  return {
    name,
    get pid() {
      return child?.pid;
    },
    get isUp() {
      return isUp;
    },
    takeUnexpected() {
      const all = unexpected;
      unexpected = [];
      return all;
    },
    async kill() {
      wanted = false;
      const victim = child;
      if (victim === undefined) return;
      const ended = new Promise((resolve) => victim.once('exit', resolve));
      victim.kill('SIGKILL');
      await ended;
    },
    signal(signal) {
      child?.kill(signal);
    },
    async start(step) {
      wanted = true;
      stepWanted = step;
      if (child === undefined) ready = spawnOne();
      // one that cannot start yet, its database being away, is started again by itself
      while (!(await ready) && wanted) {
        await pause(AGAIN_MS);
        // at its step already
        if (stepWanted !== undefined && child === undefined) return;
      }
    },
    async reached(isOver) {
      for (;;) {
        if (child === undefined || (await standsStill(child.pid))) return true;
        if (isOver()) return false;
        await pause(20);
      }
    },
    async [Symbol.asyncDispose]() {
      wanted = false;
      const victim = child;
      if (victim === undefined) return;
      const ended = new Promise((resolve) => victim.once('exit', resolve));
      victim.kill('SIGKILL');
      await ended;
    },
  };
}

async function standsStill(pid: number | undefined): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return /\) T /.test(stat);
}
