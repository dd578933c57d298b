import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  sign,
  type webcrypto,
} from 'node:crypto';

const CURVE = 'prime256v1';
/** An uncompressed point of P-256. */
const POINT_BYTES = 65;
const AUTH_BYTES = 16;
const SALT_BYTES = 16;
/** Bytes of a body that every push service takes, RFC 8030. */
const BODY_MAX_BYTES = 4096;
/** Before the text: salt, record size, length of the key, key. */
const HEAD_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES;
/** After it: the sign of the last record, and the tag. */
const TAIL_BYTES = 1 + 16;

/** Bytes that a message may have before it is encrypted. */
export const PUSH_MAX_BYTES = BODY_MAX_BYTES - HEAD_BYTES - TAIL_BYTES;

/** How long what signs a request counts; RFC 8292 allows a day. */
const TOKEN_S = 12 * 3600;

/** The keys of a browser's subscription, in base64url as browsers give them. */
export interface BrowserKeys {
  p256dh: string;
  auth: string;
}

/** What is wrong with the keys of a subscription; undefined where nothing can be encrypted wrongly with them. */
export function wrongKey({ p256dh, auth }: BrowserKeys): keyof BrowserKeys | undefined {
  if (Buffer.from(auth, 'base64url').length !== AUTH_BYTES) return 'auth';
  const point = Buffer.from(p256dh, 'base64url');
  if (point.length !== POINT_BYTES) return 'p256dh';
  try {
    // refuses what is no point of the curve
    const ours = createECDH(CURVE);
    ours.generateKeys();
    ours.computeSecret(point);
    return undefined;
  } catch {
    return 'p256dh';
  }
}

/** What is made anew for each message; given only to compare with what is written in a standard. */
export interface Once {
  salt: Buffer;
  /** Private key, 32 bytes. */
  key: Buffer;
}

/**
 * Encrypts a message for a browser as RFC 8291 says: the body of a request with `content-encoding: aes128gcm`.
 * Throws for more than `PUSH_MAX_BYTES` and for keys that `wrongKey` complains about.
 */
export function encryptPush(message: Uint8Array, { p256dh, auth }: BrowserKeys, once?: Once): Buffer {
  if (message.length > PUSH_MAX_BYTES) throw new Error(`a push of ${message.length} bytes is too long`);
  const salt = once?.salt ?? randomBytes(SALT_BYTES);
  const ours = createECDH(CURVE);
  if (once === undefined) ours.generateKeys();
  else ours.setPrivateKey(once.key);
  const theirs = Buffer.from(p256dh, 'base64url');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours.getPublicKey()]);
  const shared = derived(ours.computeSecret(theirs), Buffer.from(auth, 'base64url'), info, 32);
  const key = derived(shared, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derived(shared, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(BODY_MAX_BYTES);
  return Buffer.concat([
    salt,
    size,
    Buffer.from([POINT_BYTES]),
    ours.getPublicKey(),
    cipher.update(message),
    // the last record, and nothing after it
    cipher.update(Buffer.from([2])),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

function derived(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, bytes));
}

/** What a server signs with, so that a push service knows that it is the one a browser subscribed to (VAPID). */
export interface ServerKey {
  /** An uncompressed point in base64url: what browsers take as `applicationServerKey`. */
  public: string;
  private: webcrypto.JsonWebKey;
}

export function newServerKey(): ServerKey {
  const jwk = generateKeyPairSync('ec', { namedCurve: CURVE }).privateKey.export({ format: 'jwk' });
  const [x, y] = [jwk.x ?? '', jwk.y ?? ''].map((part) => Buffer.from(part, 'base64url'));
  return {
    public: Buffer.concat([Buffer.from([4]), x as Buffer, y as Buffer]).toString('base64url'),
    private: jwk,
  };
}

/**
 * The `authorization` of a request to a push service, as RFC 8292 says.
 * @param subject `https:` or `mailto:`: whom the push service can turn to.
 * @param now Milliseconds since 1970.
 */
export function pushAuthorization(
  key: ServerKey,
  { endpoint, subject, now }: { endpoint: string; subject: string; now: number },
): string {
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(now / 1000) + TOKEN_S, sub: subject };
  const text = [{ typ: 'JWT', alg: 'ES256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(text), {
    key: createPrivateKey({ key: key.private, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return `vapid t=${text}.${signature.toString('base64url')}, k=${key.public}`;
}
