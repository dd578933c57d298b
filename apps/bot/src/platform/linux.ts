import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { Account, Platform } from './index.ts';
import { groupsOf, parsePasswd } from './passwd.ts';
import { shellWords } from '@argus/contract/shell-words';
import { systemdPath } from './quoting.ts';

export const linux: Platform = {
  name: 'linux',
  bootId() {
    try {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      return undefined;
    }
  },
  executableNames: (command) => [command],
  commandLine: shellWords,
  killTree: () => null,
  socketPathMax: 99,
  availableMemory() {
    try {
      return parseAvailable(readFileSync('/proc/meminfo', 'utf8')) ?? freemem();
    } catch {
      return freemem();
    }
  },
  hasLoad: true,
  account,
  makeAccount: (name) => [
    'useradd',
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    name,
  ],
  service: {
    template: 'systemd/argus-bot.service',
    root: '/opt/argus',
    target: '/etc/systemd/system/argus-bot.service',
    directory: '/var/lib/argus-bot',
    activate: ['systemctl daemon-reload', 'systemctl enable --now argus-bot'],
    escape: systemdPath,
  },
};

/** What `/proc/meminfo` says, bytes: what is free, and what the system would give back. Kernels before 3.14 say nothing. */
export function parseAvailable(meminfo: string): number | undefined {
  const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo) ?? [];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

function account(name: string): Account | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`));
  const entry = parsePasswd(line ?? ask(name));
  if (entry === undefined) return undefined;
  const groups = groupsOf(name, readFileSync('/etc/group', 'utf8'));
  return { name, ...entry, groups: [...new Set([entry.gid, ...groups])] };
}

/** Users that are not in the local files: directories such as LDAP. */
function ask(name: string): string {
  try {
    return execFileSync('getent', ['passwd', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
