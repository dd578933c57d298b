import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { MARKER } from '@argus/contract/environment';

/**
 * Ends what is left of an attempt whose shim is gone: nothing is its parent any more. All of it is in the cgroup of the
 * slot, where there are any; else its processes are found by the marker in their environment and by the session of the main
 * process.
 */
const ROUND_MS = 50;
const GIVE_UP_MS = 5_000;

export interface Remains {
  /** `<job>.<n>` */
  attempt: string;
  /** The main process, where known, and its start in clock ticks. */
  pid: number | null;
  ticks: number | null;
  cgroup?: SlotCgroup;
}

/** The cgroup of a slot. */
export interface SlotCgroup {
  kill(): void;
  processes(): number[];
}

/** Kills until nothing is left, and names what could not be killed. */
export async function killRemains(remains: Remains): Promise<string[]> {
  const giveUp = performance.now() + GIVE_UP_MS;
  for (;;) {
    const found = findRemains(remains);
    if (found.length === 0 || performance.now() > giveUp)
      return found.map(({ name, pid }) => `${name} (pid ${pid})`);
    remains.cgroup?.kill();
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const { pid } of found) trySignal(pid, signal);
    await wait(ROUND_MS);
  }
}

interface Process {
  pid: number;
  name: string;
}

function findRemains({ attempt, pid: main, ticks, cgroup }: Remains): Process[] {
  const marker = `${MARKER}=${attempt}`;
  const held = new Set(cgroup?.processes());
  return processIds().flatMap((pid) => {
    const stat = statOf(pid);
    if (!stat || stat.state === 'Z' || stat.state === 'X' || pid === process.pid) return [];
    const isOurs =
      held.has(pid) ||
      (main !== null && stat.session === main && !isReused(main, ticks)) ||
      environmentOf(pid).includes(marker);
    return isOurs ? [{ pid, name: stat.name }] : [];
  });
}

/** Whether the number now belongs to a process that started at another time. */
function isReused(pid: number, ticks: number | null): boolean {
  const stat = statOf(pid);
  return stat !== undefined && ticks !== null && ticks !== 0 && stat.ticks !== ticks;
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return []; // no /proc on this platform: the shim's own sweep is all there is
  }
}

function statOf(pid: number): { name: string; state: string; session: number; ticks: number } | undefined {
  try {
    const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    const values = rest.split(' ');
    return { name, state: values[0] ?? '', session: Number(values[3]), ticks: Number(values[19]) };
  } catch {
    return undefined;
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // ended meanwhile, or another user's
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended meanwhile, or not ours to signal: the next round tells
  }
}
