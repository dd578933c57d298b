import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  mkdirSync,
  opendirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { chown, mkdir, readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunFile } from '@argus/contract';
import { RESULT_MAX_BYTES } from '@argus/contract/limits';
import { endOf, type End } from './shim-link.ts';
import type { RunUser } from './run-user.ts';
import type { Spares } from './spares.ts';

/**
 * The directory of one attempt: `script/<filename>`, `files` and `status` belong to the bot, `cwd`, `artifacts` and each file in `files` to the run user. A script can
 * therefore neither forge its own exit status nor change a script that others run.
 */
export class Workplace {
  readonly directory: string;
  readonly cwd: string;
  /** Where the script leaves files that are to be kept. */
  readonly artifacts: string;
  readonly resultFile: string;
  readonly statusFile: string;
  #scripts: string;
  #script: string | undefined;
  #files: string;
  #user: RunUser;
  #spares: Spares | undefined;

  /** With `spares`, what is empty at the end is kept for another attempt. */
  constructor(work: string, attempt: string, user: RunUser, spares?: Spares) {
    this.directory = join(work, attempt);
    this.cwd = join(this.directory, 'cwd');
    this.artifacts = join(this.directory, 'artifacts');
    this.resultFile = join(this.cwd, '.argus-result');
    this.statusFile = join(this.directory, 'status');
    this.#scripts = join(this.directory, 'script');
    this.#files = join(this.directory, 'files');
    this.#user = user;
    this.#spares = spares;
  }

  /** Makes the directory with the script in it, and gives the script's path. */
  prepare(cachedScript: string, filename: string): string {
    if (!this.#spares?.takeAs(this.directory)) this.#make();
    const script = join(this.#scripts, safeFilename(filename));
    this.#script = script;
    if (this.#user.switched) {
      linkSync(cachedScript, script);
    } else {
      // scripts with the rights of the bot could write through a link into the cache
      copyFileSync(cachedScript, script, constants.COPYFILE_FICLONE);
      chmodSync(script, 0o755);
    }
    return script;
  }

  #make(): void {
    try {
      mkdirSync(this.directory, { mode: 0o700 });
    } catch {
      rmSync(this.directory, { recursive: true, force: true }); // of a start that was broken off
      mkdirSync(this.directory, { mode: 0o700 });
    }
    mkdirSync(this.#scripts, { mode: 0o700 });
    for (const place of this.#ofScript) mkdirSync(place, { mode: 0o700 });
    if (!this.#user.switched) return;
    // the run user passes through; the mask of this process would not let mkdir say so
    chmodSync(this.directory, 0o711);
    chmodSync(this.#scripts, 0o711);
    for (const place of this.#ofScript) chownSync(place, this.#user.uid, this.#user.gid);
  }

  /** What scripts write into. */
  get #ofScript(): string[] {
    return [this.cwd, this.artifacts];
  }

  /** Makes room for a file argument; gives its path, by a directory of its own with the name that people know. */
  placeOf({ position, index, filename }: Pick<RunFile, 'position' | 'index' | 'filename'>): string {
    const place = join(this.#files, index === undefined ? `${position}` : `${position}-${index}`);
    for (const directory of [this.#files, place]) {
      mkdirSync(directory, { recursive: true, mode: 0o711 });
      chmodSync(directory, 0o711);
    }
    return join(place, safeFilename(filename));
  }

  /** Lets scripts read and change a file argument, and nobody else. The directory around it stays the bot's. */
  handOver(file: string): void {
    if (this.#user.switched) chownSync(file, this.#user.uid, this.#user.gid);
  }

  /** How the run ended, where its shim wrote it down. */
  readStatus(): End | undefined {
    try {
      return endOf(readFileSync(this.statusFile));
    } catch {
      return undefined;
    }
  }

  /** Whether the script left anything to be kept, of whatever kind. */
  get hasArtifacts(): boolean {
    try {
      using directory = opendirSync(this.artifacts);
      return directory.readSync() !== null;
    } catch (error) {
      // what cannot be looked into is not empty
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }

  /** What the script wrote to its result file; null where there is none, or it is not a plain file of at most 1 MiB. */
  readResult(): string | null {
    let file: number;
    try {
      // neither a link out of the directory nor a pipe that nobody writes to may hold the bot
      file = openSync(this.resultFile, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch {
      return null;
    }
    try {
      const stat = fstatSync(file);
      if (!stat.isFile() || stat.size > RESULT_MAX_BYTES) return null;
      // another name of somebody else's file, which the script itself may not read; what sudo writes has one name
      if (this.#user.switched && stat.uid !== this.#user.uid && stat.nlink > 1) return null;
      const bytes = Buffer.alloc(stat.size);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  }

  /**
   * Removes everything. What a script could write is removed with the script's rights only: it could put a link to
   * somewhere else in the place of a directory meanwhile.
   */
  async remove(): Promise<void> {
    const isGone = await Promise.all(this.#ofScript.map(isRemoved));
    const left = this.#ofScript.filter((_place, index) => !isGone[index]);
    if (left.length > 0) {
      await this.#removeContents(left);
      await Promise.all(left.map(isRemoved));
    }
    // what most runs leave is known by name: half the work of looking for it
    if (this.#script !== undefined) {
      await unlink(this.#script).catch(() => {});
      if (await this.#isKept()) return;
      if ((await isRemoved(this.#scripts)) && (await isRemoved(this.directory))) return;
    }
    await rm(this.#scripts, { recursive: true, force: true });
    await rm(this.#files, { recursive: true, force: true });
    await rm(this.statusFile, { force: true });
    await Promise.all(this.#ofScript.map(isRemoved));
    if (!(await isRemoved(this.directory))) throw new Error(`${this.directory} is not empty`);
  }

  /** Leaves the directory to another attempt where nothing but the empty `script` is in it. What scripts had is made anew. */
  async #isKept(): Promise<boolean> {
    if (!this.#spares?.hasRoom) return false;
    const left = await readdir(this.directory);
    if (left.length !== 1 || left[0] !== basename(this.#scripts)) return false;
    try {
      for (const place of this.#ofScript) {
        await mkdir(place, { mode: 0o700 });
        if (this.#user.switched) await chown(place, this.#user.uid, this.#user.gid);
      }
      return this.#spares.keep(this.directory);
    } catch {
      return false;
    }
  }

  async #removeContents(places: readonly string[]): Promise<void> {
    const { uid, gid, switched } = this.#user;
    const child = spawn('sh', ['-c', 'chmod -R u+rwX -- "$@"; rm -rf -- "$@"', 'sh', ...places], {
      ...(switched && { uid, gid }),
      cwd: '/',
      stdio: 'ignore',
    });
    await new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  }
}

/** Removes a directory where it is empty. Not in the main thread: on some file systems it takes milliseconds. */
async function isRemoved(directory: string): Promise<boolean> {
  try {
    await rmdir(directory);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** The last part of a name without what a shell or a terminal would take amiss; never hidden, never an option. */
export function safeFilename(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const clean = last.replaceAll(/[^\p{L}\p{N}._ +@=-]/gu, '_').replace(/^[-.\s]+/, '_');
  const short = Buffer.from(clean).subarray(-200).toString().replaceAll('\uFFFD', '');
  return short === '' ? 'script' : short;
}
