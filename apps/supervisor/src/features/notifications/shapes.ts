import { createHmac, randomBytes } from 'node:crypto';
import type { Message } from './facts.ts';

/** Bytes that a new secret has, as Standard Webhooks asks for (24 to 64). */
const SECRET_BYTES = 32;

export function newWebhookSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/** Headers that sign a body as Standard Webhooks does. The id stays the same for each try of a message. */
export function signedHeaders(
  secret: string,
  { id, body, at }: { id: string; body: string; at: number },
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** What a signed webhook gets: `type` says what happened, `data` holds all that is known of it. */
export function webhookBody({ subject, text, link, facts, gathered }: Message): string {
  const {
    kind,
    at,
    emitter,
    event,
    body: _body,
    acls: _acls,
    user_id: _user,
    fields: _fields,
    rule,
    ...rest
  } = facts;
  const type =
    gathered !== null
      ? 'digest'
      : kind === 'event' && emitter !== null
        ? `${emitter.type}.${event ?? 'event'}`
        : kind;
  const data = {
    subject,
    text,
    link,
    rule: rule && { id: rule.id, name: rule.name },
    ...(gathered === null
      ? { emitter, event, ...rest }
      : { count: gathered.count, messages: gathered.shown }),
  };
  return JSON.stringify({ type, timestamp: at, data });
}
