import { ArgusError, invalid, mayGrant, RESERVED_NAMES, type Role } from '@argus/contract';
import { hashPassword, hashToken, newToken } from '../../platform/crypto.ts';
import { isUniqueViolation } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { SESSION_COOKIE } from '../../platform/http/token.ts';
import type { Platform } from '../../platform/platform.ts';
import { loginHandler } from './login.ts';
import type { AccessQueries } from './queries.ts';

type AccessOperations =
  | 'login'
  | 'logout'
  | 'getProfile'
  | 'listCustomers'
  | 'createCustomer'
  | 'updateCustomer'
  | 'listMembers'
  | 'createMember'
  | 'updateMember'
  | 'deleteMember'
  | 'listTokens'
  | 'createToken'
  | 'deleteToken';

export function accessRoutes(platform: Platform, queries: AccessQueries): Pick<Handlers, AccessOperations> {
  return {
    login: loginHandler(queries, () => platform.publicUrl().startsWith('https:')),

    async logout({ caller, reply }) {
      await queries.deleteToken(caller.tokenId);
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send();
    },

    async getProfile({ caller }) {
      const customers = caller.userId === null ? [] : await queries.membershipsOf(caller.userId);
      const own = await queries.customerByName(caller.customer.name);
      return {
        id: caller.userId,
        name: caller.name,
        email: caller.email,
        kind: caller.kind,
        customer: caller.customer.name,
        customer_display_name: own?.display_name ?? caller.customer.name,
        role: caller.role,
        instance_admin: caller.instanceAdmin,
        customers: customers.map(({ name, display_name, role }) => ({
          name,
          display_name,
          role: role as Role,
        })),
      };
    },

    async listCustomers() {
      return (await queries.customers()).map(customerView);
    },

    async createCustomer({ caller, body, note }) {
      if (RESERVED_NAMES.includes(body.name)) throw invalid('name', 'is the name of a route; choose another');
      const customer = await queries
        .insertCustomer(body.name, body.display_name ?? body.name)
        .catch((error: unknown) => {
          throw isUniqueViolation(error)
            ? new ArgusError('conflict', `There is an organization "${body.name}" already.`)
            : error;
        });
      if (caller.userId !== null) await queries.insertMember(customer.id, caller.userId, 'owner');
      note({ target: { type: 'customer', id: customer.id }, details: { name: body.name } });
      return customerView(customer);
    },

    async updateCustomer({ params, body, note }) {
      const customer = await queries.renameCustomer(params.name, body.display_name);
      if (customer === undefined) throw new ArgusError('not_found');
      note({ target: { type: 'customer', id: customer.id }, details: body });
      return customerView(customer);
    },

    async listMembers({ caller }) {
      return (await queries.members(caller.customer.id)).map(memberView);
    },

    async createMember({ caller, body, note }) {
      assertMayGrant(caller, body.credential);
      const { email, name, password } = body.user;
      const known = await queries.userByEmail(email);
      // somebody who exists keeps their password and name: an organization cannot change a person of another
      const user =
        known ??
        (await queries.insertUser({
          email,
          name: name ?? email,
          password_hash: password === undefined ? null : await hashPassword(password),
        }));
      const { id } = await queries
        .insertMember(caller.customer.id, user.id, body.credential, body.tags)
        .catch((error: unknown) => {
          throw isUniqueViolation(error)
            ? new ArgusError('conflict', `${email} is a member already.`)
            : error;
        });
      note({ target: { type: 'member', id }, details: { email, credential: body.credential } });
      return memberView(await existing(id, caller));
    },

    async updateMember({ caller, params, body, note }) {
      const member = await existing(params.id, caller);
      assertMayGrant(caller, member.role as Role);
      if (body.credential !== undefined) {
        assertMayGrant(caller, body.credential);
        if (body.credential !== 'owner') await assertNotLastOwner(caller, member);
      }
      const set = {
        ...(body.credential && { role: body.credential }),
        ...(body.tags && { tags: body.tags }),
      };
      if (Object.keys(set).length === 0)
        throw invalid('credential', 'nothing to change: send credential or tags');
      await queries.updateMember(member.id, set);
      note({ details: { email: member.email, ...body } });
      return memberView(await existing(member.id, caller));
    },

    async deleteMember({ caller, params, note }) {
      const member = await existing(params.id, caller);
      assertMayGrant(caller, member.role as Role);
      await assertNotLastOwner(caller, member);
      await queries.deleteMember(member.id);
      await queries.deleteSessionsOf(member.user_id, caller.customer.id);
      note({ details: { email: member.email } });
      return undefined;
    },

    async listTokens({ caller }) {
      return (await queries.integrationTokens(caller.customer.id)).map(tokenView);
    },

    async createToken({ caller, body, note }) {
      const role = body.role ?? 'admin';
      if (!mayGrant(caller.role, role))
        throw new ArgusError(
          'forbidden',
          `You cannot make a token with the role ${role}: it is more than yours.`,
        );
      if (caller.tasks !== null) throw new ArgusError('forbidden', 'A limited token cannot make tokens.');
      const expires = body.expires == null ? null : new Date(body.expires);
      if (expires && (Number.isNaN(expires.getTime()) || expires.getTime() <= Date.now()))
        throw invalid('expires', 'must be an ISO 8601 time in the future');
      const token = newToken('token');
      const row = await queries.insertToken({
        kind: 'integration',
        hash: hashToken(token),
        customer_id: caller.customer.id,
        name: body.name,
        role,
        tasks: body.tasks ?? null,
        created_by: caller.name,
        expires_at: expires,
      });
      note({
        target: { type: 'token', id: row.id },
        details: { name: body.name, role, tasks: body.tasks ?? null },
      });
      return { ...tokenView(row), token };
    },

    async deleteToken({ caller, params, note }) {
      const token = await queries.deleteIntegrationToken(caller.customer.id, params.id);
      if (token === undefined) throw new ArgusError('not_found');
      note({ details: { name: token.name } });
      return undefined;
    },
  };

  async function existing(id: string, caller: Actor) {
    const member = await queries.member(caller.customer.id, id);
    if (member === undefined) throw new ArgusError('not_found');
    return member;
  }

  async function assertNotLastOwner(caller: Actor, member: { id: string; role: string }): Promise<void> {
    if (member.role !== 'owner') return;
    const { count } = await queries.ownersBut(caller.customer.id, member.id);
    if (count === 0)
      throw new ArgusError('conflict', 'This is the last owner: make somebody else owner first.');
  }
}

function assertMayGrant(caller: Actor, role: Role): void {
  if (!mayGrant(caller.role, role))
    throw new ArgusError('forbidden', `As ${caller.role} you cannot give or change the role ${role}.`);
}

function customerView({
  id,
  name,
  display_name,
  created_at,
}: {
  id: string;
  name: string;
  display_name: string;
  created_at: Date;
}) {
  return { id, name, display_name, created_at: created_at.toISOString() };
}

function memberView(row: {
  id: string;
  role: string;
  tags: string[];
  created_at: Date;
  user_id: string;
  name: string;
  email: string;
}) {
  const { id, role, tags, created_at, user_id, name, email } = row;
  return {
    id,
    credential: role as Role,
    tags,
    user: { id: user_id, name, email },
    created_at: created_at.toISOString(),
  };
}

function tokenView(row: {
  id: string;
  name: string;
  role: string | null;
  tasks: string[] | null;
  created_by: string | null;
  created_at: Date;
  last_used_at: Date | null;
  expires_at: Date | null;
}) {
  const { id, name, role, tasks, created_by, created_at, last_used_at, expires_at } = row;
  return {
    id,
    name,
    role: role as Role,
    tasks,
    created_by,
    created_at: created_at.toISOString(),
    last_used_at: last_used_at?.toISOString() ?? null,
    expires: expires_at?.toISOString() ?? null,
  };
}
