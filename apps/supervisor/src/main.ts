import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ClusterError, MigrationError } from '@argus/postgres';
import { createApp } from './app.ts';
import { RESTORING } from './backup/data-directory.ts';
import { accessQueries } from './features/access/index.ts';
import { bootstrap, type FirstStart } from './features/bootstrap/index.ts';
import { hostQueries, newEnrollmentCode } from './features/bots/index.ts';
import { UNRESPONSIVE_AFTER_MS } from './features/jobs/index.ts';
import { greeting } from './greeting.ts';
import { enrolledName, startLocalBot } from './local-bot.ts';
import { secretBox, type SecretBox } from './platform/crypto.ts';
import type { Database } from './platform/database.ts';
import { limitHeapGrowth } from './platform/heap.ts';
import { lockFile } from './platform/lock-file.ts';
import { createLog, type Log } from './platform/log.ts';
import { createMail } from './platform/mail.ts';
import { createMetrics } from './platform/metrics.ts';
import { allowedHosts } from './platform/outbound-rules.ts';
import { createOutbound } from './platform/outbound.ts';
import { readOrMakeSecret } from './platform/secret-file.ts';
import { createSharedBus } from './platform/shared-bus.ts';
import { createSupervisors } from './platform/supervisors.ts';
import { createThrottle } from './platform/throttle.ts';
import { readSettings, SettingsError, type Settings } from './settings.ts';
import { problemOfDataDir, problemOfListening, StartError } from './start-problems.ts';
import { openStore } from './store.ts';
import { VERSION } from './version.ts';

/** Stopping takes at most this long, whatever hangs (design §8). */
const STOP_MS = 7_500;
/** How long the local bot may take to come before the start says so and goes on. */
const BOT_WAIT_MS = 10_000;

async function start(settings: Settings): Promise<void> {
  limitHeapGrowth();
  const log = createLog(settings.logLevel);
  const stopping = new AbortController();
  await using running = new AsyncDisposableStack();
  onStop(stopping);

  await makeDataDir(settings.dataDir);
  const lock = lockFile(join(settings.dataDir, 'lock'));
  if (lock === undefined)
    throw new StartError(
      `Argus is running on ${settings.dataDir} already (or a backup of it is being made). Stop it first, or set ARGUS_DATA_DIR and ARGUS_PORT to start a second one.`,
    );
  running.use(lock);
  if (existsSync(join(settings.dataDir, RESTORING)))
    throw new StartError(
      `A restore into ${settings.dataDir} did not come to its end: run it again (npm run argus -- restore FILE), or empty the directory to begin anew.`,
    );

  await assertFree(settings);

  const store = running.use(await openStore(settings.dataDir, settings.databaseUrl, log, stopping.signal));
  const { db, connection } = store;
  const box = secretBox(settings.secretKey ?? (await readOrMakeSecret(join(settings.dataDir, 'secret-key'))));
  await assertSameKey(db, box);

  const supervisors = createSupervisors({ db, log, version: VERSION });
  let url = settings.publicUrl;
  const platform = {
    db,
    log,
    box,
    bus: running.use(
      createSharedBus({
        db,
        connection,
        supervisors,
        expectsOthers: settings.databaseUrl !== undefined,
        log,
      }),
    ),
    supervisors,
    metrics: createMetrics(),
    mail: createMail({ smtpUrl: settings.smtpUrl, from: settings.mailFrom }, log),
    throttle: createThrottle(db),
    outbound: createOutbound(allowedHosts(settings.allowPrivateUrls)),
    publicUrl: () => url,
    stopping: stopping.signal,
  };
  const { first, made } = await bootstrap(platform, settings, sanitize(hostname()));

  const app = running.use(
    await createApp(platform, {
      webDist: join(import.meta.dirname, '../../web/dist'),
      trustedProxies: settings.trustedProxies,
      push: settings.push,
      tls: settings.tls,
    }),
  );
  const address = await listen(app.server, settings);
  url ||= address;
  // for `argus stop` and the other commands on this machine
  await writeFile(
    join(settings.dataDir, 'supervisor.json'),
    JSON.stringify({ pid: process.pid, url: address }),
  );

  if (settings.localBot)
    await startOwnBot(running, { db, log, settings, made, local: address, url, signal: stopping.signal });

  if (!stopping.signal.aborted) {
    const elsewhere = store.cluster?.place.relocated ? store.cluster.place.root : undefined;
    process.stdout.write(greeting(settings, { url, made, first, elsewhere, terminal: process.stdout.isTTY }));
    process.stdout.write(`ready ${address}\n`);
    if (process.getuid?.() !== 0 && first)
      log.warn(
        'not started as root: scripts run with the rights of the user who started Argus (see SECURITY.md)',
      );
  }
  await aborted(stopping.signal);
  log.info(
    'stopping: running scripts go on and are picked up at the next start; `npm run argus -- stop --jobs` ends them too',
  );
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true });
    // as root, other system users pass through to the places that are theirs; secrets are files of mode 0600
    await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (error) {
    throw problemOfDataDir(dataDir, error) ?? error;
  }
}

interface OwnBot {
  db: Database;
  log: Log;
  settings: Settings;
  made: FirstStart;
  /** This supervisor's own address, and the public one. */
  local: string;
  url: string;
  signal: AbortSignal;
}

/** Starts the bot of this machine, unless somebody else runs one of its name, and waits until it came. */
async function startOwnBot(
  running: AsyncDisposableStack,
  { db, log, settings, made, local, url, signal }: OwnBot,
): Promise<void> {
  const since = new Date();
  const hosts = hostQueries(db);
  const customer = await accessQueries(db).customerByName(made.customer);
  if (customer === undefined)
    throw new StartError(
      `The organization ${made.customer} of the first start is gone: set ARGUS_LOCAL_BOT=0.`,
    );
  const dir = join(settings.dataDir, 'bot');
  const enrolled = enrolledName(dir);
  const shared = settings.databaseUrl !== undefined;
  // supervisors on one database have each a bot with the name of its machine, not that of the first start
  const name = enrolled ?? (shared ? sanitize(hostname()) : made.hostname);
  const host = await hosts.ensure(customer.id, name);
  const seen = (await hosts.get(customer.id, host.id))?.last_seen_at?.getTime() ?? 0;
  if (shared && enrolled === undefined && Date.now() - seen < UNRESPONSIVE_AFTER_MS) {
    log.warn(
      { bot: name },
      'a bot of this name runs already, so none is started here: set ARGUS_LOCAL_BOT=0',
    );
    return;
  }
  const bot = await startLocalBot(
    {
      url: settings.tls ? url : local,
      dir,
      hostname: name,
      slots: settings.botSlots,
      runUser: settings.runUser,
      logLevel: settings.logLevel,
      enroll: async () => (await newEnrollmentCode(accessQueries(db), customer.id, 'local bot', name)).code,
      known: () => hosts.hasCredential(host.id),
    },
    log,
  );
  running.use(bot);
  if (!(await seenSince(() => hosts.get(customer.id, host.id), since, signal)))
    log.warn('the local bot has not come yet; its messages are above');
}

/** The first signal stops in good order; a second one, or hanging, ends the process at once. */
function onStop(stopping: AbortController): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(1);
      stopping.abort();
      setTimeout(() => process.exit(0), STOP_MS).unref();
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** That its address cannot be had is told before a first start makes its database: that takes seconds. */
async function assertFree({ host, port }: Settings): Promise<void> {
  const server = createServer();
  await orProblem(host, port, once(server.listen({ host, port }), 'listening'));
  await new Promise((resolve) => server.close(resolve));
}

async function listen(
  server: Awaited<ReturnType<typeof createApp>>['server'],
  { host, port, tls }: Settings,
): Promise<string> {
  await orProblem(host, port, server.listen({ host, port }));
  const address = server.server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host;
  return `${tls ? 'https' : 'http'}://${shown}:${address.port}`;
}

async function orProblem(host: string, port: number, listening: Promise<unknown>): Promise<void> {
  try {
    await listening;
  } catch (error) {
    throw problemOfListening(host, port, error) ?? error;
  }
}

/** A data directory opened with another key would show garbage instead of secrets: better not to start. */
async function assertSameKey({ kysely }: Database, { fingerprint }: SecretBox): Promise<void> {
  await kysely
    .insertInto('settings')
    .values({ key: 'secret_key', value: JSON.stringify({ fingerprint }) })
    .onConflict((on) => on.column('key').doNothing())
    .execute();
  const { value } = await kysely
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'secret_key')
    .executeTakeFirstOrThrow();
  if ((value as { fingerprint: string }).fingerprint !== fingerprint) {
    throw new StartError(
      'The secret key is not the one this database was made with: set ARGUS_SECRET_KEY (the same for every supervisor on one database), or bring back the file secret-key in the data directory.',
    );
  }
}

async function seenSince(
  read: () => Promise<{ last_seen_at: Date | null } | undefined>,
  since: Date,
  signal: AbortSignal,
): Promise<boolean> {
  for (const until = Date.now() + BOT_WAIT_MS; Date.now() < until && !signal.aborted;) {
    const host = await read();
    if (host?.last_seen_at && host.last_seen_at >= since) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function sanitize(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'local';
}

try {
  await start(readSettings(process.env, process.argv.slice(2)));
  process.exit(0);
} catch (error) {
  const expected =
    error instanceof StartError ||
    error instanceof SettingsError ||
    error instanceof ClusterError ||
    error instanceof MigrationError;
  process.stderr.write(
    `argus: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}
