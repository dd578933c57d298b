/**
 * The numbers of this machine: `npm run bench`, or some groups of them: `npm run bench -- dispatch noop`. Each line of
 * stdout is one JSON object; stderr says what goes on. `--targets` shows what is to be reached beside it;
 * `--profile DIR` keeps CPU profiles of the supervisors, which slows them down.
 */
import { cpus, release, totalmem } from 'node:os';
import { accept } from './accept.ts';
import { authz } from './authz.ts';
import { automatic } from './automatic.ts';
import { claim } from './claim.ts';
import { dispatch } from './dispatch.ts';
import { idle } from './idle.ts';
import { idleBots } from './idle-bots.ts';
import { lists } from './lists.ts';
import { log } from './log.ts';
import { logRead } from './log-read.ts';
import { noop } from './noop.ts';
import { queue } from './queue.ts';
import { createReport, readArguments, type Report } from './report.ts';
import { startServer, type Server } from './server.ts';
import { upload } from './upload.ts';
import { web } from './web.ts';
import { workflows } from './workflows.ts';

type Group = (server: Server, report: Report) => Promise<void>;

/** In this order: an idle system first, what fills the store last. */
const groups: Record<string, Group> = {
  idle,
  'idle-bots': idleBots,
  authz,
  upload,
  dispatch,
  noop,
  automatic,
  workflows,
  accept,
  queue,
  claim,
  log,
  'log-read': logRead,
  lists,
  web,
};

function printMachine(): void {
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.version,
  };
  console.log(JSON.stringify({ name: 'machine', ...machine }));
}

const { groups: chosen, showTargets, profile } = readArguments(process.argv.slice(2), Object.keys(groups));
const report = createReport();
printMachine();
report.say('a supervisor with its bot starts on new data');
await using server = await startServer(profile === undefined ? {} : { profile });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopEarly());
for (const name of chosen) {
  report.say(name);
  const begin = performance.now();
  await groups[name]?.(server, report);
  report.say(`  took ${Math.round((performance.now() - begin) / 1000)} s`);
}
if (showTargets) report.compare();

async function stopEarly(): Promise<never> {
  await server[Symbol.asyncDispose]();
  process.exit(1);
}
