import { argon2Sync, randomBytes } from 'node:crypto';
import { ROLES, type Role } from '@argus/contract';
import { accessQueries } from '../features/access/index.ts';
import { hashToken, newToken } from '../platform/crypto.ts';
import type { Database } from '../platform/database.ts';

export const PASSWORD = 'correct horse battery staple';

/** As `hashPassword` writes it, at a price that tests can pay many times: 8 KiB and one pass. */
const PASSWORD_HASH = (() => {
  const nonce = randomBytes(16);
  const tag = argon2Sync('argon2id', {
    message: PASSWORD,
    nonce,
    memory: 8,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  return ['argon2id', 8, 1, 1, nonce.toString('base64url'), tag.toString('base64url')].join('$');
})();

export interface Person {
  email: string;
  userId: string;
  memberId: string;
  token: string;
}

/** Adds a person to an organization, with a session. */
export async function addPerson(
  db: Database,
  customerId: string,
  email: string,
  role: Role,
  { instanceAdmin = false, tags = [] as string[] } = {},
): Promise<Person> {
  const access = accessQueries(db);
  const user =
    (await access.userByEmail(email)) ??
    (await access.insertUser({
      email,
      name: email,
      password_hash: PASSWORD_HASH,
      instance_admin: instanceAdmin,
    }));
  const member = await access.insertMember(customerId, user.id, role, tags);
  const token = await addSession(db, customerId, user.id);
  return { email, userId: user.id, memberId: member.id, token };
}

export async function addSession(db: Database, customerId: string, userId: string): Promise<string> {
  const token = newToken('session');
  await accessQueries(db).insertToken({
    kind: 'session',
    hash: hashToken(token),
    customer_id: customerId,
    user_id: userId,
    expires_at: new Date(Date.now() + 3_600_000),
  });
  return token;
}

/** One person for each role. */
export async function addPeople(
  db: Database,
  customerId: string,
  domain: string,
): Promise<Record<Role, Person>> {
  const people = {} as Record<Role, Person>;
  for (const role of ROLES) people[role] = await addPerson(db, customerId, `${role}@${domain}`, role);
  return people;
}

export async function addIntegrationToken(
  db: Database,
  customerId: string,
  {
    role = 'admin',
    tasks = null,
    expires = null,
  }: { role?: Role; tasks?: string[] | null; expires?: Date | null } = {},
): Promise<{ id: string; token: string }> {
  const token = newToken('token');
  const { id } = await accessQueries(db).insertToken({
    kind: 'integration',
    hash: hashToken(token),
    customer_id: customerId,
    name: 'made for a test',
    role,
    tasks,
    expires_at: expires,
  });
  return { id, token };
}
