import { execFileSync } from 'node:child_process';
import { freemem } from 'node:os';
import type { Account, Platform } from './index.ts';
import { shellWords } from '@argus/contract/shell-words';
import { xmlText } from './quoting.ts';

export const darwin: Platform = {
  name: 'darwin',
  bootId() {
    return ask('sysctl', '-n', 'kern.bootsessionuuid')?.trim().toLowerCase() || undefined;
  },
  executableNames: (command) => [command],
  commandLine: shellWords,
  killTree: () => null,
  socketPathMax: 99,
  // what is free there is next to nothing: the system keeps files in all of it
  availableMemory: () => parseVmStat(ask('vm_stat') ?? '') ?? freemem(),
  hasLoad: true,
  account(name) {
    const said = ask('dscacheutil', '-q', 'user', '-a', 'name', name);
    const groups = ask('id', '-G', name);
    return said === undefined ? undefined : parseAccount(name, said, groups ?? '');
  },
  // a role account: its name begins with an underscore by custom, which nothing enforces
  makeAccount: (name) => ['sysadminctl', '-addUser', name, '-shell', '/usr/bin/false', '-home', '/var/empty'],
  service: {
    template: 'launchd/com.argus.bot.plist',
    root: '/opt/argus',
    target: '/Library/LaunchDaemons/com.argus.bot.plist',
    directory: '/usr/local/var/argus-bot',
    activate: ['launchctl bootstrap system /Library/LaunchDaemons/com.argus.bot.plist'],
    escape: xmlText,
  },
};

/** What `dscacheutil -q user` says, one `key: value` a line, and `id -G`, ids with spaces between. */
export function parseAccount(name: string, said: string, groups: string): Account | undefined {
  const fields = new Map(
    said.split('\n').flatMap((line) => {
      const [, key, value] = /^(\w+): (.*)$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
  const [uid, gid] = [fields.get('uid'), fields.get('gid')];
  if (uid === undefined || gid === undefined) return undefined;
  const others = groups.split(/\s+/).filter(Boolean).map(Number);
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    groups: [...new Set([Number(gid), ...others])],
    home: fields.get('dir') ?? '',
    shell: fields.get('shell') ?? '',
  };
}

/** What `vm_stat` says, bytes: pages that are free, or were not used for long and can be. */
export function parseVmStat(said: string): number | undefined {
  const [, size] = /page size of (\d+) bytes/.exec(said) ?? [];
  const pages = ['free', 'inactive', 'speculative'].map((kind) =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)\\.$`, 'm').exec(said)?.[1] ?? Number.NaN),
  );
  const bytes = Number(size) * pages.reduce((sum, count) => sum + count, 0);
  return Number.isFinite(bytes) ? bytes : undefined;
}

function ask(command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
