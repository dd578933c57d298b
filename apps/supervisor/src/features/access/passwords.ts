import { ArgusError, type FieldError } from '@argus/contract';
import { placeOf } from '../../platform/address.ts';
import { hashPassword, verifyPassword } from '../../platform/crypto.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { changedLetter } from './letters.ts';
import type { LinkQueries } from './link-queries.ts';
import type { Links } from './links.ts';
import type { AccessQueries } from './queries.ts';
import { accountCounts, forgottenAccountCount, forgottenPlaceCount } from './rules.ts';
import { startSession } from './sessions.ts';

type PasswordOperations =
  | 'changePassword'
  | 'forgotPassword'
  | 'resetPassword'
  | 'readLink'
  | 'acceptInvitation';

/** Setting a password: with the present one, or with a link. */
export function passwordRoutes(
  platform: Platform,
  queries: AccessQueries,
  linkQueries: LinkQueries,
  links: Links,
): Pick<Handlers, PasswordOperations> {
  const { log, mail, throttle } = platform;

  /** Nobody waits for a mail that only tells. */
  function tellChanged(email: string, address: string): void {
    void mail.send(changedLetter(email, address));
  }

  async function mailReset(email: string): Promise<void> {
    await throttle.take([forgottenAccountCount(email)]);
    const user = await queries.userByEmail(email);
    // who never had a password has an invitation, or asks for a new one
    if (user?.password_hash == null) return;
    const [first] = await queries.membershipsOf(user.id);
    if (first) await links.mail('reset', { userId: user.id, email: user.email, customer: first }, user.email);
  }

  return {
    async changePassword({ caller, body, address, note }) {
      const user = caller.userId === null ? undefined : await queries.userById(caller.userId);
      if (user === undefined) throw new ArgusError('unauthorized');
      // a session in wrong hands must not find out the password; its address is as good as any the owner has
      const counts = accountCounts(user.email, placeOf(address), true);
      await throttle.take(counts);
      if (user.password_hash === null || !(await verifyPassword(body.password, user.password_hash))) {
        const wrong: FieldError = { field: 'password', message: 'this is not your present password' };
        throw new ArgusError('wrong_login', 'password: this is not your present password', [wrong]);
      }
      await throttle.giveBack(counts);
      await linkQueries.setPassword(user.id, await hashPassword(body.new_password), caller.tokenId);
      note({ target: { type: 'user', id: user.id } });
      tellChanged(user.email, address);
      return undefined;
    },

    async forgotPassword({ body, address, note }) {
      await throttle.take([forgottenPlaceCount(placeOf(address))]);
      note({ actor: body.email });
      // afterwards: how long the answer takes says nothing of the account
      if (mail.configured)
        void mailReset(body.email).catch((error: unknown) => {
          if (!(error instanceof ArgusError)) log.warn({ err: error }, 'a password link was not made');
        });
      return undefined;
    },

    async resetPassword({ body, address, note }) {
      const link = await links.open(body.token, address);
      if (link.kind !== 'reset') throw new ArgusError('wrong_link');
      note({
        actor: link.email,
        customerId: link.customer_id,
        target: { type: 'user', id: link.user_id },
        details: { link_by: link.created_by },
      });
      const passwordHash = await hashPassword(body.password);
      if (!(await linkQueries.use(link, passwordHash, undefined))) throw new ArgusError('wrong_link');
      await queries.rememberAddress(link.user_id, placeOf(address));
      tellChanged(link.email, address);
      return undefined;
    },

    async readLink({ body, address, note }) {
      const link = await links.open(body.token, address);
      note({ actor: link.email, customerId: link.customer_id, details: { kind: link.kind } });
      const { kind, email, name, customer, customer_display_name, role, created_by, expires_at } = link;
      return {
        kind,
        email,
        name,
        customer,
        customer_display_name,
        role,
        created_by,
        expires: expires_at.toISOString(),
      };
    },

    async acceptInvitation(context) {
      const { body, address, note } = context;
      const link = await links.open(body.token, address);
      if (link.kind !== 'invitation') throw new ArgusError('wrong_link');
      note({
        actor: link.email,
        customerId: link.customer_id,
        target: { type: 'user', id: link.user_id },
        details: { link_by: link.created_by },
      });
      const passwordHash = await hashPassword(body.password);
      if (!(await linkQueries.use(link, passwordHash, body.name))) throw new ArgusError('wrong_link');
      const customer = { id: link.customer_id, name: link.customer };
      return startSession(platform, queries, context, link.user_id, customer);
    },
  };
}
