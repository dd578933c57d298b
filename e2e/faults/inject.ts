import { readdir, readFile, realpath } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Behaviour } from '@argus/testing/tcp-proxy';
import { isSilence, nameOf, processes, type Fault, type LinkFault } from './plan.ts';
import type { Link, Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
const SLOW: Behaviour = { bytesPerSecond: 30_000, delayMs: 60 };

/** What faults did that the checker must know; collected over a round. */
export interface Damage {
  shimKilled: Set<string>;
  idleShimsKilled: Map<string, number>;
  silent: Map<string, number>;
  troubled: Set<string>;
  /** How often each fault was done, by its name. */
  done: Map<string, number>;
  /** What could not be done, and why. */
  skipped: string[];
}

export function noDamage(): Damage {
  return {
    shimKilled: new Set(),
    idleShimsKilled: new Map(),
    silent: new Map(),
    troubled: new Set(),
    done: new Map(),
    skipped: [],
  };
}

/** Does one fault and, after its time, undoes it. A step must be armed already, and may not come before all `isOver`. */
export async function inject(
  stage: Stage,
  fault: Fault,
  damage: Damage,
  isOver: () => boolean,
): Promise<void> {
  const name = nameOf(fault);
  const count = (times = 1) => damage.done.set(name, (damage.done.get(name) ?? 0) + times);
  const trouble = (who: string) => damage.troubled.add(who.replace(' ', '-'));
  const silence = (who: string, ms: number) => damage.silent.set(who.replace(' ', '-'), ms);
  switch (fault.kind) {
    case 'step': {
      const one = processOf(stage, fault.who);
      trouble(fault.who);
      const isReached = await one.reached(isOver);
      if (isReached) count();
      else damage.skipped.push(`${name}: not reached`);
      if (isReached && fault.how === 'stop') {
        await pause(fault.ms);
        one.signal('SIGCONT');
      } else {
        // one that did not come to its step would do so in a later round
        await one.kill();
        await pause(fault.ms / 4);
        await one.start();
      }
      return;
    }
    case 'kill': {
      const one = processOf(stage, fault.who);
      trouble(fault.who);
      await one.kill();
      count();
      await pause(fault.ms);
      return one.start();
    }
    case 'freeze': {
      const one = processOf(stage, fault.who);
      if (isSilence(fault)) await untilBusy(stage, fault.who, isOver);
      one.signal('SIGSTOP');
      count();
      await pause(fault.ms);
      one.signal('SIGCONT');
      if (isSilence(fault)) silence(fault.who, fault.ms);
      return;
    }
    case 'kill shim': {
      let victims: string[] | undefined;
      while (victims === undefined && !isOver()) {
        victims = await killShim(stage, fault.who, fault.which);
        if (victims === undefined) await pause(50);
      }
      if (victims === undefined) return void damage.skipped.push(`${name}: there was none`);
      for (const victim of victims) damage.shimKilled.add(victim);
      const { idleShimsKilled } = damage;
      const bot = fault.who.replace(' ', '-');
      if (victims.length === 0) idleShimsKilled.set(bot, (idleShimsKilled.get(bot) ?? 0) + 1);
      trouble(fault.who);
      return void count();
    }
    case 'kill postgres': {
      const victim = fault.which === 'server' ? stage.cluster.pid : await sessionOf(stage.cluster.pid);
      if (victim === undefined) return void damage.skipped.push(`${name}: there was none`);
      process.kill(victim, 'SIGKILL');
      return void count();
    }
    case 'kill everything': {
      process.kill(stage.cluster.pid, 'SIGKILL');
      const all = processes().map((who) => processOf(stage, who));
      await Promise.all(all.map((one) => one.kill()));
      for (const who of processes()) trouble(who);
      count();
      await pause(fault.ms);
      await Promise.all(all.map((one) => one.start()));
      return;
    }
    case 'link': {
      const link = linkOf(stage, fault.link);
      if (isSilence(fault)) await untilBusy(stage, fault.link, isOver);
      misbehave(link, fault.how);
      count();
      await pause(fault.ms);
      link.bytes.behave({});
      if (isSilence(fault)) silence(fault.link, fault.ms);
      return;
    }
    case 'message': {
      const { messages } = linkOf(stage, fault.link);
      const { message, how, times } = fault;
      messages.disturb({ message, how, times });
      await pause(fault.ms);
      while (messages.done === 0 && !isOver()) await pause(50);
      messages.calm();
      const { done } = messages;
      if (done > 0) count(done);
      else damage.skipped.push(`${name}: no such request came`);
      return;
    }
    case 'clock': {
      await stage.setClock(fault.who, fault.hours * HOUR_MS);
      count();
      await pause(fault.ms);
      return stage.setClock(fault.who, 0);
    }
    case 'full disk': {
      if (stage.disk === undefined) return void damage.skipped.push(`${name}: no small disk can be had here`);
      trouble('bot 2');
      stage.disk.fill();
      count();
      await pause(fault.ms);
      return stage.disk.makeRoom();
    }
  }
}

function processOf({ processes }: Stage, who: Parameters<Stage['setClock']>[0]) {
  const found = processes.get(who);
  if (found === undefined) throw new Error(`there is no ${who}`);
  return found;
}

function linkOf({ links }: Stage, name: Parameters<Stage['links']['get']>[0]): Link {
  const found = links.get(name);
  if (found === undefined) throw new Error(`there is no link of ${name}`);
  return found;
}

function misbehave({ bytes }: Link, how: LinkFault): void {
  switch (how) {
    case 'cut':
      return void bytes.cut();
    case 'half-open':
      return void bytes.halfOpen();
    case 'stalled':
      return bytes.behave({ stalled: true });
    case 'requests stalled':
      return bytes.behave({ stalled: 'to target' });
    case 'answers stalled':
      return bytes.behave({ stalled: 'to client' });
    case 'slow':
      return bytes.behave(SLOW);
  }
}

/** A process of the machine. */
export interface Seen {
  pid: number;
  parent: number;
  command: string;
  /** `<job>.<n>` where it belongs to one. */
  attempt: string | undefined;
}

/** The processes that have to do with this campaign. */
export async function processesOf(home: string): Promise<Seen[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(
    ids.map(async (id): Promise<Seen | undefined> => {
      const read = (what: string) => readFile(`/proc/${id}/${what}`, 'latin1').catch(() => '');
      const [command, environment, stat] = await Promise.all([
        read('cmdline'),
        read('environ'),
        read('stat'),
      ]);
      if (!command.includes(home) && !environment.includes(home)) return undefined;
      const [, state, parent] = /\) (\S) (\d+)/.exec(stat) ?? [];
      if (state === undefined || state === 'Z' || state === 'X') return undefined;
      const attempt = /(?:^|\0)ARGUS_ATTEMPT=([^\0]*)/.exec(environment)?.[1];
      return { pid: Number(id), parent: Number(parent), command: command.replaceAll('\0', ' '), attempt };
    }),
  );
  return seen.filter((one) => one !== undefined);
}

/**
 * Kills a shim of a bot, with SIGKILL, that runs a script or that runs none. Answers the attempts whose end nobody knows by
 * that; undefined where there was no such shim.
 */
async function killShim(stage: Stage, bot: string, which: 'running' | 'idle'): Promise<string[] | undefined> {
  const shims = (await shimsOf(stage, bot, await processesOf(stage.home))).toSorted((a, b) => a.pid - b.pid);
  for (const { pid } of shims) {
    // it takes no order and tells of no end any more while we look; its script goes on
    if (!signal(pid, 'SIGSTOP')) continue;
    const all = await processesOf(stage.home);
    const below = all.filter((one) => one.attempt !== undefined && isBelow(one, pid, all));
    const attempts = [...new Set(below.flatMap(({ attempt }) => attempt ?? []))];
    const isIdle = attempts.length === 0 && !(await hasZombie(pid));
    if (which === 'running' ? attempts.length > 0 : isIdle) {
      signal(pid, 'SIGKILL');
      return attempts;
    }
    signal(pid, 'SIGCONT');
  }
  return undefined;
}

/** Whether a child has ended of which the process does not know yet: of a stopped shim, the script that it ran. */
async function hasZombie(parent: number): Promise<boolean> {
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
    if (Number(/\) Z (\d+)/.exec(stat)?.[1]) === parent) return true;
  }
  return false;
}

async function shimsOf(stage: Stage, bot: string, all: readonly Seen[]): Promise<Seen[]> {
  const directory = await realpath(stage.directoryOf(bot));
  return all.filter(({ command }) => command.includes('shim.pl') && command.includes(`${directory}/`));
}

/** A bot that runs nothing is not missed by anybody. */
async function untilBusy(stage: Stage, bot: string, isOver: () => boolean): Promise<void> {
  for (; !isOver(); await pause(50)) {
    const all = await processesOf(stage.home);
    const shims = await shimsOf(stage, bot, all);
    const isOfBot = (one: Seen) => shims.some(({ pid }) => isBelow(one, pid, all));
    if (all.some((one) => one.attempt !== undefined && isOfBot(one))) return;
  }
}

function isBelow(one: Seen, ancestor: number, all: readonly Seen[]): boolean {
  for (let at: Seen | undefined = one; at; at = all.find(({ pid }) => pid === at?.parent))
    if (at.parent === ancestor) return true;
  return false;
}

/** A process of PostgreSQL that serves a supervisor. */
async function sessionOf(postmaster: number): Promise<number | undefined> {
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (what: string) => readFile(`/proc/${id}/${what}`, 'latin1').catch(() => '');
    const isChild = Number(/\) \S (\d+)/.exec(await read('stat'))?.[1]) === postmaster;
    if (isChild && /argus.*\[local\]/.test(await read('cmdline'))) return Number(id);
  }
  return undefined;
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
