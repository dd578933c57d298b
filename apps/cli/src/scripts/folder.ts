import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, matchesGlob, sep } from 'node:path';
import { promisify } from 'node:util';
import type { LocalFile } from './plan.ts';

const run = promisify(execFile);

/**
 * The files of a folder that are to be scripts, by path: in a Git checkout those that Git keeps, else all but hidden ones.
 * `patterns`: globs of paths below the folder, one of which must match; none: every file.
 */
export async function filesOf(folder: string, patterns: readonly string[]): Promise<LocalFile[]> {
  const paths = (await keptByGit(folder)) ?? (await visible(folder));
  const chosen = paths.filter((path) => matchesOne(path, patterns));
  return Promise.all(
    chosen.toSorted().map(async (path) => ({
      path,
      filename: basename(path),
      sha256: createHash('sha256')
        .update(await readFile(join(folder, path)))
        .digest('hex'),
    })),
  );
}

/** Whether one of the patterns is of a path, or there are none. */
export function matchesOne(path: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matches(path, pattern));
}

/** A pattern without a folder is of the filename, as in .gitignore. */
function matches(path: string, pattern: string): boolean {
  return matchesGlob(pattern.includes('/') ? path : basename(path), pattern);
}

/** Undefined where the folder is in no checkout, or Git is not there. */
async function keptByGit(folder: string): Promise<string[] | undefined> {
  try {
    const { stdout } = await run('git', ['-C', folder, 'ls-files', '-z', '--cached', '--', '.'], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const paths = stdout.split('\0').filter((path) => path !== '');
    // a folder that Git ignores, or of which it keeps nothing yet, is read as it is
    return paths.length > 0 ? paths : undefined;
  } catch {
    return undefined;
  }
}

async function visible(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length))
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')));
}
