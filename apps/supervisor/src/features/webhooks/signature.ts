import { createHmac } from 'node:crypto';
import type { WebhookAuth } from '@argus/contract';
import { hashToken, newSecretKey, sameBytes } from '../../platform/crypto.ts';
import { problemOfTime } from './rules.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** The id that the sender gave its delivery, and when it was sent, seconds since 1970. */
export interface Sender {
  id: string | undefined;
  at: number | undefined;
}

/**
 * `wrong`: nobody who knows the secret can be told from this. `late`: whoever knows it sent this, at another time.
 */
export type Verdict =
  | { kind: 'right'; sender: Sender }
  | { kind: 'wrong'; reason: string }
  | { kind: 'late'; reason: string };

const UNLIKE = 'its signature does not fit: the secrets differ, or the body was changed on its way';
const STANDARD_PREFIX = 'whsec_';

/** Whether a delivery was signed with this secret, and lately. `now` in seconds since 1970. */
export function verify(
  { auth, secret, tolerance }: { auth: 'github' | 'standard'; secret: string; tolerance: number },
  { headers, body, now }: { headers: Headers; body: Uint8Array; now: number },
): Verdict {
  return auth === 'github'
    ? verifyGithub(secret, headers, body)
    : verifyStandard(secret, tolerance, headers, body, now);
}

function verifyGithub(secret: string, headers: Headers, body: Uint8Array): Verdict {
  const given = headers['x-hub-signature-256'];
  if (given === undefined) return missing('X-Hub-Signature-256');
  const hex = /^\s*sha256=([0-9a-f]{64})\s*$/i.exec(given)?.[1];
  const right = createHmac('sha256', secret).update(body).digest();
  if (hex === undefined || !sameBytes(Buffer.from(hex, 'hex'), right))
    return { kind: 'wrong', reason: UNLIKE };
  return { kind: 'right', sender: { id: headers['x-github-delivery'] || undefined, at: undefined } };
}

function verifyStandard(
  secret: string,
  tolerance: number,
  headers: Headers,
  body: Uint8Array,
  now: number,
): Verdict {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
  if (!id) return missing('webhook-id');
  if (!time) return missing('webhook-timestamp');
  if (!signatures) return missing('webhook-signature');
  const right = createHmac('sha256', standardKey(secret) ?? '')
    .update(`${id}.${time}.`)
    .update(body)
    .digest();
  // a sender that changes its secret signs with both for a while
  const fits = signatures
    .split(/\s+/)
    .filter((one) => one.startsWith('v1,'))
    .map((one) => sameBytes(Buffer.from(one.slice(3), 'base64'), right))
    .includes(true);
  if (!fits) return { kind: 'wrong', reason: UNLIKE };
  const at = /^\d{1,12}$/.test(time) ? Number(time) : Number.NaN;
  if (Number.isNaN(at))
    return { kind: 'late', reason: 'its webhook-timestamp is no number of seconds since 1970' };
  const reason = problemOfTime(at, now, tolerance);
  return reason === undefined ? { kind: 'right', sender: { id, at } } : { kind: 'late', reason };
}

function missing(header: string): Verdict {
  return { kind: 'wrong', reason: `it is not signed: it has no header ${header}` };
}

function standardKey(secret: string): Buffer | undefined {
  const text = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= 16 && key.length <= 128 ? key : undefined;
}

/** A new secret in the form that the kind of webhook shows it in. */
export function newSecret(auth: WebhookAuth): string {
  const hex = newSecretKey();
  return auth === 'standard' ? STANDARD_PREFIX + Buffer.from(hex, 'hex').toString('base64') : hex;
}

/** A secret that another system made, as it is kept.. */
export function givenSecret(auth: WebhookAuth, given: string): { secret: string } | { problem: string } {
  if (auth === 'secret')
    return { problem: 'is for signed webhooks: this one has its key in the URL, which is made here' };
  if (given.trim() !== given) return { problem: 'has white space around it' };
  if (auth === 'github') return { secret: given };
  if (standardKey(given) === undefined)
    return { problem: 'must be whsec_ and the base64 of 16 to 128 bytes, as Standard Webhooks writes it' };
  return { secret: given.startsWith(STANDARD_PREFIX) ? given : STANDARD_PREFIX + given };
}

/** What is kept of a sender's id: of one length, whatever was sent. */
export function senderKey(id: string): Buffer {
  return hashToken(id);
}
