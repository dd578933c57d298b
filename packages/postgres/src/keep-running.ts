import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import { boundLogFile } from './log-file.ts';
import { adoptServer, startServer, stopServer, type Launch, type Server } from './server.ts';

export type ClusterEvent = { kind: 'down'; reason: string } | { kind: 'up'; pid: number; adopted: boolean };

/** Brings a server back whenever it ends, until it is told to stop. */
export type Keeper = {
  /** The server that runs now, or ran last. */
  current: () => Server;
  subscribe: (listener: (event: ClusterEvent) => void) => () => void;
  stop: () => Promise<void>;
};

/** A server that lived so long starts a new count of failures: milliseconds. */
const steadyAfter = 10_000;

/** Between two looks at the size of the log: milliseconds. */
const logCheckInterval = 60_000;

/** The server that a manager before us left running, or else a new one. */
export async function obtainServer(launch: Launch, log: Log, signal: AbortSignal): Promise<Server> {
  return (await adoptServer(launch, log, signal)) ?? (await startServer(launch, signal));
}

/** Milliseconds to wait after so many failures in a row: 100 ms, doubled up to 5 s, of which a random half. */
export function restartDelay(failures: number, random: number): number {
  const longest = Math.min(5_000, 100 * 2 ** Math.min(failures, 10));
  return longest / 2 + (longest / 2) * random;
}

/** Watches over a server that answers, from now on. It never gives up; each failure is logged. */
export function keepRunning(launch: Launch, first: Server, log: Log): Keeper {
  const { logFile } = launch.place;
  const listeners = new Set<(event: ClusterEvent) => void>();
  const stopping = new AbortController();
  const stopRequested = once(stopping.signal, 'abort').then(() => undefined);
  let server = first;

  function emit(event: ClusterEvent): void {
    for (const listener of listeners) listener(event);
  }

  async function supervise(): Promise<void> {
    let failures = 0;
    for (;;) {
      const since = Date.now();
      const reason = await Promise.race([server.ended, stopRequested]);
      if (reason === undefined) return stopServer(server);
      if (Date.now() - since >= steadyAfter) failures = 0;
      log({ level: 'error', msg: 'PostgreSQL ended', pid: server.pid, reason, logFile });
      emit({ kind: 'down', reason });
      let next: Server | undefined;
      while (!next) {
        next = await restart(failures++);
        if (!next && stopping.signal.aborted) return;
      }
      server = next;
      log({ level: 'info', msg: 'PostgreSQL is back', pid: server.pid });
      emit({ kind: 'up', pid: server.pid, adopted: server.adopted });
    }
  }

  /** One attempt; undefined if it failed. */
  async function restart(failures: number): Promise<Server | undefined> {
    const { signal } = stopping;
    try {
      await sleep(restartDelay(failures, Math.random()), undefined, { signal });
      return await obtainServer(launch, log, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      log({ level: 'error', msg: 'cannot restart PostgreSQL', error: messageOf(error), failures });
      return undefined;
    }
  }

  const logCheck = setInterval(() => {
    boundLogFile(logFile).catch((error: unknown) => {
      log({ level: 'warn', msg: 'cannot shorten the log of PostgreSQL', error: messageOf(error) });
    });
  }, logCheckInterval);
  const supervision = supervise().finally(() => clearInterval(logCheck));

  return {
    current: () => server,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      stopping.abort();
      await supervision;
    },
  };
}
