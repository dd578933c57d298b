import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createClient, type Client } from '@argus/client';
import { openCluster, type Cluster } from '@argus/postgres';
import { startTcpProxy, type TcpProxy } from '@argus/testing/tcp-proxy';
import { until } from '@argus/testing/until';
import { endScripts, freePort } from '../server.ts';
import { startMessageLink, type MessageLink } from './message-link.ts';
import { BOTS, processes, SMALL_DISK_BOT, SUPERVISORS, type LinkName, type ProcessName } from './plan.ts';
import { managed, type Managed } from './processes.ts';
import { ARGUMENTS, scriptFor, TASKS } from './workload.ts';

const TOKEN = 'faults-token-0123456789-0123456789-0123456789';
export const LABEL = 'faults';
const CUSTOMER = 'demo';
/** How long a supervisor that is asked may take, before the other one is, milliseconds. */
const ANSWER_MS = 5_000;
/** As much as a bot needs, and its floor of free space. */
const DISK_MB = 32;
const MIN_FREE_MB = 4;

/** A link that can be bad in two ways: as a stream of bytes, and as a bringer of messages. */
export interface Link {
  bytes: TcpProxy;
  messages: MessageLink;
}

/** All that a campaign plays with: real processes on one real PostgreSQL. */
export interface Stage extends AsyncDisposable {
  home: string;
  witness: string;
  cluster: Cluster;
  processes: ReadonlyMap<ProcessName, Managed>;
  links: ReadonlyMap<LinkName, Link>;
  /** Where callers call. */
  callers: string;
  token: string;
  customer: string;
  /** Ids of tasks by their names. */
  tasks: ReadonlyMap<string, string>;
  /** Asks the supervisors themselves, each in turn until one answers; undefined where none does. */
  ask<T>(question: (client: Client) => Promise<T>): Promise<T | undefined>;
  /** Milliseconds by which the wall clock of a process is off. */
  setClock(who: ProcessName, shiftMs: number): Promise<void>;
  /** Undefined where no small disk can be had here. */
  disk: { fill(): void; makeRoom(): void } | undefined;
  /** Directory of a bot. */
  directoryOf(bot: string): string;
  logOf(who: string): string;
}

/** Starts everything and makes the tasks. */
export async function setStage(): Promise<Stage> {
  await using resources = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'argus-faults-'));
  resources.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  // the unprivileged users of the database and of scripts must get through
  await chmod(home, 0o755);
  const witness = join(home, 'witness');
  for (const directory of [witness, join(home, 'logs'), join(home, 'clocks')]) await mkdir(directory);
  await chmod(witness, 0o777);

  const cluster = resources.use(
    await openCluster({
      dataDir: join(home, 'db'),
      log: ({ level, msg, ...rest }) =>
        appendFileSync(join(home, 'logs/postgres'), `${level} ${msg} ${JSON.stringify(rest)}\n`),
    }),
  );
  const abandon = () => process.kill(cluster.pid, 'SIGINT');
  process.once('exit', abandon);
  resources.defer(() => void process.removeListener('exit', abandon));
  const ports: number[] = [];
  while (ports.length < SUPERVISORS) ports.push(await freePort());
  const links = new Map<LinkName, Link>();
  for (const name of ['callers', ...botNames()] as LinkName[]) {
    const messages = resources.use(await startMessageLink(ports));
    links.set(name, { messages, bytes: resources.use(await startTcpProxy([messages])) });
  }
  const urlOf = (link: LinkName) => links.get(link)?.bytes.url ?? '';
  const disk = smallDisk(join(home, `bot-${SMALL_DISK_BOT}`));
  resources.defer(() => disk?.remove());
  resources.defer(() => endScripts(home));

  const shared = (name: ProcessName) => ({
    ARGUS_LOG_LEVEL: 'info',
    ARGUS_FAULT_CLOCK: join(home, 'clocks', name),
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'clock.mjs')).href}`,
    NODE_COMPILE_CACHE:
      process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '../../.cache/node-faults'),
  });
  const logOf = (who: string) => join(home, 'logs', who);
  const all = new Map<ProcessName, Managed>();
  for (const name of processes()) {
    const number = Number(name.at(-1));
    const isSupervisor = name.startsWith('supervisor');
    const env: Record<string, string> = isSupervisor
      ? {
          ARGUS_HOST: '127.0.0.1',
          ARGUS_PORT: String(ports[number]),
          ARGUS_PUBLIC_URL: urlOf('callers'),
          ARGUS_DATABASE_URL: databaseUrl(cluster),
          ARGUS_DATA_DIR: join(home, `data-${number}`),
          ARGUS_SECRET_KEY: 'the key of all supervisors of this campaign',
          ARGUS_ADMIN_PASSWORD: 'correct horse battery',
          ARGUS_ADMIN_TOKEN: TOKEN,
          ARGUS_CUSTOMER: CUSTOMER,
          ARGUS_LOCAL_BOT: '0',
        }
      : {
          ARGUS_URL: urlOf(name as LinkName),
          ARGUS_BOT_DIR: join(home, `bot-${number}`),
          ARGUS_BOT_HOSTNAME: name.replace(' ', '-'),
          ARGUS_BOT_LABELS: LABEL,
          ARGUS_BOT_SLOTS: '6',
          ARGUS_BOT_MIN_FREE_MB: String(MIN_FREE_MB),
          ARGUS_BOT_WITH_PARENT: '1',
        };
    const program = `apps/${isSupervisor ? 'supervisor' : 'bot'}/src/main.ts`;
    const options = { name, program, env: { ...shared(name), ...env }, log: logOf(name) };
    all.set(name, resources.use(managed({ ...options, saysReady: isSupervisor })));
  }
  const of = (prefix: string) => [...all].filter(([name]) => name.startsWith(prefix));
  await Promise.all(of('supervisor').map(([, one]) => one.start()));

  const direct = ports.map((port) =>
    createClient({
      baseUrl: `http://127.0.0.1:${port}`,
      token: TOKEN,
      customer: CUSTOMER,
      fetch: (input, init) => fetch(input, { signal: AbortSignal.timeout(ANSWER_MS), ...init }),
    }),
  );
  const client = createClient({
    baseUrl: `http://127.0.0.1:${ports[0]}`,
    token: TOKEN,
    customer: CUSTOMER,
  });
  for (const [name, bot] of of('bot')) {
    const { code } = await client.createEnrollment({ body: {} });
    // read once at its first start
    await mkdir(join(home, `bot-${name.at(-1)}`), { recursive: true });
    await enroll(bot, code);
  }
  const hosts = await until(
    async () => {
      const online = (await client.listHosts()).filter(({ status }) => status === 'online');
      return online.length === BOTS && online;
    },
    { what: 'all bots online', timeoutMs: 60_000 },
  );
  const tasks = await makeTasks(client, witness, new Map(hosts.map(({ hostname, id }) => [hostname, id])));

  const owned = resources.move();
  let turn = 0;
  return {
    home,
    witness,
    cluster,
    processes: all,
    links,
    callers: urlOf('callers'),
    token: TOKEN,
    customer: CUSTOMER,
    tasks,
    async ask(question) {
      for (let tries = 0; tries < direct.length; tries++) {
        try {
          return await question(direct[turn % direct.length] as Client);
        } catch {
          turn++;
        }
      }
      return undefined;
    },
    setClock: (who, shiftMs) => writeFile(join(home, 'clocks', who), String(shiftMs)),
    disk,
    directoryOf: (bot) => join(home, `bot-${bot.at(-1)}`),
    logOf,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };

  /** The code is in the environment of its first process alone. */
  async function enroll(bot: Managed, code: string): Promise<void> {
    process.env['ARGUS_ENROLL_CODE'] = code;
    try {
      await bot.start();
    } finally {
      delete process.env['ARGUS_ENROLL_CODE'];
    }
  }
}

function botNames(): LinkName[] {
  return processes().filter((name) => name.startsWith('bot')) as LinkName[];
}

function databaseUrl({ connection: { user, database, host, port } }: Cluster): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}&sslmode=disable`;
}

async function makeTasks(
  client: Client,
  witness: string,
  hosts: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const content = scriptFor(witness);
  const script = await client.createScript({ body: { filename: 'job.pl', content } });
  const made = new Map<string, string>();
  for (const { name, bot, alone, maxRunning, retries, timeout, onLost, lostAfter } of TASKS) {
    const place = bot === undefined ? { host_labels: [LABEL] } : { host_id: hosts.get(`bot-${bot}`) ?? null };
    const { id } = await client.createTask({
      body: {
        name,
        ...place,
        script_id: script.id,
        run_as: 'perl %script%',
        task_arguments: ARGUMENTS.map((label) => ({
          type: 'input' as const,
          label,
        })),
        on_lost: onLost,
        lost_after: lostAfter,
        kill_grace: 1,
        ...(alone && { multitasking: false }),
        ...(maxRunning !== undefined && { max_running: maxRunning }),
        ...(retries !== undefined && { retries: { limit: retries, delay: 0 } }),
        ...(timeout !== undefined && { timeout }),
      },
    });
    made.set(name, id);
  }
  return made;
}

/** A file system of its own, so small that it can be filled; undefined where this user may not mount one. */
function smallDisk(path: string) {
  spawnSync('mkdir', ['-p', path]);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=711`, 'none', path]);
  if (mounted.status !== 0) return undefined;
  const file = join(path, 'fill');
  return {
    fill() {
      try {
        for (;;) appendFileSync(file, Buffer.alloc(64 * 1024));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    makeRoom: () => rmSync(file, { force: true }),
    remove: () => void spawnSync('umount', ['-l', path]),
  };
}
