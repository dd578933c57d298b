import { createTestDatabase, type TestDatabase } from '@argus/testing';
import { startServer, type Server } from './server.ts';

/**
 * A supervisor and its bot as real processes, on a new database of the PostgreSQL that all tests share: half the work
 * of a start. For who is after the page, and not after what a first start, a crash or a restart makes of data.
 */
export async function startPageServer(env: Record<string, string> = {}): Promise<Server> {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await createTestDatabase());
  const server = resources.use(await startServer({ ARGUS_DATABASE_URL: urlOf(database), ...env }));
  const owned = resources.move();
  return { ...server, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** As a supervisor takes it in `ARGUS_DATABASE_URL`. */
export function urlOf({ connection: { user, database, host, port } }: TestDatabase): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}&sslmode=disable`;
}
