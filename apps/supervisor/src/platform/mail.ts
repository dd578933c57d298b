import type { Transporter } from 'nodemailer';
import type { Log } from './log.ts';

export interface Letter {
  to: string;
  subject: string;
  /** Plain text: names that people gave themselves are just text in it. */
  text: string;
  /** The part of its Message-ID before the `@`: the same for each try, so that receivers know a repeat. */
  id?: string;
}

/** How a letter went. What a server refuses for good (5xx) is not worth another try. */
export type MailOutcome =
  | { sent: true; answer: string }
  | { sent: false; permanent: boolean; reason: string };

export interface Mail {
  /** Whether there is a mail server to hand letters to. */
  readonly configured: boolean;
  /** Whether the mail server took the letter. Answers within 8 s, and never throws. */
  send(letter: Letter): Promise<boolean>;
  /** The same, with what the mail server said. Answers within 8 s, and never throws. */
  deliver(letter: Letter): Promise<MailOutcome>;
}

export interface MailSettings {
  /** `smtp://user:password@host:587`, `smtps://…`; undefined sends nothing. */
  smtpUrl: string | undefined;
  from: string;
}

/** A letter that is not taken within this time is given up: somebody waits for the answer. */
const GIVE_UP_MS = 8_000;

export function createMail({ smtpUrl, from }: MailSettings, log: Log): Mail {
  if (smtpUrl === undefined) {
    const outcome: MailOutcome = {
      sent: false,
      permanent: true,
      reason: 'this server sends no mail: its administrator sets ARGUS_SMTP_URL',
    };
    return { configured: false, send: async () => false, deliver: async () => outcome };
  }
  const options = {
    url: smtpUrl,
    connectionTimeout: GIVE_UP_MS,
    greetingTimeout: GIVE_UP_MS,
    socketTimeout: GIVE_UP_MS,
    dnsTimeout: GIVE_UP_MS,
  };
  // loaded for the first letter: it costs each start 0.15 s and 20 MB
  let loading: Promise<Transporter> | undefined;
  const transport = () =>
    (loading ??= import('nodemailer').then(({ createTransport }) => createTransport(options, { from })));
  const domain = /@([^\s@<>]+)>?$/.exec(from)?.[1] ?? 'argus';

  async function deliver({ to, subject, text, id }: Letter): Promise<MailOutcome> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${GIVE_UP_MS / 1000} s`)), GIVE_UP_MS);
    });
    const messageId = id === undefined ? {} : { messageId: `<${id}@${domain}>` };
    try {
      const { response } = (await Promise.race([
        // as an object, the address is not read as a list of addresses
        (await transport()).sendMail({ to: { name: '', address: to }, subject, text, ...messageId }),
        late,
      ])) as { response: string };
      return { sent: true, answer: response };
    } catch (error) {
      const { message, responseCode, code } = error as Error & { responseCode?: number; code?: string };
      log.warn({ reason: message, subject }, 'a mail was not sent');
      // a sign-in that is refused is put right in the settings, not by giving up its letters
      const permanent = responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH';
      return { sent: false, permanent, reason: message };
    } finally {
      clearTimeout(timer);
    }
  }

  return { configured: true, deliver, send: async (letter) => (await deliver(letter)).sent };
}
