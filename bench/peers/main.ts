/**
 * `npm run bench:peers`: queues that others use, doing the same work on the same machine, and Argus beside them. Their
 * packages are installed into this folder at the first run; Redis is Debian's (`apt-get install redis-server`), and
 * left out where it is not there. `README.md` says what is measured and how to read it.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { openCluster } from '../../packages/postgres/src/index.ts';
import { createReport } from '../report.ts';
import { queue } from '../queue.ts';
import { openProbe } from '../probe.ts';
import { startServer } from '../server.ts';
import { median, quantile } from '../statistics.ts';

const PEERS = {
  'graphile-worker': ['plain', 'batched'],
  'pg-boss': ['plain', 'batched'],
  bullmq: ['plain', 'synced'],
};
/** Rounds take turns, as the speed of a shared machine drifts; the middle one counts. */
const ROUNDS = 3;
const OUR_LATENCIES_MS = 60_000;
const REDIS_READY_MS = 10_000;

interface Result {
  peer: string;
  variant: string;
  start_p50_ms: number;
  start_p99_ms: number;
  jobs_per_s: number;
}

const run = promisify(execFile);
const report = createReport();
await using stack = new AsyncDisposableStack();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stack[Symbol.asyncDispose]().then(() => process.exit(1)));

if (!existsSync(join(import.meta.dirname, 'node_modules'))) {
  report.say('the packages of the peers are installed');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: import.meta.dirname });
}
const home = await mkdtemp(join(tmpdir(), 'argus-bench-peers-'));
stack.defer(() => rm(home, { recursive: true, force: true }));
// PostgreSQL's own user passes through
await chmod(home, 0o755);
const places = {
  ...(await startRedis('redis', [])),
  ...(await startRedis('redisSynced', ['--appendonly', 'yes', '--appendfsync', 'always'])),
  postgres: '',
};
const results: Result[] = [];
for (let round = 0; round < ROUNDS; round++) {
  for (const [peer, variants] of Object.entries(PEERS)) {
    if (peer === 'bullmq' && !('redis' in places)) continue;
    for (const variant of variants) {
      // a store of its own for each: what one leaves behind is no burden of the next
      const dataDir = join(home, `${peer}-${variant}-${round}`);
      await mkdir(dataDir);
      await using cluster = await openCluster({ dataDir, log: () => undefined });
      const { stdout } = await run(process.execPath, [
        join(import.meta.dirname, 'measure.mjs'),
        peer,
        variant,
        JSON.stringify({ ...places, postgres: cluster.url }),
      ]);
      const result = JSON.parse(stdout) as Result;
      results.push(result);
      report.say(stdout.trim());
    }
  }
}
for (const [name, of] of Map.groupBy(results, ({ peer, variant }) => `${peer} ${variant}`)) {
  const middle = (value: (result: Result) => number) => median(of.map(value));
  report.line({
    name: `${name} start_p50_ms`,
    value: middle((one) => one.start_p50_ms),
    unit: 'ms',
    n: ROUNDS,
  });
  report.line({
    name: `${name} start_p99_ms`,
    value: middle((one) => one.start_p99_ms),
    unit: 'ms',
    n: ROUNDS,
  });
  report.line({ name: `${name} jobs_per_s`, value: middle((one) => one.jobs_per_s), unit: '1/s', n: ROUNDS });
}

report.say('argus');
await using server = await startServer();
{
  await using probe = await openProbe(server, { everyMs: 10 });
  // the first ones compile the code
  await wait(OUR_LATENCIES_MS / 10);
  probe.take();
  await Promise.race([wait(OUR_LATENCIES_MS), probe.failure]);
  const times = probe.take();
  report.line({ name: 'argus start_p50_ms', value: median(times), unit: 'ms', n: times.length });
  report.line({ name: 'argus start_p99_ms', value: quantile(times, 0.99), unit: 'ms', n: times.length });
}
await queue(server, report);

/** Starts Redis on a free port of this machine alone; nothing where it is not installed. */
async function startRedis<K extends string>(
  name: K,
  settings: string[],
): Promise<Partial<Record<K, number>>> {
  const directory = join(home, name);
  await mkdir(directory);
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory, ...settings],
    { stdio: 'ignore' },
  );
  if (!(await isUp(child, port))) {
    report.say('there is no redis-server (apt-get install redis-server): BullMQ is left out');
    return {};
  }
  stack.defer(async () => {
    child.kill();
    await once(child, 'exit');
  });
  return { [name]: port } as Record<K, number>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether it takes connections; false where it could not be started. */
async function isUp(child: ChildProcess, port: number): Promise<boolean> {
  const over = new AbortController();
  child.once('error', () => over.abort()).once('exit', () => over.abort());
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(REDIS_READY_MS)]);
  while (!signal.aborted) {
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (connected) return true;
    await wait(50);
  }
  return false;
}
