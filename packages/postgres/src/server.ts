import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { adminConnection, ask } from './connection.ts';
import { ClusterError, codeOf, messageOf } from './errors.ts';
import { explain } from './explain.ts';
import { unlessMissing } from './files.ts';
import { boundLogFile, openLogFile, readLogSince, sizeOf } from './log-file.ts';
import type { Log } from './log.ts';
import { socketName, type Place } from './place.ts';
import { commandLineOf, isServerOf, processOptions } from './process.ts';
import type { SystemUser } from './system-user.ts';

/** All that is needed to start a server of a cluster. */
export type Launch = { place: Place; binaries: Binaries; args: string[]; user: SystemUser | undefined };

/** A running postmaster. */
export type Server = {
  pid: number;
  adopted: boolean;
  /** Resolves with the reason when the process is gone. Never rejects. */
  ended: Promise<string>;
};

/** Between two looks at an adopted server, of whose end nobody tells us: milliseconds. */
const watchInterval = 500;

/** A new server that says nothing for so long is not going to: milliseconds. Recovery, which it announces, may take longer. */
const silenceLimit = 30_000;

/** The same for one that was left running: it had its time to start, and to replace it costs less than to wait. */
const orphanSilenceLimit = 3_000;

/** The processes of a server that was killed need a moment to notice: milliseconds. */
const remainsPatience = 10_000;

/** Fast shutdown, then without a checkpoint, then by force; milliseconds to wait after each. Committed data survives all three. */
const shutdownSteps = [
  ['SIGINT', 5_000],
  ['SIGQUIT', 1_500],
  ['SIGKILL', 1_000],
] as const;

/**
 * Starts a server and waits until it answers. A start that fails or is aborted leaves no process.
 * @throws ClusterError that says why it did not start.
 */
export async function startServer(launch: Launch, signal: AbortSignal): Promise<Server> {
  const giveUpAt = Date.now() + remainsPatience;
  for (;;) {
    try {
      return await startOnce(launch, signal);
    } catch (error) {
      const mayPass = error instanceof ClusterError && error.code === 'remains_running';
      if (!mayPass || Date.now() > giveUpAt) throw error;
      await sleep(100, undefined, { signal });
    }
  }
}

async function startOnce(launch: Launch, signal: AbortSignal): Promise<Server> {
  const { place } = launch;
  await removeStaleLocks(place);
  await boundLogFile(place.logFile);
  const logOffset = await sizeOf(place.logFile);
  const server = await spawnServer(launch);
  try {
    await waitUntilReady(server, { place, logOffset, silenceLimit, signal });
    return server;
  } catch (error) {
    await stopServer(server);
    throw error;
  }
}

async function spawnServer({ place, binaries, args, user }: Launch): Promise<Server> {
  await using logFile = await openLogFile(place.logFile);
  const child = spawn(binaries.postgres, args, {
    ...processOptions(place.root, user),
    // An own session: Ctrl-C and the end of a terminal are for us to handle, in order.
    detached: true,
    stdio: ['ignore', logFile.fd, logFile.fd],
  });
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal ? `signal ${signal}` : `exit code ${code}`),
    messageOf,
  );
  if (child.pid === undefined) throw explain(`Cannot run ${binaries.postgres}`, await ended);
  return { pid: child.pid, adopted: false, ended };
}

/**
 * The server on this data directory that a manager before us left running, if it is the one that we would start
 * and it answers. One that is not is stopped.
 */
export async function adoptServer(
  launch: Launch,
  log: Log,
  signal: AbortSignal,
): Promise<Server | undefined> {
  const orphan = await findOrphan(launch.place);
  if (!orphan) return undefined;
  const obstacle = await obstacleToAdopting(orphan, launch, signal);
  if (!obstacle) return orphan;
  log({
    level: 'warn',
    msg: 'stopping the PostgreSQL that was left running',
    pid: orphan.pid,
    reason: obstacle,
  });
  await stopServer(orphan);
  signal.throwIfAborted();
  return undefined;
}

async function findOrphan(place: Place): Promise<Server | undefined> {
  const pid = await pidIn(join(place.data, 'postmaster.pid'));
  if (pid === undefined || !(await isServerOf(pid, place.data))) return undefined;
  return { pid, adopted: true, ended: watch(pid, place) };
}

async function watch(pid: number, place: Place): Promise<string> {
  while (await isServerOf(pid, place.data)) await sleep(watchInterval);
  return 'the adopted process is gone';
}

async function obstacleToAdopting(
  orphan: Server,
  launch: Launch,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { place, binaries, args } = launch;
  const wanted = [binaries.postgres, ...args].join(' ');
  if ((await commandLineOf(orphan.pid)) !== wanted) return 'its version or settings differ';
  try {
    const logOffset = await sizeOf(place.logFile);
    await waitUntilReady(orphan, { place, logOffset, silenceLimit: orphanSilenceLimit, signal });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Removes the lock files of a server that is gone. PostgreSQL believes one that is empty, or whose pid another
 * program has by now. It does not need them to notice processes that still use the data: those hold a shared
 * memory segment whose key comes from the data directory.
 */
async function removeStaleLocks({ data, socketDir }: Place): Promise<void> {
  for (const path of [join(data, 'postmaster.pid'), join(socketDir, `${socketName}.lock`)]) {
    const pid = await pidIn(path);
    if (pid === undefined || !(await isServerOf(pid, data))) await rm(path, { force: true });
  }
}

/** The pid in the first line of a lock file of PostgreSQL. */
async function pidIn(path: string): Promise<number | undefined> {
  const pid = Number.parseInt((await unlessMissing(readFile(path, 'utf8'))) ?? '', 10);
  return pid > 0 ? pid : undefined;
}

/** Ends the server, gently at first. Resolves when the process is gone. */
export async function stopServer(server: Server): Promise<void> {
  // The pid of one that ended may belong to another program by now.
  if (await endsWithin(server, 0)) return;
  for (const [signal, wait] of shutdownSteps) {
    if (!sendSignal(server.pid, signal) || (await endsWithin(server, wait))) return;
  }
  throw new ClusterError(
    'remains_running',
    `PostgreSQL (pid ${server.pid}) does not end, not even by SIGKILL.`,
  );
}

/** False if there is no such process any more. */
function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

async function endsWithin(server: Server, milliseconds: number): Promise<boolean> {
  const waiting = new AbortController();
  const late = sleep(milliseconds, false, { signal: waiting.signal }).catch(() => false);
  const inTime = await Promise.race([server.ended.then(() => true), late]);
  waiting.abort();
  return inTime;
}

/** `logOffset` is where the log was, in bytes, when the start began; `silenceLimit` is in milliseconds. */
type Waiting = { place: Place; logOffset: number; silenceLimit: number; signal: AbortSignal };

/**
 * Waits until the server answers.
 * @throws ClusterError saying why it does not: from its log if it ended, `no_answer` if it keeps silent.
 */
async function waitUntilReady(server: Server, waiting: Waiting): Promise<void> {
  const { place, logOffset, signal } = waiting;
  let ended: string | undefined;
  void server.ended.then((reason) => (ended = reason));
  let silentSince = Date.now();
  for (let delay = 5; ; delay = Math.min(delay * 2, 50)) {
    const answer = await ask(adminConnection(place.socketDir));
    if (answer.kind === 'ready' && answer.dataDirectory === place.data) return;
    if (answer.kind === 'recovering') silentSince = Date.now();
    if (ended !== undefined) {
      throw explain(`PostgreSQL did not start (${ended})`, await readLogSince(place.logFile, logOffset));
    }
    if (Date.now() - silentSince > waiting.silenceLimit) {
      const where = `its socket is in ${place.socketDir}, its log is ${place.logFile}`;
      throw new ClusterError('no_answer', `PostgreSQL (pid ${server.pid}) does not answer; ${where}.`);
    }
    await sleep(delay, undefined, { signal });
  }
}
