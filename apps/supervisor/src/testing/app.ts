import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Role } from '@argus/contract';
import type pg from 'pg';
import { pino } from 'pino';
import { createApp, type App } from '../app.ts';
import { accessQueries } from '../features/access/index.ts';
import { secretBox } from '../platform/crypto.ts';
import { openDatabase, type Database } from '../platform/database.ts';
import type { Log } from '../platform/log.ts';
import { createMail } from '../platform/mail.ts';
import { createMetrics } from '../platform/metrics.ts';
import { allowedHosts } from '../platform/outbound-rules.ts';
import { createOutbound } from '../platform/outbound.ts';
import type { Platform } from '../platform/platform.ts';
import { createSharedBus } from '../platform/shared-bus.ts';
import { createSupervisors } from '../platform/supervisors.ts';
import { createThrottle } from '../platform/throttle.ts';
import { httpClient, type Answer, type RequestOptions } from './http.ts';
import {
  addAgent,
  addHost,
  addScript,
  addTask,
  type TestAgent,
  type TestHost,
  type TestScript,
  type TestTask,
} from './objects.ts';
import { addPeople, addPerson, PASSWORD, type Person } from './people.ts';

/** Two supervisors of a test find each other within this time. */
const BEAT_MS = 100;
const SECRET_KEY = 'the secret key that tests encrypt with';

/** An organization with its people and one object of each kind. */
interface TestCustomer {
  id: string;
  name: string;
  people: Record<Role, Person>;
  host: TestHost;
  script: TestScript;
  task: TestTask;
  /** An existing agent with a task of its own. */
  agent: TestAgent & { taskId: string };
}

/** A supervisor of the real parts on a database of the test, listening on a free port of 127.0.0.1. */
export interface TestSupervisor extends AsyncDisposable {
  url: string;
  app: App;
  platform: Platform;
  db: Database;
  /** All lines of its log, from the level trace on. */
  logged: readonly string[];
  /** Sends a request exactly as given, and checks the answer against the contract. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  /** Adds a text that must never be in the log; those that answers give out are added by themselves. */
  keepSecret(text: string): void;
  /** Begins to stop, as with SIGTERM: what waits is answered. */
  stop(): void;
}

export interface TestApp extends TestSupervisor {
  demo: TestCustomer;
  other: TestCustomer;
  /** An administrator of the server who is a viewer in demo. */
  instanceAdmin: Person;
}

export interface TestSettings {
  /** Where its mails go; nowhere where left out. */
  smtpUrl?: string;
  /** Whose `X-Forwarded-For` is believed: a test comes from any address with `['127.0.0.1']`. */
  trustedProxies?: string[];
  /** Whether people may have their devices told; they may if left out. */
  push?: boolean;
  /** How long a request may take to arrive, milliseconds. */
  arrivalMs?: number;
  /** How long a poll of a bot with nothing to do is held, milliseconds. */
  idleHoldMs?: number;
}

/** Starts a supervisor. At its end it checks that its log holds no secret that it gave out. */
export async function startSupervisor(
  connection: pg.PoolConfig,
  { smtpUrl, trustedProxies = [], push = true, arrivalMs, idleHoldMs }: TestSettings = {},
): Promise<TestSupervisor> {
  await using resources = new AsyncDisposableStack();
  const logged: string[] = [];
  const secrets = new Set<string>([SECRET_KEY, PASSWORD]);
  resources.defer(() => assertNothingSecret(logged, secrets));
  const log = pino(
    { level: 'trace', base: undefined },
    { write: (line: string) => void logged.push(line) },
  ) as Log;
  const db = resources.use(openDatabase({ ...connection, max: 8 }, log));
  const supervisors = createSupervisors({ db, log, version: 'test', everyMs: BEAT_MS });
  const stopping = new AbortController();
  let url = '';
  const platform: Platform = {
    db,
    log,
    bus: resources.use(createSharedBus({ db, connection, supervisors, log })),
    supervisors,
    metrics: createMetrics(),
    box: secretBox(SECRET_KEY),
    mail: createMail({ smtpUrl, from: 'Argus <argus@argus.test>' }, log),
    throttle: createThrottle(db),
    // what tests call stands on this machine; by its name it stays refused
    outbound: createOutbound(allowedHosts(['127.0.0.1'])),
    publicUrl: () => url,
    stopping: stopping.signal,
  };
  const webDist = join(import.meta.dirname, 'no-page');
  const app = resources.use(
    await createApp(platform, {
      webDist,
      trustedProxies,
      push,
      ...(arrivalMs !== undefined && { arrivalMs }),
      ...(idleHoldMs !== undefined && { idleHoldMs }),
    }),
  );
  await app.server.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`;
  const client = resources.use(httpClient(url));
  // first of all: held polls and streams end, so that the server can close
  resources.defer(() => stopping.abort());

  const owned = resources.move();
  return {
    url,
    app,
    platform,
    db,
    logged,
    async request(method, path, options) {
      const answer = await client.send(method, path, options);
      for (const secret of secretsIn(answer.body)) secrets.add(secret);
      return answer;
    },
    keepSecret: (text) => void secrets.add(text),
    stop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A supervisor with two organizations: `demo`, and `other` whose objects do not exist for demo. */
export async function startTestApp(connection: pg.PoolConfig, settings?: TestSettings): Promise<TestApp> {
  const supervisor = await startSupervisor(connection, settings);
  try {
    const demo = await addCustomer(supervisor, 'demo');
    const other = await addCustomer(supervisor, 'other');
    const instanceAdmin = await addPerson(supervisor.db, demo.id, 'instance@demo.test', 'viewer', {
      instanceAdmin: true,
    });
    supervisor.keepSecret(instanceAdmin.token);
    return { ...supervisor, demo, other, instanceAdmin };
  } catch (error) {
    await supervisor[Symbol.asyncDispose]();
    throw error;
  }
}

async function addCustomer(
  { db, platform, keepSecret }: TestSupervisor,
  name: string,
): Promise<TestCustomer> {
  const { id } = await accessQueries(db).insertCustomer(name, `The ${name} organization`);
  const people = await addPeople(db, id, `${name}.test`);
  const host = await addHost(db, id, `${name}-bot`);
  const script = await addScript(db, id);
  const task = await addTask(platform, id, { host_id: host.id, script_id: script.id });
  const agent = await addAgent(db, id, `${name}-agent`);
  const agentTask = await addTask(platform, id, {
    host_id: agent.hostId,
    script_id: script.id,
    name: 'On an agent',
  });
  keepSecret(agent.secret);
  keepSecret(agent.token);
  for (const { token } of Object.values(people)) keepSecret(token);
  keepSecret(host.credential);
  keepSecret(task.secret);
  return { id, name, people, host, script, task, agent: { ...agent, taskId: agentTask.id } };
}

const SECRET_FIELDS = new Set([
  'access_token',
  'token',
  'secret',
  'client_secret',
  'code',
  'credential',
  'link',
]);

/** What of an answer nobody else may see: texts of 32 characters or more in fields with such names. */
function secretsIn(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) =>
    typeof value === 'string' && value.length >= 32 && SECRET_FIELDS.has(key)
      ? // of a link the part behind `#` is the secret
        [value.replace(/^.*#/, '')]
      : secretsIn(value),
  );
}

function assertNothingSecret(logged: readonly string[], secrets: ReadonlySet<string>): void {
  const text = logged.join('');
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    if (at >= 0) throw new Error(`a secret was logged: ${text.slice(Math.max(0, at - 300), at + 300)}`);
  }
}
