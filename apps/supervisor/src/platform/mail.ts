import type { Transporter } from 'nodemailer';
import type { Log } from './log.ts';

export interface Letter {
  to: string;
  subject: string;
  /** Plain text: names that people gave themselves are just text in it. */
  text: string;
}

export interface Mail {
  /** Whether there is a mail server to hand letters to. */
  readonly configured: boolean;
  /** Whether the mail server took the letter. Answers within 8 s, and never throws. */
  send(letter: Letter): Promise<boolean>;
}

export interface MailSettings {
  /** `smtp://user:password@host:587`, `smtps://…`; undefined sends nothing. */
  smtpUrl: string | undefined;
  from: string;
}

/** A letter that is not taken within this time is given up: somebody waits for the answer. */
const GIVE_UP_MS = 8_000;

export function createMail({ smtpUrl, from }: MailSettings, log: Log): Mail {
  if (smtpUrl === undefined) return { configured: false, send: async () => false };
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
  return {
    configured: true,
    async send({ to, subject, text }) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${GIVE_UP_MS / 1000} s`)), GIVE_UP_MS);
      });
      try {
        // as an object, the address is not read as a list of addresses
        await Promise.race([
          (await transport()).sendMail({ to: { name: '', address: to }, subject, text }),
          late,
        ]);
        return true;
      } catch (error) {
        log.warn({ reason: (error as Error).message, subject }, 'a mail was not sent');
        return false;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
