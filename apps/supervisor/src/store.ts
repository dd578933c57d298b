import { join } from 'node:path';
import { migrate, openCluster, type Cluster, type LogEntry } from '@argus/postgres';
import type pg from 'pg';
import { openDatabase, type Database } from './platform/database.ts';
import type { Log } from './platform/log.ts';
import { problemOfDatabaseUrl } from './start-problems.ts';

export interface Store extends AsyncDisposable {
  db: Database;
  /** What `pg` takes to reach the same database. */
  connection: pg.ClientConfig;
  /** The private cluster; undefined where the database is somebody else's. */
  cluster: Cluster | undefined;
}

/** Opens the database of a data directory, or the one at `databaseUrl`, and brings its schema up to date. */
export async function openStore(
  dataDir: string,
  databaseUrl: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<Store> {
  const tell = ({ level, msg, ...rest }: LogEntry) => log[level](rest, msg);
  const cluster = databaseUrl === undefined ? await openCluster({ dataDir, log: tell, signal }) : undefined;
  try {
    const connection = cluster?.connection ?? { connectionString: databaseUrl as string };
    await migrate(connection, join(import.meta.dirname, '../migrations'), { log: tell, signal });
    const db = openDatabase(connection, log);
    return {
      db,
      connection,
      cluster,
      async [Symbol.asyncDispose]() {
        await db[Symbol.asyncDispose]();
        await cluster?.stop();
      },
    };
  } catch (error) {
    await cluster?.stop();
    throw (databaseUrl === undefined ? undefined : problemOfDatabaseUrl(databaseUrl, error)) ?? error;
  }
}
