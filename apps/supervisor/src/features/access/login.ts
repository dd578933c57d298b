import { ArgusError, type Operations } from '@argus/contract';
import { hashPassword, hashToken, newToken, verifyPassword } from '../../platform/crypto.ts';
import type { Context, Handler } from '../../platform/http/operations.ts';
import { SESSION_COOKIE } from '../../platform/http/token.ts';
import type { AccessQueries } from './queries.ts';

const SESSION_HOURS = 24;

type Login = Context<Operations['login']>;

/** Signs a person in: answers the token, and sets it as the page's cookie. */
export function loginHandler(
  queries: AccessQueries,
  secureCookie: () => boolean,
): Handler<Operations['login']> {
  // an unknown account costs the same time as a wrong password
  const nobody = hashPassword('no account has this password');
  return async (context) => {
    const { email, password, customer: wanted } = credentialsOf(context);
    const user = await queries.userByEmail(email);
    const right = await verifyPassword(password, user?.password_hash ?? (await nobody));
    const memberships = user && right && user.password_hash ? await queries.membershipsOf(user.id) : [];
    const membership =
      wanted === undefined ? memberships[0] : memberships.find(({ name }) => name === wanted);
    if (user === undefined || membership === undefined) {
      context.note({ actor: email.slice(0, 254), ...(memberships[0] && { customerId: memberships[0].id }) });
      throw new ArgusError('wrong_login');
    }
    const token = newToken('session');
    const expires = new Date(Date.now() + SESSION_HOURS * 3_600_000);
    await queries.insertToken({
      kind: 'session',
      hash: hashToken(token),
      customer_id: membership.id,
      user_id: user.id,
      expires_at: expires,
    });
    context.note({ actor: user.email, customerId: membership.id });
    void context.reply.setCookie(SESSION_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: secureCookie(),
      expires,
    });
    return { access_token: token, expires: expires.toISOString(), customer: membership.name };
  };
}

/** HTTP Basic, or the body. */
function credentialsOf({ body, query, request }: Login): {
  email: string;
  password: string;
  customer: string | undefined;
} {
  const customer = body?.customer ?? query.customer;
  if (body) return { email: body.email, password: body.password, customer };
  const basic = /^Basic +([A-Za-z0-9+/=_-]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const text = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  // NUL cannot be asked of the database, and no e-mail holds one
  if (colon < 0 || text.includes('\0'))
    throw new ArgusError('wrong_login', 'Send e-mail and password, as HTTP Basic or in the body.');
  return { email: text.slice(0, colon), password: text.slice(colon + 1), customer };
}
