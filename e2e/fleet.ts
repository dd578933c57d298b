import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import { createTestDatabase, startTcpProxy, until, type TcpProxy } from '@argus/testing';
import { urlOf } from './page-server.ts';
import { end, endScripts, freePort, run, type Running } from './server.ts';

const root = join(import.meta.dirname, '..');
const TOKEN = 'e2e-token-0123456789-0123456789-0123456789';

export interface Supervisor {
  port: number;
  client: Client;
  kill(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** How many bots wait on a poll here. */
  botsWaiting(): Promise<number>;
}

/** Supervisors as real processes on one database, behind a load balancer, with a real bot on a machine of its own. */
export interface Fleet extends AsyncDisposable {
  supervisors: Supervisor[];
  balancer: TcpProxy;
  /** Through the load balancer. */
  client: Client;
  token: string;
  /** Id of the bot. */
  host: string;
  /** A directory that scripts can write to. */
  scratch: string;
}

/** Starts as many supervisors at the same moment, on a database without any table. */
export async function startFleet(count: number): Promise<Fleet> {
  await using resources = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'argus-fleet-'));
  resources.defer(() => rm(home, { recursive: true, force: true }));
  resources.defer(() => endScripts(home));
  await chmod(home, 0o755);
  const scratch = join(home, 'scratch');
  await mkdir(scratch);
  await chmod(scratch, 0o777);

  const databaseUrl = urlOf(resources.use(await createTestDatabase({ bare: true })));
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  const balancer = resources.use(await startTcpProxy(ports.map((one) => ({ port: one }))));
  const shared = {
    ARGUS_HOST: '127.0.0.1',
    ARGUS_PUBLIC_URL: balancer.url,
    ARGUS_DATABASE_URL: databaseUrl,
    ARGUS_SECRET_KEY: 'the key of all supervisors of this test',
    ARGUS_ADMIN_PASSWORD: 'correct horse battery',
    ARGUS_ADMIN_TOKEN: TOKEN,
    ARGUS_LOCAL_BOT: '0',
  };
  const supervisors = await Promise.all(
    ports.map((one, index) =>
      startOne({ ...shared, ARGUS_PORT: String(one), ARGUS_DATA_DIR: join(home, `data-${index}`) }, one),
    ),
  );
  for (const { stop } of supervisors) resources.defer(stop);

  const client = createClient({ baseUrl: balancer.url, token: TOKEN, customer: 'demo' });
  const { code } = await client.createEnrollment({ body: {} });
  const bot = startBot(balancer.url, join(home, 'bot'), code);
  resources.defer(() => end(bot));
  const { id } = await until(
    async () =>
      (await client.listHosts()).find((one) => one.hostname === 'fleet-bot' && one.status === 'online'),
    { timeoutMs: 60_000 },
  );
  const owned = resources.move();
  return {
    supervisors,
    balancer,
    client,
    token: TOKEN,
    host: id,
    scratch,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startOne(settings: Record<string, string>, port: number): Promise<Supervisor> {
  let running: Running | undefined = await run(settings);
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    client: createClient({ baseUrl: url, token: TOKEN, customer: 'demo' }),
    async kill() {
      await running?.kill();
      running = undefined;
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    async start() {
      running = await run(settings);
    },
    async botsWaiting() {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^argus_bots_waiting (\d+)$/m.exec(text)?.[1] ?? 0);
    },
  };
}

function startBot(url: string, directory: string, code: string): ChildProcess {
  return spawn(process.execPath, ['apps/bot/src/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      ARGUS_URL: url,
      ARGUS_BOT_DIR: directory,
      ARGUS_BOT_HOSTNAME: 'fleet-bot',
      ARGUS_BOT_WITH_PARENT: '1',
      ARGUS_ENROLL_CODE: code,
      ARGUS_LOG_LEVEL: 'error',
    },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
}
