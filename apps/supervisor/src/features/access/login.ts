import { ArgusError, type Operations } from '@argus/contract';
import { placeOf } from '../../platform/address.ts';
import { hashPassword, verifyPassword } from '../../platform/crypto.ts';
import type { Context, Handler, Handlers } from '../../platform/http/operations.ts';
import { SESSION_COOKIE } from '../../platform/http/token.ts';
import type { Platform } from '../../platform/platform.ts';
import type { AccessQueries } from './queries.ts';
import { accountCounts, placeCount } from './rules.ts';
import { startSession } from './sessions.ts';

type Login = Context<Operations['login']>;

/** Signing in and out. */
export function loginRoutes(platform: Platform, queries: AccessQueries): Pick<Handlers, 'login' | 'logout'> {
  return {
    login: loginHandler(platform, queries),

    async logout({ caller, reply }) {
      await queries.deleteToken(caller.tokenId);
      return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send();
    },
  };
}

function loginHandler(platform: Platform, queries: AccessQueries): Handler<Operations['login']> {
  const { throttle } = platform;
  // an unknown account costs the same time as a wrong password
  const nobody = hashPassword('no account has this password');
  return async (context) => {
    const { email, password, customer: wanted } = credentialsOf(context);
    const place = placeOf(context.address);
    const fromPlace = placeCount(place);
    await throttle.take([fromPlace]);
    const user = await queries.userByEmail(email);
    // asked for an unknown account too, so that it takes as long
    const [known, memberships] = await Promise.all([
      queries.isKnownAddress(user?.id ?? '', place),
      queries.membershipsOf(user?.id ?? ''),
    ]);
    const counts = accountCounts(email, place, known);
    await throttle.take(counts);
    const uncount = () => throttle.giveBack([fromPlace, ...counts]);
    const right = await verifyPassword(password, user?.password_hash ?? (await nobody)).catch(
      async (error: unknown) => {
        // it was not looked at: too many sign in at once
        await uncount();
        throw error;
      },
    );
    const membership =
      wanted === undefined ? memberships[0] : memberships.find(({ name }) => name === wanted);
    context.note({ actor: user?.email ?? email.slice(0, 254) });
    if (user?.password_hash == null || !right || membership === undefined) {
      const concerned = membership ?? memberships[0];
      if (concerned) context.note({ customerId: concerned.id });
      throw new ArgusError('wrong_login');
    }
    await uncount();
    context.note({ customerId: membership.id });
    return startSession(platform, queries, context, user.id, membership);
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
