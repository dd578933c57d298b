import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { createGate } from './gate.ts';
import { tooMany } from './too-many.ts';

const argon2Async = promisify(argon2);

/** 256 random bits with a prefix that tells people and secret scanners what it is. */
export function newToken(prefix: 'session' | 'token' | 'bot' | 'enroll' | 'invitation' | 'reset'): string {
  return `argus_${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** The token of whoever knows a secret of 256 bits: always the same one, and the secret cannot be found from it. */
export function tokenFor(prefix: 'agent', secret: string): string {
  return `argus_${prefix}_${createHmac('sha256', secret).update('argus token').digest('base64url')}`;
}

/** A task's or job's secret key: 64 hex digits from the system's generator. */
export function newSecretKey(): string {
  return randomBytes(32).toString('hex');
}

/** What is stored of a token: its SHA-256. Tokens have 256 bits of their own, so no salt or stretching is due. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function sha256Hex(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Compares in constant time; false for different lengths. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

// OWASP's minimum for argon2id; about 45 ms in the thread pool
const ARGON = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

/**
 * Two at a time of the four threads that Node has for such work, and two seconds' worth waiting: a flood of sign-ins
 * must not stop everything else that needs a thread.
 */
const hashing = createGate({ width: 2, waiting: 80 });

async function argon(options: Parameters<typeof argon2>[1]): Promise<Buffer> {
  const done = await hashing.run(() => argon2Async('argon2id', options));
  if (done === undefined) throw tooMany(2_000);
  return done.value;
}

/**
 * A password as `argon2id$m$t$p$salt$tag` (salt and tag in base64url).
 * Throws `too_many_requests` where too many passwords wait to be hashed.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await argon({ message: password, nonce: salt, ...ARGON });
  return [
    'argon2id',
    ARGON.memory,
    ARGON.passes,
    ARGON.parallelism,
    salt.toString('base64url'),
    tag.toString('base64url'),
  ].join('$');
}

/** Throws as `hashPassword` does. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, memory, passes, parallelism, salt, tag] = stored.split('$');
  if (kind !== 'argon2id' || salt === undefined || tag === undefined) return false;
  const expected = Buffer.from(tag, 'base64url');
  const actual = await argon({
    message: password,
    nonce: Buffer.from(salt, 'base64url'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: expected.length,
  });
  return sameBytes(actual, expected);
}

/** Encrypts what must be readable again (secret keys, env, masked values) under the instance's secret key. */
export interface SecretBox {
  seal(plain: string): Buffer;
  /** Throws when the text was sealed under another key or was changed. */
  open(sealed: Uint8Array): string;
  /** A secret of 64 hex digits that this instance alone can make, always the same for one purpose. */
  derive(purpose: string): string;
  /** Tells one key from another without giving it away. */
  readonly fingerprint: string;
}

export function secretBox(secretKey: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'argus secret box', 32));
  const deriving = Buffer.from(hkdfSync('sha256', secretKey, '', 'argus derived secrets', 32));
  return {
    // AES-256-GCM: 12 bytes nonce, 16 bytes tag, then the text
    seal(plain) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
    },
    derive: (purpose) => createHmac('sha256', deriving).update(purpose).digest('hex'),
    fingerprint: createHmac('sha256', key).update('fingerprint').digest('hex').slice(0, 32),
  };
}
