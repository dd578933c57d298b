import type { Platform } from '../../platform/platform.ts';
import { slackBody, teamsBody } from './chat.ts';
import { footOf, messageOf, type Message, type Place } from './facts.ts';
import { mayBeTold } from './recipients.ts';
import type { Pusher } from './push.ts';
import { afterTry, outcomeOfStatus, quietUntil, retryAfterMs, type Next, type Outcome } from './rules.ts';
import { signedHeaders, webhookBody } from './shapes.ts';
import type { ClaimedDelivery, OutboxQueries } from './statements/outbox.ts';

/** What became of a claimed delivery. */
export type Carried = Next & { untried?: boolean };

/** Where a message goes by HTTP. */
export interface HttpTarget {
  type: 'webhook' | 'slack' | 'teams';
  url: string;
  /** Of a webhook: signs what it gets. */
  secret: string | null;
}

export type Carriers = Pick<Platform, 'mail' | 'outbound'>;

/** Sends one delivery, where its recipient may still have it and wants it now. */
export async function carry(
  platform: Carriers & Pick<Platform, 'box' | 'publicUrl'>,
  { gathered, pusher }: Pick<OutboxQueries, 'gathered'> & { pusher: Pusher },
  delivery: ClaimedDelivery,
): Promise<Carried> {
  const now = delivery.now.getTime();
  const refused = refusalOf(delivery, pusher);
  if (refused !== undefined) return { state: 'suppressed', reason: refused };
  const { user_id, is_failure, quiet, timezone, attempts, first_tried_at } = delivery;
  if (user_id !== null && !(is_failure && quiet?.failures_pass)) {
    const until = quietUntil(quiet, timezone ?? 'UTC', now);
    if (until !== undefined)
      return { state: 'waiting', reason: 'waits for the end of quiet hours', dueAt: until, untried: true };
  }
  const place: Place = { publicUrl: platform.publicUrl(), customer: delivery.customer_name };
  const message = messageOf(
    delivery,
    delivery.gathered ? await gathered(delivery.id) : null,
    place,
    timezone ?? 'UTC',
  );
  const outcome = await send({ ...platform, pusher }, delivery, message, place).catch(
    // what breaks here breaks each time, and must not be tried for ever
    (error: unknown): Outcome => ({
      kind: 'not_yet',
      reason: `it could not be made: ${(error as Error).message}`,
    }),
  );
  return afterTry(outcome, {
    attempts,
    firstAt: first_tried_at.getTime(),
    now: Date.now(),
    random: Math.random(),
  });
}

/** Why it is not sent at all; undefined where it may be. */
function refusalOf(delivery: ClaimedDelivery, pusher: Pusher): string | undefined {
  const { rule_on, user_id, role, medium, channel_id, channel_type, channel_addresses, address } = delivery;
  if (rule_on === false) return 'its rule was deleted or turned off';
  if (channel_id !== null) {
    if (channel_type === null) return 'its channel was deleted';
    if (address !== null && !(channel_addresses ?? []).includes(address))
      return 'the address was taken out of its channel';
  }
  if (user_id !== null) {
    if (role === null) return 'the recipient is no member any more';
    const { facts, acls, email, tags } = delivery;
    if (!mayBeTold(facts, acls ?? facts.acls, { user_id, role, email, tags: tags ?? [] }))
      return 'the recipient may not see what it tells of';
    if (medium === 'email' && !delivery.email_on) return 'the recipient turned off e-mail';
    if (medium === 'browser' && !delivery.browser_on)
      return 'the recipient turned off notifications on the page';
    if (medium === 'push') {
      if (!pusher.configured) return 'this server tells no devices';
      if (!delivery.push_on) return 'the recipient turned off notifications on their devices';
      if (delivery.device_id === null) return 'the device was removed, or signed out';
    }
  }
  return undefined;
}

async function send(
  platform: Carriers & Pick<Platform, 'box'> & { pusher: Pusher },
  delivery: ClaimedDelivery,
  message: Message,
  place: Place,
): Promise<Outcome> {
  const { medium, address, email, url_cipher, secret_cipher, facts } = delivery;
  switch (medium) {
    case 'browser':
      // it is there: the page shows what is sent
      return { kind: 'sent', answer: 'on the page' };
    case 'email':
      return sendMail(platform, address ?? email ?? '', message, footOf(facts, place));
    case 'push': {
      const { device_id: id, device_sealed: sealed, device_language: language } = delivery;
      if (id === null || sealed === null || language === null)
        return { kind: 'gone', reason: 'the device was removed, or signed out' };
      return platform.pusher.send({ id, sealed, language }, message, place.customer);
    }
    default:
      if (url_cipher === null) return { kind: 'failed', reason: 'its channel has no address' };
      return post(
        platform,
        {
          type: medium,
          url: platform.box.open(url_cipher),
          secret: secret_cipher && platform.box.open(secret_cipher),
        },
        message,
      );
  }
}

export async function sendMail(
  { mail }: Pick<Carriers, 'mail'>,
  to: string,
  { id, subject, text, link }: Message,
  foot: readonly string[],
): Promise<Outcome> {
  const body = [
    text,
    ...(link === null ? [] : ['', link]),
    ...(foot.length > 0 ? ['', '-- ', ...foot] : []),
    '',
  ].join('\n');
  const outcome = await mail.deliver({ to, subject, text: body, id });
  if (outcome.sent) return { kind: 'sent', answer: outcome.answer };
  return { kind: outcome.permanent ? 'failed' : 'not_yet', reason: outcome.reason };
}

export async function post(
  { outbound }: Pick<Carriers, 'outbound'>,
  { type, url, secret }: HttpTarget,
  message: Message,
): Promise<Outcome> {
  const body = BODIES[type](message);
  const signed = secret === null ? {} : signedHeaders(secret, { id: message.id, body, at: Date.now() });
  const outcome = await outbound.post(url, {
    headers: { 'content-type': 'application/json; charset=utf-8', ...signed },
    body,
    // a signature is for the address that it was given for
    followsRedirects: secret === null,
  });
  switch (outcome.kind) {
    case 'refused':
      return { kind: 'failed', reason: outcome.reason };
    case 'unreachable':
      return { kind: 'not_yet', reason: outcome.reason };
    case 'answered':
      return outcomeOfStatus(outcome.status, outcome.text, retryAfterMs(outcome.retryAfter, Date.now()));
  }
}

const BODIES = { webhook: webhookBody, slack: slackBody, teams: teamsBody };
