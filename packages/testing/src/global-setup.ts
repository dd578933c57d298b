import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openCluster, placeFor, type Connection } from '@argus/postgres';
import pg from 'pg';
import type { TestProject } from 'vitest/node';

/** The migrated, empty database that every test database is a copy of. */
export const TEMPLATE = 'argus_template';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The PostgreSQL of this run: as the application, and as its superuser. */
    postgres: { application: Connection; admin: Connection };
    /** A directory that goes at the end of the run: for what a worker makes once, since a worker is ended without a word. */
    runDirectory: string;
  }
}

/** Opens one private PostgreSQL for the whole run, with the schema in a template. Answers how to take it away. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const resources = new AsyncDisposableStack();
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'argus-test-'));
    resources.defer(() => rm(dataDir, { recursive: true, force: true }));
    // as root, PostgreSQL runs as a user of its own, who must get through
    await chmod(dataDir, 0o711);
    const { socketDir, data } = await placeFor(dataDir);
    resources.defer(() => rm(socketDir, { recursive: true, force: true }));
    resources.defer(clearAwayAfterKill(data, dataDir));
    const cluster = resources.use(
      await openCluster({
        dataDir,
        fsync: false,
        log: () => undefined,
        // nothing lives long enough to be vacuumed, and a worker in a database would keep it from being dropped
        settings: { max_connections: '300', autovacuum: 'off' },
      }),
    );
    await makeTemplate(cluster.connection);
    project.provide('runDirectory', dataDir);
    project.provide('postgres', { application: cluster.connection, admin: cluster.admin });
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
  return () => resources.disposeAsync();
}

async function makeTemplate(connection: Connection): Promise<void> {
  const client = new pg.Client(connection);
  try {
    await client.connect();
    await client.query(`create database ${TEMPLATE}`);
  } finally {
    await client.end();
  }
  const migrations = join(import.meta.dirname, '../../../apps/supervisor/migrations');
  await migrate({ ...connection, database: TEMPLATE }, migrations, { log: () => undefined });
}

/** Waits for the end of this process, however it comes, and then stops the server that it could not stop. */
const CLEAR_AWAY = `
read -r _
pid=$(head -n 1 "$1/postmaster.pid") || exit 0
kill -INT "$pid"
while kill -0 "$pid"; do sleep 0.1; done
rm -rf "$2"`;

function clearAwayAfterKill(data: string, dataDir: string): () => void {
  const waiting = spawn('sh', ['-c', CLEAR_AWAY, 'sh', data, dataDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  waiting.unref();
  const line = waiting.stdin as Socket;
  line.unref();
  return () => line.end();
}
