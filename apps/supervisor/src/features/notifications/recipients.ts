import { aclAdmits, seesEverything, type ChannelType, type Role } from '@argus/contract';
import type { Facts } from './facts.ts';
import type { MemberRow } from './queries.ts';
import type { NewDelivery } from './statements/outbox.ts';

/** One way to one recipient. */
export type Recipient = Pick<
  NewDelivery,
  'medium' | 'channel_id' | 'user_id' | 'address' | 'device_id' | 'target' | 'state' | 'reason'
>;

/** An e-mail channel is one recipient for each of its addresses, any other channel one. */
export function channelRecipients(
  channels: readonly { id: string; type: ChannelType; addresses: readonly string[] }[],
): Recipient[] {
  return channels.flatMap(({ id, type, addresses }) =>
    (type === 'email' ? addresses : [null]).map((address) => ({
      medium: type,
      channel_id: id,
      user_id: null,
      address,
      device_id: null,
      target: address === null ? id : `${id}:${address.toLowerCase()}`,
      state: 'waiting' as const,
      reason: null,
    })),
  );
}

/** What this server can do. */
export interface Ways {
  mail: boolean;
  push: boolean;
}

/** A member is told by the ways that they left on, each of their devices by itself. Where that is none, the log says so. */
export function memberRecipients(members: readonly MemberRow[], can: Ways): Recipient[] {
  return members.flatMap(({ user_id, email_on, browser_on, push_on, devices }): Recipient[] => {
    // where no mail can be sent, the page is told alone
    const media = [
      ...(email_on && (can.mail || !browser_on) ? ['email' as const] : []),
      ...(browser_on ? ['browser' as const] : []),
    ];
    const told = can.push && push_on ? devices : [];
    const recipient = (medium: 'email' | 'browser') => ({
      medium,
      channel_id: null,
      user_id,
      address: null,
      device_id: null,
      target: `${medium}:${user_id}`,
      state: 'waiting' as const,
      reason: null,
    });
    if (media.length + told.length === 0)
      return [
        {
          ...recipient('browser'),
          state: 'suppressed',
          reason: 'they want neither e-mail nor notifications on the page',
        },
      ];
    return [
      ...media.map(recipient),
      ...told.map((id) => ({
        ...recipient('browser'),
        medium: 'push' as const,
        device_id: id,
        target: `push:${id}`,
      })),
    ];
  });
}

/** Whether a member may see what is told, by the access list that the emitter has now. */
export function mayBeTold(
  facts: Facts,
  acls: readonly string[],
  { user_id, ...person }: { user_id: string; role: Role; email: string | null; tags: readonly string[] },
): boolean {
  // what somebody wrote to a member is for that member
  if (facts.kind !== 'event') return true;
  if (facts.emitter?.type === 'webhook') return seesEverything(person.role);
  return facts.user_id === user_id || aclAdmits(acls, person);
}

/** People who are no members, by their addresses. */
export function addressRecipients(addresses: readonly string[]): Recipient[] {
  return addresses.map((address) => ({
    medium: 'email',
    channel_id: null,
    user_id: null,
    address,
    device_id: null,
    target: `email:${address.toLowerCase()}`,
    state: 'waiting',
    reason: null,
  }));
}
