import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Directories in which this bot may make cgroups, one for each use; absent where the machine has none that it may
 * write. In each, a slot has a cgroup of its name.
 */
export interface Cgroups {
  /** v2: scripts are born in it, `cgroup.kill` ends all of a slot at once. */
  tree?: string;
  /** v2 with the controllers `memory` and `pids`, for runs with limits. */
  limits?: string;
  /** v1 hierarchies, for runs with limits. */
  memory?: string;
  pids?: string;
}

/** Where the hierarchies are mounted, from /proc/self/mountinfo: v2, and v1 by the name of the controller. */
export function cgroupMounts(mountinfo: string): { v2?: string; v1: Map<string, string> } {
  const v1 = new Map<string, string>();
  let v2: string | undefined;
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const path = before
      .split(' ')[4]
      ?.replaceAll(/\\(\d{3})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 8)));
    const [type, , options = ''] = after.split(' ');
    if (path === undefined) continue;
    if (type === 'cgroup2') v2 ??= path;
    else if (type === 'cgroup') for (const name of options.split(',')) if (!v1.has(name)) v1.set(name, path);
  }
  return { ...(v2 !== undefined && { v2 }), v1 };
}

/** The own cgroup of v2, from /proc/self/cgroup. */
export function ownCgroup(text: string): string {
  return /^0::(.*)$/m.exec(text)?.[1] ?? '/';
}

/**
 * Finds and makes them for the bot of a directory. As root they are below the root of each hierarchy, as other
 * launchers of containers do it, so that a restart of the bot's service leaves its scripts alone; else below the
 * bot's own cgroup where that was handed over to it (`Delegate=yes`), or beside it where the bot is in one named
 * `bot` of its own (`DelegateSubgroup=bot`): a cgroup that holds processes cannot hand controllers on.
 */
export function findCgroups(directory: string): Cgroups {
  const isRoot = process.getuid?.() === 0;
  const name = `argus-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`;
  let mounts: ReturnType<typeof cgroupMounts>;
  let own: string;
  try {
    mounts = cgroupMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
    own = ownCgroup(readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return {}; // another system
  }
  const found: Cgroups = {};
  if (mounts.v2 !== undefined) {
    const parent = join(mounts.v2, isRoot ? '/' : basename(own) === 'bot' ? dirname(own) : own);
    const base = make(parent, name, 'cgroup.kill');
    if (base !== undefined && mayMove(parent)) {
      found.tree = base;
      const controlled = ['memory', 'pids'].every(
        (controller) => enable(parent, controller) && enable(base, controller),
      );
      if (controlled) found.limits = base;
    }
  }
  if (found.limits === undefined && isRoot) {
    for (const [use, file] of [
      ['memory', 'memory.limit_in_bytes'],
      ['pids', 'pids.max'],
    ] as const) {
      const mount = mounts.v1.get(use);
      const base = mount === undefined ? undefined : make(mount, name, file);
      if (base !== undefined) found[use] = base;
    }
  }
  return found;
}

/** Makes a cgroup that has this file; undefined where that is not possible. */
function make(parent: string, name: string, file: string): string | undefined {
  const path = join(parent, name);
  try {
    mkdirSync(path, { recursive: true });
    if (existsSync(join(path, file))) return path;
    rmdirSync(path);
  } catch {
    // read-only, or somebody else's
  }
  return undefined;
}

/** A process may be moved by who may write where the ways of both cgroups meet. */
function mayMove(parent: string): boolean {
  try {
    accessSync(join(parent, 'cgroup.procs'), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Hands a controller on to the cgroups below. */
function enable(path: string, controller: string): boolean {
  const file = join(path, 'cgroup.subtree_control');
  try {
    if (!readFileSync(file, 'utf8').split(/\s/).includes(controller)) writeFileSync(file, `+${controller}`);
    return true;
  } catch {
    return false;
  }
}

/** The cgroups of a slot: that of its shim, and those of a run with limits. */
function cgroupsOf(
  { tree, limits, memory, pids }: Cgroups,
  slot: string,
): Record<'tree' | 'limits' | 'memory' | 'pids', string | undefined> {
  return {
    tree: tree && join(tree, slot),
    limits: limits && join(limits, `${slot}.run`),
    memory: memory && join(memory, slot),
    pids: pids && join(pids, slot),
  };
}

/** Makes the cgroup of a new slot. What a shim may use, as it takes it: `tree=/sys/fs/cgroup/…`. */
export function offersFor(cgroups: Cgroups, slot: string): string[] {
  const { tree, ...others } = cgroupsOf(cgroups, slot);
  try {
    if (tree !== undefined) mkdirSync(tree, { recursive: true });
  } catch {
    return []; // the base was taken away meanwhile
  }
  return Object.entries({ tree, ...others }).flatMap(([name, path]) =>
    path === undefined ? [] : [`${name}=${path}`],
  );
}

/** Removes the cgroups of a slot that are empty. */
export function removeCgroups(cgroups: Cgroups, slot: string): void {
  for (const path of Object.values(cgroupsOf(cgroups, slot))) if (path !== undefined) remove(path);
}

/** Kills what is in the cgroups of a slot at once, as far as they are there. */
export function killCgroups(cgroups: Cgroups, slot: string): void {
  const { tree, limits } = cgroupsOf(cgroups, slot);
  for (const path of [tree, limits]) {
    try {
      if (path !== undefined && existsSync(path)) writeFileSync(join(path, 'cgroup.kill'), '1');
    } catch {
      // the sweep by session and marker is left
    }
  }
}

/** The processes in the cgroups of a slot. */
export function processesIn(cgroups: Cgroups, slot: string): number[] {
  const { tree, limits } = cgroupsOf(cgroups, slot);
  return [tree, limits].flatMap((path) => {
    try {
      return path === undefined
        ? []
        : readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}

/** Removes what slots of earlier times left, where it is empty. */
export function cleanCgroups(cgroups: Cgroups, isSlot: (id: string) => boolean): void {
  for (const base of new Set(Object.values(cgroups) as string[])) {
    for (const entry of readdirSync(base, { withFileTypes: true })) {
      if (entry.isDirectory() && !isSlot(entry.name.replace(/\.run$/, ''))) remove(join(base, entry.name));
    }
  }
}

/** Removes all that is empty, also the places where slots have theirs: for when the bot ends. */
export function removeBases(cgroups: Cgroups): void {
  cleanCgroups(cgroups, () => false);
  for (const base of new Set(Object.values(cgroups) as string[])) remove(base);
}

function remove(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // gone already, or something is still in it
  }
}
