import { getCompileCacheDir } from 'node:module';
import { arch, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import type { BotInfo } from '@argus/contract';
import pkg from '../package.json' with { type: 'json' };
import { Attempts } from './attempts.ts';
import { daily } from './chores.ts';
import { machineBoot } from './clock.ts';
import { watchDisk } from './disk.ts';
import { tellProcess, watchDrain } from './control.ts';
import { HealthMeter } from './health.ts';
import type { Credential } from './link/credential.ts';
import { ArtifactSender } from './link/artifacts.ts';
import { EventSender } from './link/events.ts';
import { Http } from './link/http.ts';
import { Journal } from './link/journal.ts';
import { pollForever } from './link/poll.ts';
import { ScriptCache } from './link/scripts.ts';
import { Spool } from './link/spool.ts';
import { VersionedHttp } from './link/versions.ts';
import type { Log } from './log.ts';
import { Presence } from './presence.ts';
import { scriptPath } from '@argus/contract/environment';
import { findInterpreters, interpreterVersions } from './run/interpreters.ts';
import { removeLeftovers } from './run/leftovers.ts';
import { makePlaces } from './run/places.ts';
import { Launcher, prepareHelper } from './run/launcher.ts';
import { findRunUser } from './run/run-user.ts';
import { ShimPool } from './run/shim-pool.ts';
import { Spares } from './run/spares.ts';
import type { Settings } from './settings.ts';

/** How long a stopping bot tries to deliver what is left, milliseconds. */
const FLUSH_MS = 5_000;

/** Keeps other bots away from a directory for the life of this process. @throws Problem where one is there already */
export function openJournal(directory: string): Journal {
  return new Journal(directory, machineBoot());
}

/**
 * Runs scripts for a supervisor until the signal, or until a drained bot is empty; then delivers what is left and
 * returns. Scripts go on under their shims, and the next process takes them up.
 */
export async function runBot(
  settings: Settings,
  credential: Credential,
  journal: Journal,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const boot = machineBoot();
  const user = findRunUser(settings.runUser, log);
  const places = makePlaces(settings.directory, user, log);
  const path = scriptPath(process.env, process.getuid?.() === 0);
  const http = new Http(settings.url ?? credential.url, credential.credential);
  const link = new VersionedHttp(http, log);
  const launcher = new Launcher(join(dirname(places.slots), 'launcher'), log);
  const pool = new ShimPool(places.slots, log, launcher);
  const info: BotInfo = {
    hostname: credential.hostname,
    version: pkg.version,
    os: platform(),
    release: release(),
    arch: arch(),
    run_user: user.name,
    interpreters: findInterpreters(path),
    capabilities: capabilities(),
    ...(settings.labels.length > 0 && { labels: settings.labels }),
  };
  const presence = new Presence(info, settings.slots);
  launcher.onChange = () => {
    if (signal.aborted) return;
    presence.describe({ capabilities: capabilities() });
    tellProcess(settings.directory, { pid: process.pid, capabilities: capabilities() });
  };
  const sender = new EventSender({
    http: link,
    journal,
    log,
    outboxes: () => attempts.outboxes(),
    stale: (outbox) => attempts.stale(outbox),
    late: (outbox) => attempts.late(outbox),
    done: (outbox) => attempts.done(outbox),
    wantsMore: () => !signal.aborted && presence.takesJobs,
    take: (instructions, sentAtNs) => attempts.take(instructions, sentAtNs),
    renewed: (sentAtNs, named) => attempts.renewed(sentAtNs, named),
  });
  const attempts: Attempts = new Attempts(
    {
      journal,
      spool: new Spool(journal.spooledBytes(), () => journal.trouble === undefined),
      pool,
      scripts: new ScriptCache(places.scripts, http),
      artifacts: new ArtifactSender(http, log),
      http,
      places,
      spares: new Spares(places.spares),
      user,
      path,
      passEnv: settings.passEnv,
      log,
      nudge: (how) => sender.nudge(how),
    },
    settings.slots,
    {
      mayStart: () => presence.problem === undefined,
      emptied: () => presence.isDraining && presence.sayAgain(),
    },
  );
  journal.onTrouble = (sentence) => note('journal', sentence);
  using resources = new DisposableStack();
  const noteDisk = (sentence: string | undefined) => note('disk', sentence);
  const disk = resources.use(watchDisk([settings.directory, places.work], settings.minFreeBytes, noteDisk));
  const meter = new HealthMeter(settings.minFreeBytes, () => disk.space);
  const drain = watchDrain(settings.directory, (isWanted) => {
    log.info(isWanted ? 'draining: what runs goes on, no more is taken' : 'not draining any more');
    presence.drain(isWanted);
  });
  resources.use(drain);
  presence.drain(drain.isWanted);
  tellProcess(settings.directory, { pid: process.pid, capabilities: capabilities() });
  await attempts.recover();

  const stopSending = new AbortController();
  const sending = sender.run(stopSending.signal);
  if (settings.slots > 0) void pool.warm().then(() => prepareHelper(launcher, pool));
  resources.use(daily(doChores, log));
  log.info('the bot runs', {
    url: settings.url ?? credential.url,
    directory: settings.directory,
    run_user: user.name,
    slots: settings.slots,
  });
  const polling = pollForever(
    {
      http: link,
      log,
      presence,
      machine: boot.isExact ? boot.id : undefined,
      health: () => meter.measure(),
      attempts: () => attempts.held(),
      knows: (attempt) => attempts.knows(attempt),
      isEmpty: () => attempts.isEmpty,
      take: (instructions, sentAtNs) => attempts.take(instructions, sentAtNs),
      renewed: (sentAtNs, named) => attempts.renewed(sentAtNs, named),
    },
    signal,
  );
  // sending ends before polling only by a failure
  const isDrained = await Promise.race([polling, sending, journal.failure]);
  if (isDrained) {
    log.info('drained: the bot has nothing left and ends');
    drain.done();
  }

  await Promise.race([sender.flushed(AbortSignal.timeout(FLUSH_MS)), journal.failure]);
  stopSending.abort();
  // what the disk refuses is waited for by nobody any more: the journal stands where it stood
  if (journal.trouble === undefined) await sending;
  if (attempts.running > 0)
    log.info('scripts go on and will be taken up at the next start', { running: attempts.running });
  pool.close();
  http.close();
  journal.close();

  /** A problem keeps scripts from starting; without it they go on. */
  function note(source: 'disk' | 'journal', sentence: string | undefined): void {
    if (sentence === undefined) log.info(`the ${source} is in order again`);
    else log.error(`no jobs are taken: ${sentence}`);
    presence.note(source, sentence);
    if (presence.problem === undefined) attempts.resume();
  }

  function capabilities(): Record<string, string> {
    return launcher.capabilities(!user.switched && user.uid === 0);
  }

  async function doChores(): Promise<void> {
    const compiled = { directory: join(settings.directory, 'cache'), inUse: getCompileCacheDir() };
    await removeLeftovers({ places, user, known: () => attempts.keys(), compiled, log });
    presence.describe({ interpreters: await interpreterVersions(findInterpreters(path), signal) });
  }
}
