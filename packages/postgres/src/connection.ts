import pg from 'pg';
import { codeOf } from './errors.ts';
import { socketPort } from './place.ts';

/** Settings for `pg.Client` and `pg.Pool`. Complete: no PG* variable of the environment changes it. */
export type Connection = { host: string; port: number; user: string; database: string; ssl: false };

/** Made by initdb; only this package and backups use it. */
export const superuser = 'postgres';

/** Owner of the application's database, and its name. Not a superuser: injected SQL cannot run programs or read files. */
const application = 'argus';

/** How long a server may take to answer whether it is there: milliseconds. */
const patience = 5_000;

/** The connection of the application. */
export function applicationConnection(socketDir: string): Connection {
  return { host: socketDir, port: socketPort, user: application, database: application, ssl: false };
}

/** The connection of the superuser, to the database that always exists. */
export function adminConnection(socketDir: string): Connection {
  return { ...applicationConnection(socketDir), user: superuser, database: 'postgres' };
}

/** The same connection as a URL that `pg` reads. */
export function urlOf({ user, database, host, port }: Connection): string {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}&sslmode=disable`;
}

/** What a server says when somebody asks whether it is there. */
export type Answer = { kind: 'ready'; dataDirectory: string } | { kind: 'recovering' } | { kind: 'silent' };

/** Asks the server once. Never throws: whatever does not answer properly is `silent`. */
export async function ask(connection: Connection): Promise<Answer> {
  try {
    const hurried = { ...connection, connectionTimeoutMillis: patience, query_timeout: patience };
    return await withClient(hurried, async (client) => {
      const { rows } = await client.query<{ dir: string }>(`select current_setting('data_directory') as dir`);
      return { kind: 'ready', dataDirectory: rows[0]?.dir ?? '' };
    });
  } catch (error) {
    // cannot_connect_now: starting up, recovering, or shutting down.
    return { kind: codeOf(error) === '57P03' ? 'recovering' : 'silent' };
  }
}

/** Makes the application's role and database where they are missing. */
export async function ensureApplicationDatabase(socketDir: string): Promise<void> {
  await withClient(adminConnection(socketDir), async (client) => {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $1) as database`,
      [application],
    );
    if (!rows[0]?.role) await client.query(`create role ${application} login createdb`);
    if (!rows[0]?.database) await client.query(`create database ${application} owner ${application}`);
  });
}

async function withClient<T>(config: pg.ClientConfig, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  // A connection that breaks between two statements fails the next one; unheard, it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end();
  }
}
