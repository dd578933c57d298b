import { createServer, type AddressInfo, type Socket } from 'node:net';
import { until } from './until.ts';

export interface SunkMail {
  /** Those named to the server, which is not what the header says. */
  to: string[];
  subject: string;
  /** The body, decoded. */
  text: string;
  /** Head and body as they came. */
  raw: string;
}

/** A mail server that keeps what it takes. */
export interface MailSink extends AsyncDisposable {
  /** For `ARGUS_SMTP_URL`. */
  url: string;
  mails: readonly SunkMail[];
  /** What it does with the next mails: takes them, refuses them, for good or for now, or never answers again. */
  mode: 'take' | 'refuse' | 'later' | 'hang';
  /** From now on it answers only after the call that is answered here. */
  hold(): () => void;
  /** The newest mail to somebody, once there is one; `after` counts how many there were before. */
  mailTo(address: string, after?: number): Promise<SunkMail>;
}

export async function startMailSink(): Promise<MailSink> {
  const mails: SunkMail[] = [];
  const sockets = new Set<Socket>();
  /** Answers that are held back. */
  let held: (() => void)[] | undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    const write = (line: string) => (held ? held.push(() => socket.write(line)) : socket.write(line));
    converse(socket, write, () => sink.mode, mails);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: MailSink = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    mode: 'take',
    hold() {
      held = [];
      return () => {
        const answers = held ?? [];
        held = undefined;
        for (const answer of answers) answer();
      };
    },
    async mailTo(address, after = 0) {
      const ofThem = () => mails.filter(({ to }) => to.includes(address));
      return until(() => (ofThem().length > after ? ofThem().at(-1) : undefined), {
        what: `a mail to ${address}`,
      });
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sink;
}

/** As much of SMTP (RFC 5321) as a client needs to hand over a mail. */
function converse(
  socket: Socket,
  write: (line: string) => unknown,
  mode: () => MailSink['mode'],
  mails: SunkMail[],
): void {
  let received = '';
  let to: string[] = [];
  let inData = false;
  const say = (line: string) => {
    if (mode() !== 'hang') write(`${line}\r\n`);
  };
  say('220 sink');
  socket.on('data', (part) => {
    received += part.toString('utf8');
    for (;;) {
      const ending = inData ? '\r\n.\r\n' : '\r\n';
      const end = received.indexOf(ending);
      if (end < 0) return;
      const text = received.slice(0, end);
      received = received.slice(end + ending.length);
      if (inData) {
        inData = false;
        mails.push(readMail(to, text));
        to = [];
        say('250 taken');
        continue;
      }
      const verb = text.slice(0, 4).toUpperCase();
      if (verb === 'RCPT' && mode() === 'refuse') say('550 nobody here takes mail');
      else if (verb === 'RCPT' && mode() === 'later') say('451 come again');
      else if (verb === 'RCPT') {
        to.push(/<([^>]*)>/.exec(text)?.[1] ?? '');
        say('250 ok');
      } else if (verb === 'DATA') {
        inData = true;
        say('354 go on');
      } else if (verb === 'QUIT') {
        say('221 bye');
        socket.end();
      } else say('250 sink');
    }
  });
}

function readMail(to: string[], raw: string): SunkMail {
  const split = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, split).replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const body = raw.slice(split + 4).replaceAll('\r\n..', '\r\n.');
  return {
    to,
    raw,
    subject: decodeWords(header('Subject')),
    text: decodeBody(body, header('Content-Transfer-Encoding')),
  };
}

function decodeBody(body: string, encoding: string): string {
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? decodeQuoted(body.replaceAll('=\r\n', ''))
        : body;
  return text.replaceAll('\r\n', '\n');
}

/** Encoded words of a header (RFC 2047). */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_whole, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString('utf8')
        : decodeQuoted(word.replaceAll('_', ' ')),
    );
}

function decodeQuoted(text: string): string {
  return Buffer.from(
    text.replaceAll(/=([0-9A-F]{2})/g, (_whole, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    'latin1',
  ).toString('utf8');
}
