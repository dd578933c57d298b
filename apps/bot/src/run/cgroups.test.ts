import { expect, test } from 'vitest';
import { cgroupMounts, ownCgroup } from './cgroups.ts';

const HYBRID = `24 22 0:20 / /proc rw,nosuid shared:5 - proc proc rw
30 25 0:26 / /sys/fs/cgroup/unified rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
33 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:11 - cgroup cgroup rw,cpu,cpuacct
34 25 0:30 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
35 25 0:31 / /mnt/with\\040space rw - cgroup cgroup rw,pids
36 25 0:30 / /mnt/again rw - cgroup cgroup rw,memory
`;

test('hierarchies are found where they are mounted first, whatever the path holds', () => {
  const { v2, v1 } = cgroupMounts(HYBRID);
  expect(v2).toBe('/sys/fs/cgroup/unified');
  expect([v1.get('memory'), v1.get('pids'), v1.get('cpuacct')]).toEqual([
    '/sys/fs/cgroup/memory',
    '/mnt/with space',
    '/sys/fs/cgroup/cpu,cpuacct',
  ]);
});

test('a machine without cgroups has none', () => {
  expect(cgroupMounts('24 22 0:20 / /proc rw - proc proc rw\n')).toEqual({ v1: new Map() });
  expect(ownCgroup('')).toBe('/');
});

test('the own cgroup of v2 is found among those of v1', () => {
  const text = '4:memory:/user.slice\n0::/system.slice/argus-bot.service/bot\n1:name=systemd:/\n';
  expect(ownCgroup(text)).toBe('/system.slice/argus-bot.service/bot');
});
