/**
 * The bare limits of starting processes, in a small process of its own: what a spawn costs grows with the memory of
 * who spawns. `node bare-spawn.ts true N`, `script N PROGRAM DIRECTORY`, `chain N PROGRAM DIRECTORY NEXT URL` or `rate N`; prints
 * one JSON object.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readStamp, wallClockMs } from './clock.ts';
import { HttpConnection, requestBytes, sendJson } from './http.ts';

/** Done before what is counted, so that the code is compiled. */
const WARM_UP = 3;
const AT_ONCE = 8;
/** Chains are followed at rest; milliseconds. */
const SETTLE_MS = 30;
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };
let connection: HttpConnection | undefined;

/** From the call to the exit of `/bin/true`, milliseconds. */
async function spawnTrue(): Promise<number> {
  const begin = performance.now();
  await once(spawn('/bin/true', { env, stdio: 'ignore' }), 'exit');
  return performance.now() - begin;
}

/** From the call until the script read the clock, milliseconds. */
async function spawnScript(program: string, stampFile: string): Promise<number> {
  const begin = wallClockMs();
  await once(spawn(program, [stampFile], { env, stdio: 'ignore' }), 'exit');
  return (await readStamp(stampFile)) - begin;
}

/**
 * From the last command of a script to the first one of the next, with nothing between them but what must be: the end goes to
 * a supervisor, which commits it, and then the next job, and answers; milliseconds.
 */
async function chainScripts(program: string, stampFile: string, next: string, url: string): Promise<number> {
  connection ??= await HttpConnection.open(url);
  await spawnFully(program, [stampFile]);
  await sendJson(connection, requestBytes('POST', `${url}/end`, { body: {} }));
  await spawnFully(next, [`${stampFile}.next`]);
  await wait(SETTLE_MS);
  return (await readStamp(`${stampFile}.next`)) - (await readStamp(stampFile));
}

/** As a bot must: with the output on pipes and in a session of its own. */
async function spawnFully(program = '/bin/true', args: readonly string[] = []): Promise<void> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  child.stdout.resume();
  child.stderr.resume();
  await once(child, 'close');
}

async function spawnsPerSecond(count: number): Promise<number> {
  const begin = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await spawnFully();
    }),
  );
  return (count / (performance.now() - begin)) * 1000;
}

async function timesOf(count: number, one: (index: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < WARM_UP + count; index++) times.push(await one(index));
  return times.slice(WARM_UP);
}

async function valuesOf([
  kind,
  countText,
  program = '',
  directory = '',
  next = '',
  url = '',
]: string[]): Promise<number[]> {
  const count = Number(countText);
  const stampFile = (index: number) => join(directory, `${process.pid}.${index}`);
  switch (kind) {
    case 'true':
      return timesOf(count, spawnTrue);
    case 'script':
      return timesOf(count, (index) => spawnScript(program, stampFile(index)));
    case 'chain':
      return timesOf(count, (index) => chainScripts(program, stampFile(index), next, url));
    case 'rate':
      await spawnsPerSecond(WARM_UP * AT_ONCE);
      return [await spawnsPerSecond(count)];
    default:
      throw new Error(`there is no bare limit ${kind}`);
  }
}

const values = await valuesOf(process.argv.slice(2));
connection?.[Symbol.dispose]();
console.log(JSON.stringify({ values, rssMb: process.memoryUsage.rss() / 1e6 }));
