import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
  type ECDH,
} from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate } from './certificate.ts';
import type { SinkAnswer } from './http-sink.ts';
import { until } from './until.ts';

/** What a browser keeps of its subscription. */
export interface BrowserKeyPair {
  pair: ECDH;
  auth: Buffer;
  /** What it gives to a server, in base64url. */
  given: { p256dh: string; auth: string };
}

export interface SunkPush {
  path: string;
  headers: IncomingHttpHeaders;
  /** What the browser reads, decrypted with its keys. */
  text: string;
  /** What the server says of itself, where its signature is right. */
  claims: { aud: string; exp: number; sub: string };
  /** The key that it is signed with, in base64url. */
  signedBy: string;
}

/** A push service by https, and the browsers that subscribed to it: it believes nothing that is not signed and encrypted right. */
export interface PushSink extends AsyncDisposable {
  origin: string;
  /** PEM, for whoever is to trust it. */
  ca: string;
  /** Makes a browser subscribe; what it would give to a server. */
  subscribe(): { endpoint: string; keys: { p256dh: string; auth: string } };
  /** Takes an address away, as a browser does that is not to be told any more: 410 from then on. */
  unsubscribe(endpoint: string): void;
  pushes: readonly SunkPush[];
  /** What was sent and is not as the standards say. */
  wrong: readonly string[];
  /** How it answers from now on; 201 at first. */
  answer: (push: SunkPush) => SinkAnswer;
  /** What was sent to a browser, or to all, once there is so much. */
  got(count: number, endpoint?: string): Promise<readonly SunkPush[]>;
}

export function newBrowserKeys(): BrowserKeyPair {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const auth = randomBytes(16);
  const given = { p256dh: pair.getPublicKey('base64url'), auth: auth.toString('base64url') };
  return { pair, auth, given };
}

export async function startPushSink(): Promise<PushSink> {
  const { key, cert } = certificate(['127.0.0.1']);
  const browsers = new Map<string, BrowserKeyPair>();
  const pushes: SunkPush[] = [];
  const wrong: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const browser = browsers.get(path);
      if (browser === undefined)
        return void response.writeHead(410).end('push subscription has unsubscribed');
      try {
        const said = claimsOf(headers.authorization ?? '');
        if (said.claims.aud !== sink.origin) throw new Error(`signed for ${said.claims.aud}`);
        if (headers['content-encoding'] !== 'aes128gcm') throw new Error('not aes128gcm');
        const push = { path, headers, text: decryptPush(Buffer.concat(pieces), browser), ...said };
        pushes.push(push);
        const answer = sink.answer(push);
        if (answer !== 'hang') response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
      } catch (error) {
        wrong.push((error as Error).message);
        response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: PushSink = {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: cert,
    subscribe() {
      const path = `/push/${randomBytes(12).toString('base64url')}`;
      const browser = newBrowserKeys();
      browsers.set(path, browser);
      return { endpoint: `${sink.origin}${path}`, keys: browser.given };
    },
    unsubscribe: (endpoint) => void browsers.delete(new URL(endpoint).pathname),
    pushes,
    wrong,
    answer: () => ({ status: 201 }),
    got: (count, endpoint) =>
      until(
        () => {
          const some = pushes.filter(
            ({ path }) => endpoint === undefined || path === new URL(endpoint).pathname,
          );
          return some.length >= count ? some : undefined;
        },
        { what: `${count} pushes` },
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return sink;
}

/** A body of one record, read as RFC 8188 and RFC 8291 say. Throws for one that is not for these keys. */
export function decryptPush(body: Buffer, { pair, auth }: Pick<BrowserKeyPair, 'pair' | 'auth'>): string {
  if (body.length > 4096) throw new Error(`${body.length} bytes, and a push service takes 4096`);
  const salt = body.subarray(0, 16);
  const size = body.readUInt32BE(16);
  const length = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + length);
  const record = body.subarray(21 + length);
  if (record.length > size) throw new Error('more than one record');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), theirs]);
  const shared = Buffer.from(hkdfSync('sha256', pair.computeSecret(theirs), auth, info, 32));
  const part = (name: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', shared, salt, Buffer.from(`Content-Encoding: ${name}\0`), bytes));
  const decipher = createDecipheriv('aes-128-gcm', part('aes128gcm', 16), part('nonce', 12));
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('the last record does not end as one');
  return padded.subarray(0, end).toString('utf8');
}

/** What an `authorization` as of RFC 8292 says. Throws where its signature is wrong, or its time over or too far off. */
function claimsOf(authorization: string): Pick<SunkPush, 'claims' | 'signedBy'> {
  const [, text = '', signature = '', signedBy = ''] =
    /^vapid t=([\w-]+\.[\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const point = Buffer.from(signedBy, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)].map((part) => part.toString('base64url'));
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
  const signed = Buffer.from(signature, 'base64url');
  if (!verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signed))
    throw new Error('the signature is wrong');
  const claims = JSON.parse(
    Buffer.from(text.split('.')[1] ?? '', 'base64url').toString(),
  ) as SunkPush['claims'];
  const inS = claims.exp - Date.now() / 1000;
  if (inS <= 0 || inS > 24 * 3600) throw new Error(`counts for ${inS} s`);
  if (!/^(https:|mailto:)/.test(claims.sub)) throw new Error(`no contact: ${claims.sub}`);
  return { claims, signedBy };
}
