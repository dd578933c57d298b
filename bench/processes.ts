import { readdir, readFile } from 'node:fs/promises';

/** A process as /proc has it. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  /** Its words, separated by spaces. */
  command: string;
}

export async function listProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const entries = await Promise.all(pids.map(async (pid) => entryOf(Number(pid)).catch(() => undefined)));
  return entries.filter((entry) => entry !== undefined);
}

async function entryOf(pid: number): Promise<ProcessEntry> {
  const [stat, command] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'latin1'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ]);
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  return { pid, parent, command: command.replaceAll('\0', ' ').trim() };
}

/** A process and all that descend from it. */
export function treeOf(root: number, all: readonly ProcessEntry[]): number[] {
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((entry) => entry.pid));
  return tree;
}

/** Proportional memory of processes together, megabytes (10^6 bytes): pages that several share count once. */
export async function pssMb(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss: *(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}

/** The kernel counts processor time in these, milliseconds. */
const TICK_MS = 10;

/** Processor time of a process so far, milliseconds; with its ended children where they are asked for. */
export async function cpuMs(pid: number, { children = false } = {}): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  return (user + system + (children ? endedUser + endedSystem : 0)) * TICK_MS;
}

/** Processor time of a process and all its children so far, those that ended too; milliseconds. */
export async function treeCpuMs(root: number): Promise<number> {
  const others = treeOf(root, await listProcesses()).slice(1);
  const times = await Promise.all([cpuMs(root, { children: true }), ...others.map((pid) => cpuMs(pid))]);
  return times.reduce((sum, ms) => sum + ms, 0);
}
