import { setTimeout as pause } from 'node:timers/promises';
import { runningBot, setDrain } from '../control.ts';
import { Problem } from '../problem.ts';
import { readSettings } from '../settings.ts';

const LOOK_EVERY_MS = 200;

/** `drain [--wait]`: the bot of this directory finishes what it has, takes no more, and ends. */
export async function drain(argv: readonly string[]): Promise<number> {
  const waits = argv.includes('--wait');
  const { directory } = readSettings(
    argv.filter((word) => word !== '--wait'),
    process.env,
  );
  const pid = runningBot(directory)?.pid;
  if (pid === undefined)
    throw new Problem(`no bot runs on ${directory}: name its directory (--data-dir or ARGUS_BOT_DIR)`);
  setDrain(directory, true);
  process.stdout.write(
    `the bot (pid ${pid}) finishes what it has, takes no more, and ends; "undrain" takes this back\n`,
  );
  if (waits) while (runningBot(directory)?.pid === pid) await pause(LOOK_EVERY_MS);
  return 0;
}

/** `undrain`: the bot takes jobs again. */
export async function undrain(argv: readonly string[]): Promise<number> {
  const { directory } = readSettings(argv, process.env);
  setDrain(directory, false);
  const pid = runningBot(directory)?.pid;
  process.stdout.write(
    pid === undefined ? 'no bot runs; the next one takes jobs\n' : `the bot (pid ${pid}) takes jobs again\n`,
  );
  return 0;
}
