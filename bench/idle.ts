import { setTimeout as wait } from 'node:timers/promises';
import { listProcesses, pssMb, treeOf } from './processes.ts';
import type { Report } from './report.ts';
import type { Server } from './server.ts';
import { median } from './statistics.ts';

const STARTS = 3;
/** Until what a start left behind has settled, milliseconds. */
const SETTLE_MS = 5_000;

/** How long a start on data that is there takes, and what an idle system keeps in memory. */
export async function idle(server: Server, report: Report): Promise<void> {
  const starts: number[] = [];
  for (let round = 0; round < STARTS; round++) starts.push(await server.restart());
  report.line({ name: 'start_ms', value: median(starts), unit: 'ms', n: STARTS });
  await wait(SETTLE_MS);
  const { supervisor, bot } = await memoryOf(server);
  report.line({ name: 'rss_supervisor_mb', value: supervisor, unit: 'MB', n: 1 });
  report.line({ name: 'rss_bot_mb', value: bot, unit: 'MB', n: 1 });
}

/** Megabytes of the supervisor, and of the bot with its launchers; PostgreSQL is left out. */
async function memoryOf(server: Server): Promise<{ supervisor: number; bot: number }> {
  const all = await listProcesses();
  const bot = all.find(({ parent, command }) => parent === server.pid && command.includes('apps/bot/'));
  if (bot === undefined) throw new Error('the bot does not run');
  return { supervisor: await pssMb([server.pid]), bot: await pssMb(treeOf(bot.pid, all)) };
}
