import { ArgusError, type LinkSent } from '@argus/contract';
import { hashToken, newToken } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Platform } from '../../platform/platform.ts';
import { invitationLetter, resetLetter } from './letters.ts';
import type { LinkKind, LinkQueries, LinkRow } from './link-queries.ts';
import type { AccessQueries, MemberRow } from './queries.ts';
import { mayShowLink } from './rules.ts';

const HOURS: Record<LinkKind, number> = { invitation: 7 * 24, reset: 1 };

export interface Links {
  /** Makes a link for a person and mails it; undefined where there is no mail, or it was not taken. */
  mail(kind: LinkKind, to: LinkTarget, by: string): Promise<LinkSent | undefined>;
  /**
   * Makes a link for a member and mails it, or shows it where it could not be mailed and the caller may see it.
   * Undefined where neither is possible; no link is left then.
   */
  handOver(kind: LinkKind, member: MemberRow, caller: Actor): Promise<LinkSent | undefined>;
  /** The open link of a token. Throws `wrong_link`, counted against the address, for anything else. */
  open(token: string, address: string): Promise<LinkRow>;
}

interface LinkTarget {
  userId: string;
  email: string;
  customer: { id: string; display_name: string };
}

export function createLinks(
  { mail, publicUrl, throttle }: Platform,
  access: AccessQueries,
  queries: LinkQueries,
): Links {
  async function send(
    kind: LinkKind,
    { userId, email, customer }: LinkTarget,
    by: string,
    showable: boolean,
  ): Promise<LinkSent | undefined> {
    if (!showable && !mail.configured) return undefined;
    const token = newToken(kind);
    const expires = new Date(Date.now() + HOURS[kind] * 3_600_000);
    const id = await queries.insert({
      kind,
      hash: hashToken(token),
      customer_id: customer.id,
      user_id: userId,
      created_by: by,
      expires_at: expires,
    });
    // behind `#`: browsers send it to no server, and no log has it
    const link = `${publicUrl()}/app/${kind}#${token}`;
    const letter = kind === 'invitation' ? invitationLetter : resetLetter;
    const mailed = await mail.send(
      letter({ to: email, organization: customer.display_name, by, link, expires }),
    );
    if (!mailed && !showable) {
      await queries.delete(id);
      return undefined;
    }
    return { link: mailed ? null : link, expires: expires.toISOString(), mailed };
  }

  return {
    mail: (kind, to, by) => send(kind, to, by, false),

    async handOver(kind, member, caller) {
      const organizations = (await access.membershipsOf(member.user_id)).length;
      const showable = mayShowLink(caller, { organizations, instanceAdmin: member.instance_admin });
      const customer = await access.customerById(caller.customer.id);
      return send(kind, { userId: member.user_id, email: member.email, customer }, caller.name, showable);
    },

    async open(token, address) {
      const link = await queries.find(hashToken(token));
      if (link !== undefined) return link;
      await throttle.wrongSecret(address);
      throw new ArgusError('wrong_link');
    },
  };
}
