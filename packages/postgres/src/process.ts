import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { SystemUser } from './system-user.ts';

const run = promisify(execFile);

/** How PostgreSQL's programs are run: as their user, with none of our environment, which holds secrets and PG* settings. */
export function processOptions(cwd: string, user: SystemUser | undefined) {
  return {
    cwd,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(user && { uid: user.uid, gid: user.gid }),
  };
}

/** The arguments of a running process joined by spaces; undefined if there is none, or a zombie. */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  try {
    const text =
      process.platform === 'linux'
        ? (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replace(/\0$/, '').replaceAll('\0', ' ')
        : (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout.trimEnd();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

/**
 * True if this process is a PostgreSQL server on the data directory, and not another program that got the pid of
 * a dead one. A server makes its data directory its working directory, however it was started.
 * @param data resolved path.
 */
export async function isServerOf(pid: number, data: string): Promise<boolean> {
  const commandLine = await commandLineOf(pid);
  if (!commandLine?.includes('postgres')) return false;
  if (process.platform !== 'linux') return commandLine.includes(data);
  return (await readlink(`/proc/${pid}/cwd`).catch(() => undefined)) === data;
}
