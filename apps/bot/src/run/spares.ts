import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** More than are used at once would only lie about. */
const SPARES_MAX = 32;

/**
 * Directories of attempts that are over, emptied, for the next ones. Making and removing three per attempt is the dearest
 * of what a short run costs the bot: on ext4 without a journal each new one looks through all that were removed within the
 * last minute, 2 ms at 200 runs a second.
 */
export class Spares {
  #directory: string;
  #names: string[] = [];
  #made = 0;

  /** Forgets what an earlier process kept: it may have been made for another user. */
  constructor(directory: string) {
    this.#directory = directory;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { mode: 0o700 });
  }

  get hasRoom(): boolean {
    return this.#names.length < SPARES_MAX;
  }

  /** Puts one at `place`; false where there is none, or something is in the way. */
  takeAs(place: string): boolean {
    const name = this.#names.pop();
    if (name === undefined) return false;
    try {
      renameSync(join(this.#directory, name), place);
      return true;
    } catch {
      return false;
    }
  }

  /** Takes the directory at `place` away. */
  keep(place: string): boolean {
    const name = `${++this.#made}`;
    try {
      renameSync(place, join(this.#directory, name));
    } catch {
      return false;
    }
    this.#names.push(name);
    return true;
  }
}
