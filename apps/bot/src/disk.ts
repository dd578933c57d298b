import { accessSync, constants, statfsSync } from 'node:fs';
import { reasonOf } from './log.ts';

const LOOK_EVERY_MS = 5_000;
/** With a problem: what waits shall go on soon after somebody made room. */
const LOOK_AGAIN_MS = 1_000;
/** So much more must be free again: a bot at the floor would change its mind with each job. */
const AGAIN = 1.25;

/** What SQLite answers where the disk, or the right to write to it, is the trouble: its primary result codes. */
const SQLITE_OF_DISK = new Set([
  3 /* perm */, 8 /* readonly */, 10 /* ioerr */, 13 /* full */, 14 /* cantopen */,
]);
const OF_DISK = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOTDIR',
]);

/** Whether something failed because of its disk: it may work again without a change here. */
export function isOfDisk(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (typeof errcode === 'number') return SQLITE_OF_DISK.has(errcode & 0xff);
  return typeof code === 'string' && OF_DISK.has(code);
}

/** Of the file system of a directory, bytes: all of it, and what the bot may still write. */
export interface Space {
  total: number;
  free: number;
}

/** @throws where the directory cannot be looked at */
export function spaceOf(directory: string): Space {
  const { blocks, bavail, bsize } = statfsSync(directory);
  return { total: blocks * bsize, free: Math.max(0, bavail) * bsize };
}

/** Bytes that the bot may still write below a directory. */
export function freeBytes(directory: string): number {
  return spaceOf(directory).free;
}

/** What keeps the bot from working in a directory, as a sentence; undefined where nothing does. */
export function diskProblem(directory: string, floorBytes: number): string | undefined {
  return lookAt(directory, floorBytes).problem;
}

interface Found {
  problem?: string;
  space?: Space;
}

function lookAt(directory: string, floorBytes: number): Found {
  let space: Space | undefined;
  try {
    space = spaceOf(directory);
    accessSync(directory, constants.W_OK);
    const { free } = space;
    if (free >= floorBytes) return { space };
    const problem = `its disk is full: ${mib(free)} MiB are free at ${directory}, ${mib(floorBytes)} are needed: make room`;
    return { space, problem };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EROFS' ? 'the file system is mounted read-only' : reasonOf(error);
    return { ...(space && { space }), problem: `it cannot write to ${directory} (${why}): make it writable` };
  }
}

function mib(bytes: number): number {
  return Math.round((bytes / 2 ** 20) * 10) / 10;
}

export interface DiskWatch extends Disposable {
  /** Of the disk with the least free, as the last look found it. */
  readonly space: Space | undefined;
}

/** Looks at the bot's directories from time to time, and calls back when there is a problem or none any more. */
export function watchDisk(
  directories: readonly string[],
  floorBytes: number,
  changed: (problem: string | undefined) => void,
): DiskWatch {
  let hasProblem = false;
  let fullest: Space | undefined;
  let timer: NodeJS.Timeout;
  const look = () => {
    const floor = hasProblem ? floorBytes * AGAIN : floorBytes;
    const found = directories.map((directory) => lookAt(directory, floor));
    const problem = found.map((one) => one.problem).find(Boolean);
    fullest = found.flatMap(({ space }) => space ?? []).toSorted((a, b) => a.free - b.free)[0];
    const isNews = hasProblem !== (problem !== undefined);
    hasProblem = problem !== undefined;
    timer = setTimeout(look, hasProblem ? LOOK_AGAIN_MS : LOOK_EVERY_MS).unref();
    if (isNews) changed(problem);
  };
  look();
  return {
    get space() {
      return fullest;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
