import { hashToken } from '../../platform/crypto.ts';
import type { Platform } from '../../platform/platform.ts';
import {
  encryptPush,
  newServerKey,
  pushAuthorization,
  type BrowserKeys,
  type ServerKey,
} from '../../platform/web-push.ts';
import { linkOf, type Message } from './facts.ts';
import { oneLine, outcomeOfStatus, retryAfterMs, type Outcome } from './rules.ts';
import type { DeviceLanguage, DeviceQueries } from './statements/devices.ts';

/** How long a push service keeps what it cannot bring to a device that is off: what is older says nothing about now. */
const TTL_S = 24 * 3600;
/** Characters of the text: telephones show fewer. */
const TEXT_MAX = 300;
/** Subjects that a digest shows. */
const SHOWN = 3;

/** How a browser is reached: what is sealed of a device. */
export interface Subscription {
  endpoint: string;
  keys: BrowserKeys;
}

export interface PushTarget {
  id: string;
  sealed: Buffer;
  language: DeviceLanguage;
}

export interface Pusher {
  /** Whether this server tells devices at all. */
  readonly configured: boolean;
  /** The server's key, made at the first call of all supervisors. */
  key(): Promise<ServerKey>;
  seal(subscription: Subscription): Buffer;
  /** Sends a message to a device, and notes there how it went. A device that is not known any more is forgotten. */
  send(target: PushTarget, message: Message, customer: string): Promise<Outcome>;
}

export function createPusher(
  { box, outbound, publicUrl }: Pick<Platform, 'box' | 'outbound' | 'publicUrl'>,
  { devices, configured }: { devices: DeviceQueries; configured: boolean },
): Pusher {
  let known: Promise<ServerKey> | undefined;

  async function readKey(): Promise<ServerKey> {
    const stored = (await devices.serverKey(() => ({
      sealed: box.seal(JSON.stringify(newServerKey())).toString('base64'),
    }))) as { sealed: string };
    return JSON.parse(box.open(Buffer.from(stored.sealed, 'base64'))) as ServerKey;
  }

  function key(): Promise<ServerKey> {
    known ??= readKey().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  /** Whom a push service can turn to. */
  function subject(): string {
    const url = publicUrl();
    return url.startsWith('https:') ? url : 'mailto:argus@localhost';
  }

  return {
    configured,
    key,
    seal: (subscription) => box.seal(JSON.stringify(subscription)),

    async send({ id, sealed, language }, message, customer) {
      const { endpoint, keys } = JSON.parse(box.open(sealed)) as Subscription;
      const body = encryptPush(Buffer.from(await pushText(message, customer, language)), keys);
      const now = Date.now();
      const answer = await outbound.post(endpoint, {
        headers: {
          authorization: pushAuthorization(await key(), { endpoint, subject: subject(), now }),
          'content-type': 'application/octet-stream',
          'content-encoding': 'aes128gcm',
          ttl: String(TTL_S),
          urgency: isUrgent(message) ? 'high' : 'normal',
          ...topicHeader(message),
        },
        body,
        // what signs it is for the address that it was made for
        followsRedirects: false,
      });
      const outcome = outcomeOf(answer, now);
      if (outcome.kind === 'gone') await devices.gone(id, hashToken(endpoint));
      else await devices.tried(id, outcome.kind === 'sent' ? null : outcome.reason);
      return outcome;
    },
  };
}

function outcomeOf(answer: Awaited<ReturnType<Platform['outbound']['post']>>, now: number): Outcome {
  switch (answer.kind) {
    case 'refused':
      return { kind: 'failed', reason: answer.reason };
    case 'unreachable':
      return { kind: 'not_yet', reason: answer.reason };
    case 'answered':
      // RFC 8030: a subscription that has expired, or never was
      if (answer.status === 404 || answer.status === 410)
        return { kind: 'gone', reason: 'its push service does not know the device any more: it was removed' };
      return outcomeOfStatus(answer.status, answer.text, retryAfterMs(answer.retryAfter, now));
  }
}

/** What went wrong, and what somebody wrote to a person or asks of them, may wake a sleeping telephone. */
const isUrgent = ({ facts }: Message) =>
  facts.kind !== 'event' || !['success', 'canceled'].includes(facts.event ?? '');

/** What messages are about: the newest about the same stands for those before. */
const topicOf = ({ facts: { job_id, run_id, rule }, gathered }: Message) =>
  gathered === null ? (job_id ?? run_id) : (rule?.id ?? null);

/** A device that was off gets of one topic the newest alone. Ids are what a topic may be: 32 characters of base64url at most. */
function topicHeader(message: Message): { topic?: string } {
  const topic = topicOf(message);
  return topic === null ? {} : { topic };
}

/** What the page's service worker shows: `apps/web/src/sw.ts` reads it. */
export interface PushText {
  title: string;
  body: string;
  /** Within this server: `/app/…`. */
  url: string;
  /** What is shown under the same tag is replaced. */
  tag: string;
}

/** Less than a mail says: no log, no link that decides, nothing beyond the first words of what somebody wrote. */
async function pushText(message: Message, customer: string, language: DeviceLanguage): Promise<string> {
  const { id, subject, facts, gathered } = message;
  const say =
    language === 'es' ? (await import('@argus/contract/sentences')).inSpanish : (text: string) => text;
  const place = { publicUrl: '', customer };
  const lines =
    gathered === null ? [wordsOf(message)] : gathered.shown.slice(0, SHOWN).map((one) => one.subject);
  const text: PushText = {
    title: say(oneLine(subject)),
    body: lines.map((line) => cut(say(oneLine(line)))).join('\n'),
    url:
      gathered === null
        ? (linkOf(facts, place) ?? `/app/${customer}/settings/my-notifications`)
        : `/app/${customer}/jobs`,
    tag: topicOf(message) ?? id,
  };
  return JSON.stringify(text);
}

function wordsOf({ facts }: Message): string {
  return facts.body === null ? (facts.reason ?? '') : (facts.body.split('\n\n', 1)[0] ?? '');
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text;
}
