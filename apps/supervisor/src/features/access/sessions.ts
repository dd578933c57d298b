import { hashToken, newToken } from '../../platform/crypto.ts';
import { placeOf } from '../../platform/address.ts';
import type { Context } from '../../platform/http/operations.ts';
import { SESSION_COOKIE } from '../../platform/http/token.ts';
import type { Platform } from '../../platform/platform.ts';
import type { AccessQueries } from './queries.ts';

const SESSION_HOURS = 24;
/** Characters kept of what a browser calls itself. */
const AGENT_MAX = 300;

/**
 * Signs a person in to an organization: answers the token, sets it as the page's cookie, and remembers the address
 * as one that this person comes from.
 */
export async function startSession(
  { publicUrl }: Pick<Platform, 'publicUrl'>,
  queries: AccessQueries,
  { reply, address, request }: Pick<Context, 'reply' | 'address' | 'request'>,
  userId: string,
  customer: { id: string; name: string },
): Promise<{ access_token: string; expires: string; customer: string }> {
  const token = newToken('session');
  const expires = new Date(Date.now() + SESSION_HOURS * 3_600_000);
  await queries.insertToken({
    kind: 'session',
    hash: hashToken(token),
    customer_id: customer.id,
    user_id: userId,
    expires_at: expires,
    agent: request.headers['user-agent']?.slice(0, AGENT_MAX) ?? null,
    address,
  });
  await queries.rememberAddress(userId, placeOf(address));
  void reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl().startsWith('https:'),
    expires,
  });
  return { access_token: token, expires: expires.toISOString(), customer: customer.name };
}
