import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';

export interface User {
  name: string;
  uid: number;
  gid: number;
  /** Supplementary groups, among them `gid`. */
  groups: number[];
  home: string;
  shell: string;
}

export interface RunUser extends User {
  /** Whether the shim changes to this user, or scripts simply have the rights of the bot. */
  switched: boolean;
}

const DEFAULT_USER = 'argus-run';

/**
 * Who scripts run as: as root `wanted` (made as a system user when missing), else whoever runs the bot.
 * @throws Problem when the user cannot be made
 */
export function findRunUser(wanted: string | undefined, log: Log): RunUser {
  const own = userInfo();
  const self: User = {
    name: own.username,
    uid: own.uid,
    gid: own.gid,
    groups: [own.gid],
    home: own.homedir,
    shell: own.shell ?? '/bin/sh',
  };
  if (own.uid !== 0) {
    if (wanted !== undefined && wanted !== own.username) {
      log.warn(
        `ARGUS_RUN_USER is ignored: only a bot that runs as root can run scripts as ${wanted}; they run as ${own.username}`,
      );
    }
    return { ...self, switched: false };
  }
  const name = wanted ?? DEFAULT_USER;
  if (name === own.username) return { ...self, switched: false };
  return { ...(lookUp(name) ?? make(name, log)), switched: true };
}

function make(name: string, log: Log): User {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    // a second bot of this machine may have made it in the same moment
    if (!lookUp(name))
      throw new Problem(
        `the user ${name} that scripts run as could not be made (${said}): make it, or name another in ARGUS_RUN_USER (root opts out)`,
      );
  }
  const user = lookUp(name);
  if (!user) throw new Problem(`the user ${name} was made but is not found in /etc/passwd`);
  log.info(`made the system user ${name}: scripts run as it`);
  return user;
}

function lookUp(name: string): User | undefined {
  const line =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`${name}:`)) ?? ask('passwd', name);
  const [, , uid, gid, , home = '', shell = ''] = line?.trim().split(':') ?? [];
  if (uid === undefined || gid === undefined) return undefined;
  const groups = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((text) => text.split(':'))
    .filter(([, , , members]) => members?.split(',').includes(name))
    .map(([, , id]) => Number(id));
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    groups: [...new Set([Number(gid), ...groups])],
    home,
    shell,
  };
}

/** Users that are not in the local files: directories such as LDAP. */
function ask(database: string, name: string): string | undefined {
  try {
    return execFileSync('getent', [database, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}
