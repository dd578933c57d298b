import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { IdleOrder } from './idle-bots-process.ts';
import { cpuMs, pssMb, treeCpuMs } from './processes.ts';
import type { Report } from './report.ts';
import { addBots, firstCustomer, removeBots, withDatabase } from './rows.ts';
import type { Server } from './server.ts';

const BOTS = 5_000;
/** Files beside the bots' sockets that the supervisor and the bots' process have open, with room. */
const OTHER_FILES = 500;
const PREFIX = 'idle';
/** Until what a start left behind has settled, milliseconds. */
const SETTLE_MS = 5_000;
/** About as long as a poll is held, so that as many polls end in one second as in another; milliseconds. */
const OPEN_MS = 40_000;
/** Each bot polls about once in it. */
const STEADY_MS = 40_000;

/**
 * What 5,000 bots that wait for work cost one supervisor: how far its memory grows, and its processor time while their
 * polls go on and on, PostgreSQL's beside it.
 */
export async function idleBots(server: Server, report: Report): Promise<void> {
  await assertFiles(BOTS + OTHER_FILES);
  const bots = await withDatabase(server, async (database) =>
    addBots(database, await firstCustomer(database), PREFIX, BOTS),
  );
  await server.restart();
  await wait(SETTLE_MS);
  const before = await pssMb([server.pid]);

  const child = fork(new URL(import.meta.resolve('./idle-bots-process.ts')).pathname);
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the idle bots ended with ${code}; their message is above`);
  });
  // whoever waits for an answer hears of it
  failed.catch(() => {});
  const told = async (message: IdleOrder | 'count'): Promise<unknown> => {
    child.send(message);
    const [answer] = await Promise.race([once(child, 'message'), failed]);
    return answer;
  };
  try {
    const credentials = bots.map(({ credential }) => credential);
    await told({ url: server.url, credentials, openMs: OPEN_MS });
    const postgres = await server.postgresPid();
    const polls = Number(await told('count'));
    const [supervisor, store] = [await cpuMs(server.pid), await treeCpuMs(postgres)];
    const begin = performance.now();
    await Promise.race([wait(STEADY_MS), failed]);
    const ms = performance.now() - begin;
    const percent = (cpu: number) => (cpu / ms) * 100;
    const line = (name: string, value: number, unit: string) => report.line({ name, value, unit, n: BOTS });
    line('idle_5000_bots_mb', (await pssMb([server.pid])) - before, 'MB');
    line('idle_5000_bots_cpu', percent((await cpuMs(server.pid)) - supervisor), '%');
    line('idle_5000_bots_pg_cpu', percent((await treeCpuMs(postgres)) - store), '%');
    line('idle_5000_bots_polls_per_s', ((Number(await told('count')) - polls) / ms) * 1000, '1/s');
  } finally {
    child.kill('SIGKILL');
    await withDatabase(server, async (database) =>
      removeBots(database, await firstCustomer(database), PREFIX),
    );
  }
}

/** @throws where a process may not have so many files open */
async function assertFiles(count: number): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const most = Number(/^Max open files +(\d+)/m.exec(limits)?.[1]);
  if (most < count)
    throw new Error(`a process may have ${most} files open here, this needs ${count}: ulimit -n ${count}`);
}
