import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Log } from '../log.ts';
import { platform } from '../platform/index.ts';
import type { RunUser } from './run-user.ts';

/** Directories of a bot. `slots` and `scripts` are its own; `work` and `home` can be reached by scripts. */
export interface Places {
  slots: string;
  scripts: string;
  work: string;
  /** Of attempts that are over, for the next ones. */
  spares: string;
  home: string;
}

/** What a shim adds below the directory of slots. */
const SOCKET_NAME_BYTES = '/01234567/s.new'.length;

/** Makes the directories below `directory`, or elsewhere where scripts or sockets could not live there. */
export function makePlaces(directory: string, user: RunUser, log: Log): Places {
  mkdirSync(directory, { recursive: true });
  // scripts pass through to their work; what is in it has its own modes
  if (user.switched) chmodSync(directory, 0o711);
  const base = baseFor(directory, user, log);
  const places: Places = {
    slots: join(base, 'slots'),
    scripts: join(base, 'scripts'),
    work: join(base, 'work'),
    spares: join(base, 'spares'),
    home: join(base, 'home'),
  };
  for (const [place, mode] of [
    [base, 0o711],
    [places.slots, 0o700],
    [places.scripts, 0o700],
    [places.work, 0o711],
    [places.home, 0o700],
  ] as const) {
    mkdirSync(place, { recursive: true, mode });
    chmodSync(place, mode);
  }
  if (user.switched) chownSync(places.home, user.uid, user.gid);
  return places;
}

function baseFor(directory: string, user: RunUser, log: Log): string {
  const id = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  const fits = Buffer.byteLength(join(directory, 'slots')) + SOCKET_NAME_BYTES <= platform.socketPathMax;
  if (fits && (!user.switched || canReach(user, directory))) return directory;
  const base =
    process.getuid?.() === 0 ? `/var/lib/argus/${id}` : join(tmpdir(), `argus-${process.getuid?.()}-${id}`);
  const why = fits
    ? `${user.name} cannot reach ${directory}`
    : `the path of ${directory} is too long for sockets`;
  log.info(`${why}: slots, scripts and work are in ${base}`);
  mkdirSync(dirname(base), { recursive: true, mode: 0o755 });
  return base;
}

/** Whether the user may pass through every directory on the way. */
export function canReach({ uid, groups }: Pick<RunUser, 'uid' | 'groups'>, path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid: owner, gid } = statSync(at);
    const bit = owner === uid ? 0o100 : groups.includes(gid) ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** The home of the run user where it exists, else one of the bot's. */
export function homeOf(user: RunUser, places: Places): string {
  return user.home.length > 1 && existsSync(user.home) ? user.home : places.home;
}
