import { mkdirSync } from 'node:fs';
import { openJournal, runBot } from './bot.ts';
import { isOfDisk } from './disk.ts';
import { credentialFor } from './enrollment.ts';
import { createLog, reasonOf, type Log } from './log.ts';
import { Problem } from './problem.ts';
import { flagsText, readSettings, type Settings } from './settings.ts';

/** What a bot's program does beside being a bot. Each is loaded when it is asked for: a bot needs none of it. */
const COMMANDS: Record<string, () => Promise<(argv: readonly string[]) => Promise<number>>> = {
  doctor: async () => (await import('./doctor/index.ts')).doctor,
  drain: async () => (await import('./commands/drain.ts')).drain,
  undrain: async () => (await import('./commands/drain.ts')).undrain,
  install: async () => (await import('./commands/install.ts')).install,
  help: async () => help,
  '--help': async () => help,
};

async function help(): Promise<number> {
  process.stdout.write(
    `${[
      'Without a command: runs a bot in the foreground. Commands, with the flags of the bot:',
      '  doctor [--json]: look at what a bot needs here, and say what to do',
      '  drain [--wait]: finish what runs, take no more, and end; undrain takes it back',
      '  install [--dry-run]: make the bot a service of this machine',
      flagsText(),
    ].join('\n')}\n`,
  );
  return 0;
}

/** The bot as a program: settings → directory → enrolment → run until a signal. Ends the process. */
export async function program(): Promise<never> {
  const [name = '', ...rest] = process.argv.slice(2);
  try {
    const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]!() : run;
    process.exit(await command(command === run ? process.argv.slice(2) : rest));
  } catch (error) {
    process.stderr.write(
      `${error instanceof Problem ? error.message : ((error as Error).stack ?? reasonOf(error))}\n`,
    );
    process.exit(1);
  }
}

async function run(argv: readonly string[]): Promise<number> {
  const settings = readSettings(argv, process.env);
  process.umask(0o077);
  const log = createLog(settings.logLevel);
  try {
    mkdirSync(settings.directory, { recursive: true });
    const journal = openJournal(settings.directory);
    const credential = await credentialFor(settings);
    await runBot(settings, credential, journal, log, stopSignal(settings, log));
    return 0;
  } catch (error) {
    if (error instanceof Problem || !isOfDisk(error)) throw error;
    throw new Problem(
      `the bot cannot work in ${settings.directory} (${reasonOf(error)}): make room on its disk and let ${whoAmI()} write there, or name another directory in ARGUS_BOT_DIR`,
    );
  }
}

function whoAmI(): string {
  return process.getuid === undefined ? 'its user' : `the user with the id ${process.getuid()}`;
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
