import { arch, platform, release } from 'node:os';
import type { BotInfo } from '@argus/contract';
import pkg from '../package.json' with { type: 'json' };
import { Attempts } from './attempts.ts';
import { machineBoot } from './clock.ts';
import type { Credential } from './link/credential.ts';
import { EventSender } from './link/events.ts';
import { Http } from './link/http.ts';
import { Journal } from './link/journal.ts';
import { pollForever } from './link/poll.ts';
import { ScriptCache } from './link/scripts.ts';
import { Spool } from './link/spool.ts';
import type { Log } from './log.ts';
import { scriptPath } from './run/environment.ts';
import { findInterpreters } from './run/interpreters.ts';
import { makePlaces } from './run/places.ts';
import { findRunUser } from './run/run-user.ts';
import { ShimPool } from './run/shim-pool.ts';
import type { Settings } from './settings.ts';

/** How long a stopping bot tries to deliver what is left, milliseconds. */
const FLUSH_MS = 5_000;

/** Keeps other bots away from a directory for the life of this process. @throws Problem where one is there already */
export function openJournal(directory: string): Journal {
  return new Journal(directory, machineBoot());
}

/**
 * Runs scripts for a supervisor until the signal; then delivers what is left and returns. Scripts go on under their
 * shims, and the next process takes them up.
 */
export async function runBot(
  settings: Settings,
  credential: Credential,
  journal: Journal,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const user = findRunUser(settings.runUser, log);
  const places = makePlaces(settings.directory, user, log);
  const path = scriptPath(process.env, process.getuid?.() === 0);
  const http = new Http(settings.url ?? credential.url, credential.credential);
  const pool = new ShimPool(places.slots, log);
  const sender = new EventSender({
    http,
    journal,
    log,
    outboxes: () => attempts.outboxes(),
    stale: (outbox) => attempts.stale(outbox),
    late: (outbox) => attempts.late(outbox),
    done: (outbox) => attempts.done(outbox),
    wantsMore: () => !signal.aborted,
    take: (instructions) => attempts.take(instructions),
  });
  const attempts: Attempts = new Attempts(
    {
      journal,
      spool: new Spool(journal.spooledBytes()),
      pool,
      scripts: new ScriptCache(places.scripts, http),
      http,
      places,
      user,
      path,
      passEnv: settings.passEnv,
      log,
      nudge: (how) => sender.nudge(how),
    },
    settings.slots,
  );
  await attempts.recover();

  const info: BotInfo = {
    hostname: credential.hostname,
    version: pkg.version,
    os: platform(),
    release: release(),
    arch: arch(),
    run_user: user.name,
    interpreters: findInterpreters(path),
  };
  const stopSending = new AbortController();
  const sending = sender.run(stopSending.signal);
  if (settings.slots > 0) void pool.warm();
  log.info('the bot runs', {
    url: settings.url ?? credential.url,
    directory: settings.directory,
    run_user: user.name,
    slots: settings.slots,
  });
  const polling = pollForever(
    {
      http,
      log,
      slots: settings.slots,
      info,
      attempts: () => attempts.held(),
      take: (instructions) => attempts.take(instructions),
    },
    signal,
  );
  // sending ends before polling only by a failure
  await Promise.race([polling, sending, journal.failure]);

  await Promise.race([sender.flushed(AbortSignal.timeout(FLUSH_MS)), journal.failure]);
  stopSending.abort();
  await sending;
  if (attempts.running > 0)
    log.info('scripts go on and will be taken up at the next start', { running: attempts.running });
  pool.close();
  http.close();
  journal.close();
}
