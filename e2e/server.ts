import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const READY_MS = 60_000;
const STOP_MS = 10_000;

export interface Server extends AsyncDisposable {
  /** Where it answers, e.g. `http://127.0.0.1:41231`. */
  url: string;
  customer: string;
  admin: { email: string; password: string };
  /** The first integration token. */
  token: string;
  dataDir: string;
  /** Of the supervisor as it runs now. */
  pid(): number;
  /** Stops the process and starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Kills supervisor, bot and PostgreSQL with SIGKILL, all at once; launchers and scripts stay. */
  killAll(): Promise<void>;
  /** Starts it again after its death, with more in its environment where given. */
  start(more?: Record<string, string>): Promise<void>;
}

/** A supervisor and its bot as real processes, with a new database, stopped and removed when disposed. */
export async function startServer(env: Record<string, string> = {}): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'argus-e2e-'));
  // the unprivileged users of the database and of scripts must get through
  await chmod(home, 0o755);
  const port = await freePort();
  const admin = { email: 'admin@localhost', password: 'correct horse battery' };
  const token = 'e2e-token-0123456789-0123456789-0123456789';
  const settings = {
    ARGUS_HOST: '127.0.0.1',
    ARGUS_PORT: String(port),
    ARGUS_DATA_DIR: join(home, 'data'),
    ARGUS_ADMIN_EMAIL: admin.email,
    ARGUS_ADMIN_PASSWORD: admin.password,
    ARGUS_ADMIN_TOKEN: token,
    ...env,
  };
  let running = await run(settings).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    customer: 'demo',
    admin,
    token,
    restart: async () => {
      await running.stop();
      running = await run(settings);
    },
    dataDir: settings.ARGUS_DATA_DIR,
    pid: () => running.pid,
    killAll: () => running.kill(),
    start: async (more = {}) => {
      running = await run({ ...settings, ...more });
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await endScripts(home);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Running scripts and what holds them outlive a bot that stops, as they should; not the test that started them. */
export async function endScripts(home: string): Promise<void> {
  const processes = await readdir('/proc').catch(() => []);
  for (const id of processes.filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(home)) continue;
    try {
      process.kill(Number(id), 'SIGKILL');
    } catch {
      // it ended by itself in between
    }
  }
}

/** A supervisor as it runs. */
export interface Running {
  pid: number;
  /** In good order. */
  stop(): Promise<void>;
  /** With SIGKILL, and with it what it started itself. */
  kill(): Promise<void>;
}

/** Starts a supervisor and waits until everything answers. */
export async function run(settings: Record<string, string>): Promise<Running> {
  const child = spawn(process.execPath, ['apps/supervisor/src/main.ts'], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // a test run that is interrupted must not leave it behind
  const abandon = () => child.kill('SIGTERM');
  process.once('exit', abandon);
  child.once('exit', () => process.removeListener('exit', abandon));
  const stop = async () => {
    process.removeListener('exit', abandon);
    await end(child);
  };
  try {
    await ready(child);
  } catch (error) {
    await stop();
    throw error;
  }
  const pid = child.pid as number;
  return { stop, pid, kill: () => killWithChildren(child, pid) };
}

async function killWithChildren(child: ChildProcess, pid: number): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (const victim of [pid, ...childrenOf(pid)]) process.kill(victim, 'SIGKILL');
  await ended;
}

/** The processes that a process started itself: of a supervisor its bot and its PostgreSQL. */
export function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split(/\s+/).filter(Boolean).map(Number);
}

/** Waits for the line `ready http://…`; fails with what the process said when it does not come. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    const fail = (what: string) => {
      clearTimeout(timer);
      reject(new Error(`the supervisor ${what}\n${output}${errors.slice(-4_000)}`));
    };
    const timer = setTimeout(() => fail(`was not ready after ${READY_MS} ms`), READY_MS);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
    child.stderr?.on('data', (part: Buffer) => (errors = (errors + part.toString()).slice(-8_000)));
    child.stdout?.on('data', (part: Buffer) => {
      output += part.toString();
      if (!/^ready http:\/\//m.test(output)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
