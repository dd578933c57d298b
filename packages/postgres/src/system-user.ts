import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ClusterError, codeOf, messageOf } from './errors.ts';

const run = promisify(execFile);

/** An account of this machine. */
export type SystemUser = { name: string; uid: number; gid: number };

/** useradd of shadow-utils first, then addgroup and adduser of BusyBox. */
const recipes = (name: string): string[][][] => [
  [['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
  [
    ['addgroup', '-S', name],
    ['adduser', '-S', '-D', '-H', '-s', '/sbin/nologin', '-G', name, name],
  ],
];

/** The account with this name, or undefined. */
export async function findSystemUser(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * The account with this name, made as an unprivileged system account without login if it does not exist.
 * Needs root to make one. Safe when two processes ask at once.
 * @throws ClusterError `no_system_user` with what to run by hand.
 */
export async function ensureSystemUser(name: string): Promise<SystemUser> {
  const existing = await findSystemUser(name);
  if (existing) return existing;
  const failures: string[] = [];
  for (const recipe of recipes(name)) {
    const failure = await runAll(recipe);
    const user = await findSystemUser(name);
    if (user) return user;
    if (failure) failures.push(failure);
  }
  throw new ClusterError(
    'no_system_user',
    `Cannot make the system user ${name} (${failures.join('; ')}). ` +
      `Make it by hand (useradd --system --user-group ${name}), or start as an ordinary user.`,
  );
}

/** Runs the commands in order up to the first that fails; returns its message. */
async function runAll(commands: string[][]): Promise<string | undefined> {
  for (const [command = '', ...args] of commands) {
    try {
      await run(command, args);
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? `${command} is not installed` : messageOf(error).trim();
    }
  }
  return undefined;
}
