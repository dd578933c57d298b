import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient, type Client } from '@argus/client';
import type pg from 'pg';
import { listProcesses } from './processes.ts';

const root = join(import.meta.dirname, '..');
const READY_MS = 60_000;
const STOP_MS = 10_000;
const SHOWN_TROUBLES = 10;
export const CUSTOMER = 'demo';
/** Scripts that the local bot runs at once. */
export const SLOTS = 8;

/** A supervisor with its bot and its private PostgreSQL, as `npm start` runs them, on data of its own. */
export interface Server extends AsyncDisposable {
  /** Where it answers now. */
  readonly url: string;
  readonly token: string;
  /** Process id of the supervisor. */
  readonly pid: number;
  /** Id of the bot that the supervisor runs. */
  readonly bot: string;
  /** A directory that scripts can write to, whoever they run as. */
  readonly scratch: string;
  readonly client: Client;
  readonly profile: string | undefined;
  /** Settings to reach the same database that the supervisor uses. */
  database(): Promise<pg.ClientConfig>;
  /** Process id of PostgreSQL's first process. */
  postgresPid(): Promise<number>;
  /** What it seals secrets with: another supervisor on the same database needs it. */
  secretKey(): Promise<string>;
  /** Stops it and starts it again on the same data; answers how long the start took, milliseconds. */
  restart(): Promise<number>;
}

/** `profile`: a directory for the CPU profiles that supervisors write at their end. */
export async function startServer({ profile }: { profile?: string } = {}): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'argus-bench-'));
  // the unprivileged users of the database and of scripts pass through
  await chmod(home, 0o755);
  const scratch = join(home, 'scratch');
  await mkdir(scratch);
  await chmod(scratch, 0o1777);
  const data = join(home, 'data');

  let running: Running | undefined;
  const dispose = async () => {
    await running?.stop();
    await killLeftovers(data);
    await rm(home, { recursive: true, force: true });
  };
  try {
    running = await run(data, { ARGUS_BOT_SLOTS: String(SLOTS) }, profile);
    const token = (await readFile(join(data, 'admin-token'), 'utf8')).trim();
    const clientOf = (baseUrl: string) => createClient({ baseUrl, token, customer: CUSTOMER });
    let client = clientOf(running.url);
    const [host] = await client.listHosts();
    if (host === undefined) throw new Error('the supervisor has no bot');
    return {
      get url() {
        return running?.url ?? '';
      },
      get pid() {
        return running?.pid ?? 0;
      },
      get client() {
        return client;
      },
      token,
      bot: host.id,
      scratch,
      profile,
      database: () => connectionOf(data),
      postgresPid: async () => Number((await postmasterLines(data))[0]),
      secretKey: async () => (await readFile(join(data, 'secret-key'), 'utf8')).trim(),
      async restart() {
        await running?.stop();
        const begin = performance.now();
        running = await run(data, { ARGUS_BOT_SLOTS: String(SLOTS) }, profile);
        const ms = performance.now() - begin;
        client = clientOf(running.url);
        return ms;
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

interface Running {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Another supervisor on the same PostgreSQL, without a bot of its own. */
export interface Peer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export async function startPeer(server: Server): Promise<Peer> {
  const data = await mkdtemp(join(tmpdir(), 'argus-bench-peer-'));
  const dispose = () => rm(data, { recursive: true, force: true });
  try {
    const { host, port, user, database } = await server.database();
    const { url, pid, stop } = await run(
      data,
      {
        ARGUS_DATABASE_URL: `postgres://${user}@/${database}?host=${encodeURIComponent(String(host))}&port=${port}&sslmode=disable`,
        ARGUS_SECRET_KEY: await server.secretKey(),
        ARGUS_LOCAL_BOT: '0',
      },
      server.profile,
    );
    return {
      url,
      pid,
      async [Symbol.asyncDispose]() {
        await stop();
        await dispose();
      },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function run(data: string, settings: Record<string, string>, profile?: string): Promise<Running> {
  const foreign = Object.keys(process.env).filter((name) => name.startsWith('ARGUS_'));
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...profiling, 'apps/supervisor/src/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      ...Object.fromEntries(foreign.map((name) => [name, undefined])),
      ARGUS_PORT: '0',
      ARGUS_DATA_DIR: data,
      ARGUS_CUSTOMER: CUSTOMER,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stopping = false;
  const stop = () => {
    stopping = true;
    return end(child);
  };
  // a bench that is interrupted stops its first server in peace, and leaves none of the others behind
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  try {
    const url = await readyAddress(child);
    // what it warns of while it is measured spoils the numbers: people must see it
    let troubles = 0;
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (stopping || !/"level":"(warn|error|fatal)"/.test(line) || ++troubles > SHOWN_TROUBLES) return;
      console.error(line.slice(0, 500));
      if (troubles === SHOWN_TROUBLES)
        console.error('what this supervisor warns of from here on is not shown');
    });
    return { url, pid: child.pid as number, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits for the line `ready http://…`; fails with what the process said when it does not come. */
function readyAddress(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = '';
  let errors = '';
  const fail = (what: string) => reject(new Error(`the supervisor ${what}\n${errors}`));
  const timer = setTimeout(() => fail(`was not ready after ${READY_MS} ms`), READY_MS);
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  child.stderr?.setEncoding('utf8').on('data', (part: string) => (errors = (errors + part).slice(-4_000)));
  child.stdout?.on('data', (part: Buffer) => {
    output += part.toString();
    const address = /^ready (http:\S+)\n/m.exec(output)?.[1];
    if (address !== undefined) resolve(address);
  });
  return promise.finally(() => clearTimeout(timer));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

/** Launchers of the bot wait a minute for its next process, and a killed supervisor leaves PostgreSQL running. */
async function killLeftovers(data: string): Promise<void> {
  for (const { pid, command } of await listProcesses()) {
    if (!command.includes(`${data}/`)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended by itself meanwhile
    }
  }
}

/** Its process id is the first line of this file of PostgreSQL, the fourth its port, the fifth its socket's directory. */
async function postmasterLines(data: string): Promise<string[]> {
  return (await readFile(join(data, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n');
}

async function connectionOf(data: string): Promise<pg.ClientConfig> {
  const lines = await postmasterLines(data);
  return { host: lines[4], port: Number(lines[3]), user: 'argus', database: 'argus', ssl: false };
}
