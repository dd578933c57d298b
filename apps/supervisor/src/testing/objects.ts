import { accessQueries } from '../features/access/index.ts';
import { agentQueries } from '../features/agents/index.ts';
import { hostQueries } from '../features/bots/index.ts';
import { scriptQueries } from '../features/scripts/index.ts';
import { taskQueries, type TaskValues } from '../features/tasks/index.ts';
import {
  hashToken,
  newSecretKey,
  newToken,
  sha256Hex,
  tokenFor,
  type SecretBox,
} from '../platform/crypto.ts';
import type { Database } from '../platform/database.ts';
import { newId } from '../platform/ids.ts';

export interface TestHost {
  id: string;
  hostname: string;
  credential: string;
}

export async function addHost(db: Database, customerId: string, hostname: string): Promise<TestHost> {
  const { id } = await hostQueries(db).ensure(customerId, hostname);
  const credential = newToken('bot');
  await accessQueries(db).insertToken({
    kind: 'bot',
    hash: hashToken(credential),
    customer_id: customerId,
    host_id: id,
    name: hostname,
  });
  return { id, hostname, credential };
}

/** An existing agent's credential, and the bot that it is for. */
export interface TestAgent {
  id: string;
  secret: string;
  token: string;
  hostId: string;
  hostname: string;
}

export async function addAgent(db: Database, customerId: string, hostname: string): Promise<TestAgent> {
  const host = await hostQueries(db).ensure(customerId, hostname, 'agent');
  const secret = newSecretKey();
  const token = tokenFor('agent', secret);
  const id = newId();
  await agentQueries(db).insert({
    id,
    customer_id: customerId,
    host_id: host.id,
    slots: 1000,
    secret_hash: hashToken(secret),
    token_hash: hashToken(token),
    created_by: 'a test',
  });
  await hostQueries(db).setSlots(host.id, 1000);
  return { id, secret, token, hostId: host.id, hostname };
}

export interface TestScript {
  id: string;
  filename: string;
  content: string;
  sha256: string;
}

export async function addScript(
  db: Database,
  customerId: string,
  filename = 'hello.sh',
  content = `#!/bin/sh\necho hello from ${filename}\n`,
): Promise<TestScript> {
  const data = Buffer.from(content);
  const { id, sha256 } = await scriptQueries(db).create(
    customerId,
    '',
    { filename, sha256: sha256Hex(data), data },
    'a test',
  );
  return { id, filename, content, sha256 };
}

export interface TestTask {
  id: string;
  secret: string;
}

/** A task that everybody of its organization sees, unless told otherwise. */
export async function addTask(
  { db, box }: { db: Database; box: SecretBox },
  customerId: string,
  {
    task_arguments = [],
    ...values
  }: Partial<Omit<TaskValues, 'task_arguments'>> & { task_arguments?: object[] },
): Promise<TestTask> {
  const secret = newSecretKey();
  const id = await taskQueries(db).insert(
    customerId,
    {
      name: 'Say hello',
      run_as: 'sh %script%',
      acls: ['viewer', 'user', 'manager'],
      timeout: null,
      env_cipher: null,
      pool_id: null,
      max_running: null,
      policy: '{}',
      settings: '{}',
      ...values,
      task_arguments: JSON.stringify(task_arguments),
    },
    { hash: hashToken(secret), cipher: box.seal(secret) },
    'a test',
  );
  return { id, secret };
}
