import { mkdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { openJournal, runBot } from './bot.ts';
import { enroll, readCredential, type Credential } from './link/credential.ts';
import { createLog, reasonOf, type Log } from './log.ts';
import { Problem } from './problem.ts';
import { readSettings, type Settings } from './settings.ts';

/** The bot as a program: settings → directory → enrolment → run until a signal. Ends the process. */
export async function program(): Promise<never> {
  try {
    await run();
    process.exit(0);
  } catch (error) {
    process.stderr.write(
      `${error instanceof Problem ? error.message : ((error as Error).stack ?? reasonOf(error))}\n`,
    );
    process.exit(1);
  }
}

async function run(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  process.umask(0o077);
  const log = createLog(settings.logLevel);
  mkdirSync(settings.directory, { recursive: true });
  const journal = openJournal(settings.directory);
  const credential = await credentialFor(settings, log);
  await runBot(settings, credential, journal, log, stopSignal(settings, log));
}

async function credentialFor(settings: Settings, log: Log): Promise<Credential> {
  const { directory, url, hostname } = settings;
  const known = readCredential(directory);
  // a code works once: one that is still in the environment at later starts is not tried again
  if (known && !settings.enroll) return known;
  if (!settings.enroll && settings.enrollCode === undefined) {
    throw new Problem(
      'this bot is not enrolled: make an enrolment code, then start it with --enroll and the code in ARGUS_ENROLL_CODE or on stdin',
    );
  }
  const address = url ?? known?.url;
  if (address === undefined) throw new Problem('to which supervisor? Set ARGUS_URL or --url');
  const code = settings.enrollCode ?? (await text(process.stdin)).trim();
  if (code === '')
    throw new Problem('no enrolment code was given: put it into ARGUS_ENROLL_CODE or on stdin');
  const credential = await enroll(directory, address, { code, hostname });
  log.info('enrolled', { hostname: credential.hostname, customer: credential.customer });
  process.stdout.write(`enrolled as ${credential.hostname} in ${credential.customer}\n`);
  return credential;
}

/** Aborts with SIGTERM, SIGINT, or the end of stdin where the bot shall not outlive its parent. Twice ends at once. */
function stopSignal(settings: Settings, log: Log): AbortSignal {
  const stop = new AbortController();
  const ask = (why: string) => {
    if (stop.signal.aborted) process.exit(1);
    log.info(`${why}: the bot stops`);
    stop.abort();
  };
  process.on('SIGTERM', () => ask('SIGTERM'));
  process.on('SIGINT', () => ask('SIGINT'));
  if (settings.withParent)
    process.stdin
      .once('close', () => ask('stdin was closed'))
      .once('error', () => {})
      .resume();
  return stop.signal;
}

if (import.meta.main) await program();
