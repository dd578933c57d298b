import { ArgusError, invalid } from '@argus/contract';
import { hashPassword } from '../../platform/crypto.ts';
import { isUniqueViolation } from '../../platform/database.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { changes } from '../audit/index.ts';
import type { Links } from './links.ts';
import type { AccessQueries, MemberRow } from './queries.ts';
import { assertMayGrant, assertOwnerStays, explainAccess, uniqueTags, type Listed } from './rules.ts';

type MemberOperations =
  | 'listMembers'
  | 'createMember'
  | 'inviteMember'
  | 'resetMember'
  | 'updateMember'
  | 'deleteMember'
  | 'getMemberAccess';

/** Every task and workflow of an organization, with its access list, by name. */
export type ListedObjects = (customerId: string) => Promise<Listed[]>;

export function memberRoutes(
  { mail }: Platform,
  queries: AccessQueries,
  links: Links,
  listed: ListedObjects,
): Pick<Handlers, MemberOperations> {
  async function existing(id: string, caller: Actor): Promise<MemberRow> {
    const member = await queries.member(caller.customer.id, id);
    if (member === undefined) throw new ArgusError('not_found');
    return member;
  }

  /** Somebody who exists keeps password and name: an organization cannot change a person of another. */
  async function personOf({ email, name, password }: { email: string; name?: string; password?: string }) {
    const known = await queries.userByEmail(email);
    if (known) return known;
    const passwordHash = password === undefined ? null : await hashPassword(password);
    try {
      return await queries.insertUser({ email, name: name ?? email, password_hash: passwordHash });
    } catch (error) {
      // made by somebody else in this moment
      const made = isUniqueViolation(error) ? await queries.userByEmail(email) : undefined;
      if (made) return made;
      throw error;
    }
  }

  const notHandedOver = (email: string, what: string) =>
    new ArgusError(
      'conflict',
      mail.configured
        ? `The ${what} could not be mailed to ${email}: try again, or look at the mail server.`
        : `${email} is also a member of another organization or administers this server, so the ${what} may only be mailed: ` +
            'set ARGUS_SMTP_URL, or ask the administrator of this server for it.',
    );

  return {
    async listMembers({ caller }) {
      return (await queries.members(caller.customer.id)).map(memberView);
    },

    async createMember({ caller, body, note }) {
      assertMayGrant(caller, body.credential);
      const user = await personOf(body.user);
      const tags = uniqueTags(body.tags ?? []);
      const { id } = await queries
        .insertMember(caller.customer.id, user.id, body.credential, tags)
        .catch((error: unknown) => {
          throw isUniqueViolation(error)
            ? new ArgusError('conflict', `${user.email} is a member already.`)
            : error;
        });
      note({
        target: { type: 'member', id },
        details: { email: user.email, credential: body.credential, tags },
      });
      const made = await existing(id, caller);
      // whom another organization has invited has a link from there, where none can be handed over here
      const invitation = made.active ? null : ((await links.handOver('invitation', made, caller)) ?? null);
      return { ...memberView(await existing(id, caller)), invitation };
    },

    async inviteMember({ caller, params, note }) {
      const member = await existing(params.id, caller);
      assertMayGrant(caller, member.role);
      if (member.active)
        throw new ArgusError(
          'conflict',
          `${member.email} has a password already; who forgot it needs a link to reset it.`,
        );
      const sent = await links.handOver('invitation', member, caller);
      if (sent === undefined) throw notHandedOver(member.email, 'invitation');
      note({ details: { email: member.email, mailed: sent.mailed } });
      return sent;
    },

    async resetMember({ caller, params, note }) {
      const member = await existing(params.id, caller);
      assertMayGrant(caller, member.role);
      // a session in wrong hands must not become the password
      if (member.user_id === caller.userId)
        throw new ArgusError('conflict', 'Change your own password with the present one, or by mail.');
      if (!member.active)
        throw new ArgusError('conflict', `${member.email} has no password yet: make a new invitation.`);
      const sent = await links.handOver('reset', member, caller);
      if (sent === undefined) throw notHandedOver(member.email, 'link');
      note({ details: { email: member.email, mailed: sent.mailed } });
      return sent;
    },

    async updateMember({ caller, params, body, note }) {
      const { credential, tags, disabled } = body;
      if (credential === undefined && tags === undefined && disabled === undefined)
        throw invalid('credential', 'nothing to change: send credential, tags or disabled');
      const set = {
        ...(disabled !== undefined && { disabled_at: disabled ? new Date() : null }),
        ...(credential !== undefined && { role: credential }),
        ...(tags && { tags: uniqueTags(tags) }),
      };
      const before = await queries.changeMember(caller.customer.id, params.id, (member, otherOwners) => {
        assertMayGrant(caller, member.role);
        if (credential !== undefined) {
          assertMayGrant(caller, credential);
          assertOwnerStays(member.role, credential, otherOwners);
        }
        if (disabled === true) {
          if (member.user_id === caller.userId)
            throw new ArgusError('conflict', 'You cannot keep yourself out: another admin can.');
          assertOwnerStays(member.role, null, otherOwners);
        }
        // whoever is kept out already is so since then
        if (disabled === true && member.disabled_at !== null)
          return { ...set, disabled_at: member.disabled_at };
        return set;
      });
      if (before === undefined) throw new ArgusError('not_found');
      const after = await existing(params.id, caller);
      note({
        details: {
          email: before.email,
          changed: changes(
            { credential: before.role, tags: before.tags, disabled: before.disabled_at !== null },
            { credential: after.role, tags: after.tags, disabled: after.disabled_at !== null },
          ),
        },
      });
      return memberView(after);
    },

    async getMemberAccess({ caller, params, query }) {
      const member = await existing(params.id, caller);
      const all = await listed(caller.customer.id);
      return explainAccess(member, all, query);
    },

    async deleteMember({ caller, params, note }) {
      const gone = await queries.changeMember(caller.customer.id, params.id, (member, otherOwners) => {
        assertMayGrant(caller, member.role);
        assertOwnerStays(member.role, null, otherOwners);
        return 'remove';
      });
      if (gone === undefined) throw new ArgusError('not_found');
      note({ details: { email: gone.email, credential: gone.role } });
      return undefined;
    },
  };
}

function memberView(row: MemberRow) {
  const { id, role, tags, created_at, user_id, name, email, active, invited_until, disabled_at } = row;
  return {
    id,
    credential: role,
    tags,
    user: { id: user_id, name, email },
    active,
    invited_until: active ? null : (invited_until?.toISOString() ?? null),
    disabled_at: disabled_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}
