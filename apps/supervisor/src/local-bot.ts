import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './platform/log.ts';

export interface LocalBotOptions {
  url: string;
  /** The bot's own directory. */
  dir: string;
  hostname: string;
  slots: number;
  runUser: string | undefined;
  logLevel: string;
  /** Makes an enrolment code; asked for only when the bot has no credential that works. */
  enroll(): Promise<string>;
  /** Whether the supervisor still knows the bot's credential. */
  known(): Promise<boolean>;
}

/** The name under which the bot of this directory was enrolled; undefined for one that never was. */
export function enrolledName(dir: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(dir, 'credential'), 'utf8')) as { hostname: string }).hostname;
  } catch {
    return undefined;
  }
}

const RESTART_MIN_MS = 200;
const RESTART_MAX_MS = 10_000;
const STOP_MS = 5_000;

/**
 * Keeps a bot running on this machine as a process of its own, restarted when it dies. It ends with this process,
 * even when that is killed; the scripts it runs do not.
 */
export async function startLocalBot(options: LocalBotOptions, log: Log): Promise<AsyncDisposable> {
  let stopped = false;
  let child: ChildProcess | undefined;
  let delay = RESTART_MIN_MS;
  let timer: NodeJS.Timeout | undefined;

  async function start(): Promise<void> {
    const { url, dir, hostname, slots, runUser, logLevel } = options;
    const enrolled = existsSync(join(dir, 'credential')) && (await options.known());
    const env = {
      ...process.env,
      ARGUS_URL: url,
      ARGUS_BOT_DIR: dir,
      ARGUS_BOT_HOSTNAME: hostname,
      ARGUS_BOT_SLOTS: String(slots),
      ARGUS_BOT_WITH_PARENT: '1',
      // warm from the second start on: the bot then needs no compiler, and 0.3 s less
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(dir, 'cache'),
      // the bot's own list of levels begins at debug
      ARGUS_LOG_LEVEL: logLevel === 'trace' ? 'debug' : logLevel,
      ...(runUser !== undefined && { ARGUS_RUN_USER: runUser }),
      ...(!enrolled && { ARGUS_ENROLL_CODE: await options.enroll() }),
    };
    for (const secret of [
      'ARGUS_SECRET_KEY',
      'ARGUS_ADMIN_PASSWORD',
      'ARGUS_ADMIN_TOKEN',
      'ARGUS_DATABASE_URL',
    ])
      delete (env as Record<string, unknown>)[secret];
    const started = Date.now();
    const main = join(import.meta.dirname, '../../bot/src/main.ts');
    child = spawn(
      process.execPath,
      [
        '--max-semi-space-size=1',
        '--disable-warning=ExperimentalWarning',
        main,
        ...(enrolled ? [] : ['--enroll']),
      ],
      {
        stdio: ['pipe', 'ignore', 'inherit'],
        env,
      },
    );
    child.on('error', (error) => log.error({ err: error }, 'the local bot could not be started'));
    child.on('exit', (code, signal) => {
      child = undefined;
      if (stopped) return;
      if (Date.now() - started > RESTART_MAX_MS) delay = RESTART_MIN_MS;
      log.warn({ code, signal, ms: delay }, 'the local bot ended and is started again');
      timer = setTimeout(() => void attempt(), delay);
      delay = Math.min(delay * 2, RESTART_MAX_MS);
    });
  }

  async function attempt(): Promise<void> {
    try {
      await start();
    } catch (error) {
      log.error({ err: error }, 'the local bot could not be started');
      if (!stopped) timer = setTimeout(() => void attempt(), RESTART_MAX_MS);
    }
  }

  await start();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      const running = child;
      if (running === undefined) return;
      await new Promise<void>((resolve) => {
        running.once('exit', () => resolve());
        running.kill('SIGTERM');
        setTimeout(() => running.kill('SIGKILL'), STOP_MS).unref();
      });
    },
  };
}
