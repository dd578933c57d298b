import type { Role } from '@argus/contract';
import { sql, type Kysely } from 'kysely';
import { createBatcher } from '../../platform/batcher.ts';
import { newId } from '../../platform/ids.ts';
import type { Database } from '../../platform/database.ts';
import type { Tables } from '../../platform/tables.ts';

/** A token with all that decides what its bearer may do, read in one statement. */
export interface TokenRow {
  id: string;
  kind: 'session' | 'integration' | 'bot' | 'enrollment';
  name: string;
  role: Role | null;
  tasks: string[] | null;
  expired: boolean;
  expires_at: Date | null;
  /** `customers.epoch` when the row was read. */
  epoch: number;
  stale_use: boolean;
  customer_id: string;
  customer_name: string;
  user_id: string | null;
  email: string | null;
  instance_admin: boolean | null;
  member_role: Role | null;
  member_tags: string[] | null;
  host_id: string | null;
  hostname: string | null;
}

const TOKENS = `
  select encode(t.hash, 'hex') as hash, t.id, t.kind, t.name, t.role, t.tasks, t.expires_at, coalesce(t.expires_at < now(), false) as expired,
    t.last_used_at is null or t.last_used_at < now() - interval '1 minute' as stale_use,
    t.customer_id, c.name as customer_name, c.epoch, t.user_id, u.email, u.instance_admin, m.role as member_role, m.tags as member_tags,
    t.host_id, h.hostname
  from tokens t
  join customers c on c.id = t.customer_id
  left join users u on u.id = t.user_id
  left join members m on m.user_id = t.user_id and m.customer_id = t.customer_id and m.disabled_at is null
  left join hosts h on h.id = t.host_id
  where t.hash = any($1)`;

export function accessQueries(db: Database) {
  const { kysely } = db;
  return {
    /** A token by its hash. Calls of the same moment share a statement. */
    findToken: createBatcher<Buffer, TokenRow | undefined>(
      async (hashes) => {
        const rows = await db.hot<TokenRow & { hash: string }>('find_tokens', TOKENS, [hashes]);
        const byHash = new Map(rows.map((row) => [row.hash, row]));
        return hashes.map((hash) => byHash.get(hash.toString('hex')));
      },
      { max: 200, concurrency: 2 },
    ),
    touchToken: (id: string, address: string | null) =>
      kysely
        .updateTable('tokens')
        .set({ last_used_at: new Date(), last_used_address: address })
        .where('id', '=', id)
        .execute(),
    customerByName: (name: string) =>
      kysely.selectFrom('customers').selectAll().where('name', '=', name).executeTakeFirst(),
    userByEmail: (email: string) =>
      kysely
        .selectFrom('users')
        .selectAll()
        .where((eb) => eb(eb.fn('lower', ['email']), '=', email.toLowerCase()))
        .executeTakeFirst(),
    membershipsOf: (userId: string) =>
      kysely
        .selectFrom('members')
        .innerJoin('customers', 'customers.id', 'members.customer_id')
        .select(['customers.id', 'customers.name', 'customers.display_name', 'members.role'])
        .where('members.user_id', '=', userId)
        .where('members.disabled_at', 'is', null)
        .orderBy('members.id')
        .execute(),
    insertToken: (
      row: {
        kind: 'session' | 'integration' | 'bot' | 'enrollment';
        hash: Buffer;
        customer_id: string;
      } & Partial<TokenInsert>,
    ) =>
      kysely
        .insertInto('tokens')
        .values({
          id: newId(),
          user_id: null,
          host_id: null,
          role: null,
          tasks: null,
          created_by: null,
          expires_at: null,
          last_used_at: null,
          ...row,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    /** Takes a one-time token away; undefined when it was not there any more. */
    takeToken: (hash: Buffer, kind: 'enrollment') =>
      kysely
        .deleteFrom('tokens')
        .where('hash', '=', hash)
        .where('kind', '=', kind)
        .where('expires_at', '>', new Date())
        .returningAll()
        .executeTakeFirst(),
    deleteToken: (id: string) => kysely.deleteFrom('tokens').where('id', '=', id).execute(),
    deleteIntegrationToken: (customerId: string, id: string) =>
      kysely
        .deleteFrom('tokens')
        .where('customer_id', '=', customerId)
        .where('kind', '=', 'integration')
        .where('id', '=', id)
        .returning(['id', 'name'])
        .executeTakeFirst(),
    integrationTokens: (customerId: string) =>
      kysely
        .selectFrom('tokens')
        .selectAll()
        .where('customer_id', '=', customerId)
        .where('kind', '=', 'integration')
        .orderBy('id')
        .execute(),
    /** Sessions and enrolment codes that ended a day ago; integration tokens stay listed until somebody removes them. */
    deleteExpired: () =>
      kysely
        .deleteFrom('tokens')
        .where('kind', 'in', ['session', 'enrollment'])
        .where('expires_at', '<', sql<Date>`now() - interval '1 day'`)
        .execute(),
    userById: (id: string) => kysely.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),
    isKnownAddress: async (userId: string, address: string) =>
      (await kysely
        .selectFrom('known_addresses')
        .select('address')
        .where('user_id', '=', userId)
        .where('address', '=', address)
        .executeTakeFirst()) !== undefined,
    /** Remembers the last twenty. */
    rememberAddress: async (userId: string, address: string) => {
      await kysely
        .insertInto('known_addresses')
        .values({ user_id: userId, address })
        .onConflict((on) => on.columns(['user_id', 'address']).doUpdateSet({ last_at: sql`now()` }))
        .execute();
      await sql`delete from known_addresses where user_id = ${userId} and address not in (
        select address from known_addresses where user_id = ${userId} order by last_at desc limit 20)`.execute(
        kysely,
      );
    },
    members: (customerId: string) => membersOf(kysely, customerId).orderBy('members.id').execute(),
    member: (customerId: string, id: string) =>
      membersOf(kysely, customerId).where('members.id', '=', id).executeTakeFirst(),
    /** A member by the e-mail, without case, or the id of member or person. */
    memberBy: (customerId: string, emailOrId: string) =>
      membersOf(kysely, customerId)
        .where((eb) =>
          eb.or([
            eb(eb.fn('lower', ['users.email']), '=', emailOrId.toLowerCase()),
            eb('members.id', '=', emailOrId),
            eb('users.id', '=', emailOrId),
          ]),
        )
        .executeTakeFirst(),
    /** The members that entries name: e-mails, ids of members or users, roles, member tags; each once. */
    people: (customerId: string, entries: readonly string[]): Promise<{ user_id: string; email: string }[]> =>
      db.query(
        'people_named',
        `select u.id as user_id, u.email from members m join users u on u.id = m.user_id
         where m.customer_id = $1 and m.disabled_at is null and (lower(u.email) = any($2) or m.id = any($2) or u.id = any($2) or m.role = any($2)
           or exists (select 1 from unnest(m.tags) as tag where lower(tag) = any($2)))
         order by m.id`,
        [customerId, entries.map((entry) => entry.toLowerCase())],
      ),
    /**
     * Changes or removes a member while nobody else changes one of the organization: what `decide` is told stays so.
     * Undefined where there is no such member.
     */
    changeMember: (
      customerId: string,
      id: string,
      decide: (member: MemberRow, otherOwners: number) => MemberChange | 'remove',
    ): Promise<MemberRow | undefined> =>
      kysely.transaction().execute(async (tx) => {
        await sql`select 1 from customers where id = ${customerId} for no key update`.execute(tx);
        const member = await membersOf(tx, customerId).where('members.id', '=', id).executeTakeFirst();
        if (member === undefined) return undefined;
        const { count } = await tx
          .selectFrom('members')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('customer_id', '=', customerId)
          .where('role', '=', 'owner')
          .where('disabled_at', 'is', null)
          .where('id', '!=', id)
          .executeTakeFirstOrThrow();
        const decided = decide(member, count);
        if (decided === 'remove') await tx.deleteFrom('members').where('id', '=', id).execute();
        else await tx.updateTable('members').set(decided).where('id', '=', id).execute();
        if (decided === 'remove' || decided.disabled_at)
          await tx
            .deleteFrom('tokens')
            .where('kind', '=', 'session')
            .where('user_id', '=', member.user_id)
            .where('customer_id', '=', customerId)
            .execute();
        return member;
      }),
    insertMember: (customerId: string, userId: string, role: Role, tags: string[] = []) => {
      const id = newId();
      return kysely
        .insertInto('members')
        .values({ id, customer_id: customerId, user_id: userId, role, tags })
        .returning('id')
        .executeTakeFirstOrThrow();
    },
    insertUser: (row: {
      email: string;
      name: string;
      password_hash: string | null;
      instance_admin?: boolean;
    }) =>
      kysely
        .insertInto('users')
        .values({ ...row, id: newId() })
        .returningAll()
        .executeTakeFirstOrThrow(),
    customerById: (id: string) =>
      kysely.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    customers: () => kysely.selectFrom('customers').selectAll().orderBy('name').execute(),
    insertCustomer: (name: string, displayName: string) =>
      kysely
        .insertInto('customers')
        .values({ id: newId(), name, display_name: displayName })
        .returningAll()
        .executeTakeFirstOrThrow(),
    updateCustomer: (
      name: string,
      changed: { display_name?: string | undefined; max_running?: number | null | undefined },
    ) =>
      kysely
        .updateTable('customers')
        // something must be set, also where nothing changes
        .set({ name, ...changed })
        .where('name', '=', name)
        .returningAll()
        .executeTakeFirst(),
  };
}

export type AccessQueries = ReturnType<typeof accessQueries>;

interface MemberChange {
  role?: Role;
  tags?: string[];
  disabled_at?: Date | null;
}

interface TokenInsert {
  id: string;
  user_id: string | null;
  host_id: string | null;
  name: string;
  role: string | null;
  tasks: string[] | null;
  created_by: string | null;
  expires_at: Date | null;
  agent: string | null;
  address: string | null;
}

export interface MemberRow {
  id: string;
  role: Role;
  tags: string[];
  created_at: Date;
  user_id: string;
  name: string;
  email: string;
  instance_admin: boolean;
  active: boolean;
  invited_until: Date | null;
  disabled_at: Date | null;
}

function membersOf(kysely: Kysely<Tables>, customerId: string) {
  return kysely
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.user_id')
    .select([
      'members.id',
      'members.role',
      'members.tags',
      'members.created_at',
      'members.disabled_at',
      'users.id as user_id',
      'users.name',
      'users.email',
      'users.instance_admin',
      sql<boolean>`users.password_hash is not null`.as('active'),
      sql<Date | null>`(select max(l.expires_at) from one_time_links l where l.user_id = users.id
        and l.customer_id = members.customer_id and l.kind = 'invitation' and l.expires_at > now())`.as(
        'invited_until',
      ),
    ])
    .where('members.customer_id', '=', customerId)
    .$castTo<MemberRow>();
}
