import { lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, type Log } from '../log.ts';
import type { Places } from './places.ts';
import type { RunUser } from './run-user.ts';
import { Workplace } from './workplace.ts';

const HOUR_MS = 3_600_000;
/** What nobody knows is kept for a day: a person may want to see what a lost script left. */
const WORK_KEPT_MS = 24 * HOUR_MS;
/** Compiled code of other versions of Node.js or of the bot. */
const COMPILED_KEPT_MS = 30 * 24 * HOUR_MS;
/** Scripts that are kept at most. What was used within the hour may be on its way to a start. */
const SCRIPTS_MAX_BYTES = 512 * 2 ** 20;
const SCRIPT_KEPT_MS = HOUR_MS;

export interface LeftoverParts {
  places: Places;
  user: RunUser;
  /** Attempts whose directories are in use. */
  known: () => ReadonlySet<string>;
  /** Where compiled code is kept, and the part of it that this process uses. */
  compiled: { directory: string; inUse: string | undefined };
  log: Log;
  now?: number;
}

/** Removes what no attempt needs any more. What cannot be removed is told and tried again the next time. */
export async function removeLeftovers(parts: LeftoverParts): Promise<void> {
  const { places, compiled, log, now = Date.now() } = parts;
  const removed = {
    work: await removeOldWork(parts, now),
    scripts: trimScripts(places.scripts, now),
    compiled: removeOldCompiled(compiled, now),
  };
  if (Object.values(removed).some((count) => count > 0))
    log.info('removed what is not needed any more', removed);
}

async function removeOldWork({ places, user, known, log }: LeftoverParts, now: number): Promise<number> {
  let removed = 0;
  for (const name of await readdir(places.work)) {
    const directory = join(places.work, name);
    if (known().has(name) || ageOf(directory, now) < WORK_KEPT_MS) continue;
    try {
      await new Workplace(places.work, name, ownerOf(join(directory, 'cwd'), user)).remove();
      removed++;
    } catch (error) {
      log.warn('the directory of an earlier attempt could not be removed', { name, reason: reasonOf(error) });
    }
  }
  return removed;
}

/** Scripts may have run as another user when this was made: what they left is removed with the rights of that one. */
function ownerOf(directory: string, user: RunUser): RunUser {
  try {
    const { uid, gid } = lstatSync(directory);
    const isOther = process.getuid?.() === 0 && uid !== 0;
    return isOther ? { ...user, uid, gid, switched: true } : user;
  } catch {
    return user;
  }
}

/** Removes the scripts that were not used for longest until the rest is small enough. The time of a file says its use. */
export function trimScripts(directory: string, now: number, maxBytes = SCRIPTS_MAX_BYTES): number {
  const files = readdirSync(directory)
    .map((name) => {
      const { size, mtimeMs } = lstatSync(join(directory, name));
      return { name, size, mtimeMs };
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let total = 0;
  let removed = 0;
  for (const { name, size, mtimeMs } of files) {
    total += size;
    const isAbandoned = name.endsWith('.new');
    if ((total <= maxBytes && !isAbandoned) || now - mtimeMs < SCRIPT_KEPT_MS) continue;
    total -= size;
    // at once: nobody looks a script up between its removal and the look
    rmSync(join(directory, name), { force: true });
    removed++;
  }
  return removed;
}

function removeOldCompiled({ directory, inUse }: LeftoverParts['compiled'], now: number): number {
  let removed = 0;
  for (const name of list(directory)) {
    const place = join(directory, name);
    if (place === inUse || now - statSync(place).mtimeMs < COMPILED_KEPT_MS) continue;
    rmSync(place, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // none is kept here
  }
}

function ageOf(path: string, now: number): number {
  try {
    return now - lstatSync(path).mtimeMs;
  } catch {
    return 0; // removed meanwhile
  }
}
