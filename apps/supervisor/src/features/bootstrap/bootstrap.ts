import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashPassword, hashToken, newSecretKey, newToken, sha256Hex } from '../../platform/crypto.ts';
import { exclusively } from '../../platform/lock.ts';
import type { Platform } from '../../platform/platform.ts';
import { writeSecret } from '../../platform/secret-file.ts';
import type { Settings } from '../../settings.ts';
import { accessQueries } from '../access/index.ts';
import { hostQueries } from '../bots/index.ts';
import { scriptQueries } from '../scripts/index.ts';
import { taskQueries } from '../tasks/index.ts';
import { SAMPLES } from './samples.ts';

/** What a first start made, for the greeting. Secrets are in the files named here. */
export interface FirstStart {
  customer: string;
  email: string;
  /** The name of the bot on the machine of the first start; it keeps it when the machine is renamed. */
  hostname: string;
  /** A sample task that a curl line can run. */
  sampleTask: string;
}

const DONE = 'bootstrap';

/**
 * Makes the organization, the first person (owner, and administrator of this server), an integration token, the
 * local bot and the sample tasks, once. Answers what was made, now or at the first start.
 */
export function bootstrap(
  platform: Platform,
  settings: Settings,
  hostname: string,
): Promise<{ first: boolean; made: FirstStart }> {
  // of several supervisors that start on an empty database at once, one makes it all and the others find it made
  return exclusively(platform.db, DONE, () => makeOnce(platform, settings, hostname));
}

async function makeOnce(
  platform: Platform,
  settings: Settings,
  hostname: string,
): Promise<{ first: boolean; made: FirstStart }> {
  const { db, box } = platform;
  const done = await db.kysely
    .selectFrom('settings')
    .select('value')
    .where('key', '=', DONE)
    .executeTakeFirst();
  if (done) {
    warnOfChanges(platform, settings, done.value as Remembered);
    return { first: false, made: (done.value as Remembered).made };
  }

  const access = accessQueries(db);
  const password = settings.adminPassword ?? newSecretKey().slice(0, 24);
  const token = settings.adminToken ?? newToken('token');
  const made: FirstStart = {
    customer: settings.customer,
    email: settings.adminEmail,
    hostname,
    sampleTask: '',
  };
  // the files first: a start that is cut short after them makes everything anew, one cut before leaves no trace
  await writeSecret(passwordFile(settings), password);
  await writeSecret(tokenFile(settings), token);
  await clearHalfDone(platform, settings);

  const customer = await access.insertCustomer(settings.customer, settings.customer);
  const user = await access.insertUser({
    email: settings.adminEmail,
    name: 'Administrator',
    password_hash: await hashPassword(password),
    instance_admin: true,
  });
  await access.insertMember(customer.id, user.id, 'owner');
  await access.insertToken({
    kind: 'integration',
    hash: hashToken(token),
    customer_id: customer.id,
    name: 'first token',
    role: 'admin',
    created_by: 'first start',
  });
  const host = await hostQueries(db).ensure(customer.id, hostname);

  for (const { file, ...sample } of SAMPLES) {
    const data = await readFile(join(import.meta.dirname, 'samples', file));
    const script = await scriptQueries(db).create(
      customer.id,
      sample.description,
      { filename: file, sha256: sha256Hex(data), data },
      'first start',
    );
    const secret = newSecretKey();
    const values = {
      ...sample,
      task_arguments: JSON.stringify(sample.task_arguments),
      host_id: host.id,
      script_id: script.id,
      env_cipher: null,
      timeout: null,
      pool_id: null,
      max_running: null,
      policy: '{}',
      acls: ['viewer', 'user', 'manager'],
    };
    const id = await taskQueries(db).insert(
      customer.id,
      values,
      { hash: hashToken(secret), cipher: box.seal(secret) },
      'first start',
    );
    if (made.sampleTask === '') made.sampleTask = id;
  }
  const remembered: Remembered = { made, tokenHash: hashToken(token).toString('hex') };
  await db.kysely
    .insertInto('settings')
    .values({ key: DONE, value: JSON.stringify(remembered) })
    .execute();
  return { first: true, made };
}

export function passwordFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'admin-password');
}

export function tokenFile({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'admin-token');
}

interface Remembered {
  made: FirstStart;
  /** Hex. */
  tokenHash: string;
}

/** What a first start that was killed half-way left is taken away: nobody has used it yet. */
async function clearHalfDone({ db }: Platform, settings: Settings): Promise<void> {
  await db.kysely.deleteFrom('tasks').execute();
  await db.kysely.deleteFrom('customers').where('name', '=', settings.customer).execute();
  await db.kysely.deleteFrom('users').where('email', '=', settings.adminEmail).execute();
}

function warnOfChanges(
  { log }: Platform,
  { adminToken, adminPassword, customer }: Settings,
  { made, tokenHash }: Remembered,
): void {
  if (adminToken !== undefined && hashToken(adminToken).toString('hex') !== tokenHash) {
    log.warn(
      'ARGUS_ADMIN_TOKEN differs from the first start and is not used: make tokens on the page or with the API',
    );
  }
  if (adminPassword !== undefined) log.info('ARGUS_ADMIN_PASSWORD is used at the first start only');
  if (customer !== made.customer)
    log.warn(
      `ARGUS_CUSTOMER differs from the first start (${made.customer}) and is not used: make organizations with the API`,
    );
}
