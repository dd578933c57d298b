import { existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOfDisk } from './disk.ts';

const LOOK_EVERY_MS = 5_000;

/**
 * How the people of a machine speak to its bot: files in a directory of its own, so that watching it costs nothing
 * while the journal is written, and works where there are no signals. `drain` is there while the bot shall finish what
 * it has and take no more; it outlives a crash of the bot. `bot.json` names the process.
 */
interface Control {
  drain: string;
  process: string;
}

function controlOf(directory: string): Control {
  const folder = join(directory, 'control');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { drain: join(folder, 'drain'), process: join(folder, 'bot.json') };
}

/** What the bot's own process does with it. */
export interface DrainWatch extends Disposable {
  readonly isWanted: boolean;
  /** The bot is empty: its next start takes jobs again. */
  done(): void;
}

/** Follows the wish to drain, also as SIGUSR2, which changes it: once to drain, once more to take it back. */
export function watchDrain(directory: string, changed: (isWanted: boolean) => void): DrainWatch {
  const control = controlOf(directory);
  let isWanted = existsSync(control.drain);
  const want = (next: boolean) => {
    if (next === isWanted) return;
    isWanted = next;
    changed(next);
  };
  const toggle = () => {
    const next = !isWanted;
    ifPossible(() => setDrain(directory, next));
    want(next);
  };
  process.on('SIGUSR2', toggle);
  const watching = watchFolder(join(directory, 'control'), () => want(existsSync(control.drain)));
  return {
    get isWanted() {
      return isWanted;
    },
    done: () => ifPossible(() => setDrain(directory, false)),
    [Symbol.dispose]() {
      process.removeListener('SIGUSR2', toggle);
      watching[Symbol.dispose]();
      ifPossible(() => rmSync(control.process, { force: true }));
    },
  };
}

/** Looks whenever something changes in a folder, or from time to time where the system watches no more files. */
function watchFolder(folder: string, look: () => void): Disposable {
  try {
    const watcher = watch(folder, { persistent: false }, look);
    watcher.on('error', () => {}); // the signal still works
    return { [Symbol.dispose]: () => watcher.close() };
  } catch {
    const timer = setInterval(look, LOOK_EVERY_MS).unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}

/** A full disk keeps no bot from draining. */
function ifPossible(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isOfDisk(error)) throw error;
  }
}

/** Wishes that the bot of a directory drains, or does not. */
export function setDrain(directory: string, isWanted: boolean): void {
  const { drain } = controlOf(directory);
  if (isWanted) writeFileSync(drain, '');
  else rmSync(drain, { force: true });
}

/** A bot that runs, as it told the people of its machine. */
export interface RunningBot {
  pid: number;
  /** As in its info. */
  capabilities: Record<string, string>;
}

/** Tells who runs on a directory, while a bot does. */
export function tellProcess(directory: string, running: RunningBot): void {
  ifPossible(() => writeFileSync(controlOf(directory).process, `${JSON.stringify(running)}\n`));
}

/** The bot that runs on a directory. */
export function runningBot(directory: string): RunningBot | undefined {
  let running: RunningBot | undefined;
  try {
    running = JSON.parse(readFileSync(join(directory, 'control', 'bot.json'), 'utf8')) as RunningBot;
    process.kill(running.pid, 0);
    return running;
  } catch (error) {
    // another user's process is there as well
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? running : undefined;
  }
}
