import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import type { Log } from '../log.ts';
import { platform, type Account } from '../platform/index.ts';
import { Problem } from '../problem.ts';

export type User = Account;

export interface RunUser extends User {
  /** Whether the shim changes to this user, or scripts simply have the rights of the bot. */
  switched: boolean;
}

export const DEFAULT_USER = 'argus-run';

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
  return { ...(platform.account(name) ?? make(name, log)), switched: true };
}

function make(name: string, log: Log): User {
  try {
    const [command = '', ...args] = platform.makeAccount(name) ?? [];
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    // a second bot of this machine may have made it in the same moment
    if (!platform.account(name))
      throw new Problem(
        `the user ${name} that scripts run as could not be made (${said}): make it, or name another in ARGUS_RUN_USER (root opts out)`,
      );
  }
  const user = platform.account(name);
  if (!user) throw new Problem(`the user ${name} was made but cannot be found`);
  log.info(`made the system user ${name}: scripts run as it`);
  return user;
}
