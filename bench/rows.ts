import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { CUSTOMER, type Server } from './server.ts';

// Rows written past the API where that would take too long: what the columns mean is in the supervisor's migrations.

/** Uses a connection of its own to the supervisor's database; it does not outlive a restart of the server. */
export async function withDatabase<T>(server: Server, use: (database: pg.Client) => Promise<T>): Promise<T> {
  const database = new pg.Client(await server.database());
  await database.connect();
  try {
    return await use(database);
  } finally {
    await database.end();
  }
}

export interface Customer {
  id: string;
  name: string;
}

export interface StoredBot {
  id: string;
  credential: string;
}

export function newId(): string {
  return Date.now().toString(16).padStart(12, '0') + randomBytes(6).toString('hex');
}

/** An SQL expression for an id as the server makes them, a millisecond for each number `n`, then what is random. */
export const idOf = (salt: string): string =>
  `lpad(to_hex(1790000000000 + n), 12, '0') || substr(md5(${salt} || n::text), 1, 12)`;

/** A new secret, and what is stored of it. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: createHash('sha256').update(token).digest() };
}

/** The organization of the first start. */
export async function firstCustomer(database: pg.Client): Promise<Customer> {
  const { rows } = await database.query<Customer>('select id, name from customers where name = $1', [
    CUSTOMER,
  ]);
  return rows[0] as Customer;
}

/** Bots that have enrolled, named `prefix-1` and so on, each with a credential of its own. */
export async function addBots(
  database: pg.Client,
  { id: customer }: Customer,
  prefix: string,
  count: number,
): Promise<StoredBot[]> {
  const bots = Array.from({ length: count }, () => ({ id: newId(), tokenId: newId(), ...newToken() }));
  await database.query(
    `with bot as (
       select * from unnest($2::text[], $3::text[], $4::bytea[]) with ordinality as b(id, token_id, hash, number)
     ), host as (
       insert into hosts (id, customer_id, hostname) select id, $1, $5 || '-' || number from bot
     )
     insert into tokens (id, kind, hash, customer_id, host_id, name) select token_id, 'bot', hash, $1, id, $5 || '-' || number from bot`,
    [
      customer,
      bots.map(({ id }) => id),
      bots.map(({ tokenId }) => tokenId),
      bots.map(({ hash }) => hash),
      prefix,
    ],
  );
  return bots.map(({ id, token }) => ({ id, credential: token }));
}

/** Deletes the bots of `addBots`, with all that is theirs. */
export async function removeBots(database: pg.Client, { id }: Customer, prefix: string): Promise<void> {
  await database.query(`delete from hosts where customer_id = $1 and hostname like $2 || '-%'`, [id, prefix]);
}

/** A script without content. */
export async function addScript(database: pg.Client, { id: customer }: Customer): Promise<string> {
  const script = newId();
  await database.query(
    `with blob as (insert into blobs (sha256, size, data) values ($3, 0, '') on conflict do nothing)
     insert into scripts (id, customer_id, filename, version, sha256, size) values ($1, $2, 'bench.sh', 1, $3, 0)`,
    [script, customer, createHash('sha256').digest('hex')],
  );
  return script;
}
