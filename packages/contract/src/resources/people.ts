import { Type, type Static } from 'typebox';
import { ROLES } from '../permissions.ts';
import { Closed, Id, OneOf, OrNull, Time } from '../schema.ts';
import { Name } from './shared.ts';

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' });
const Password = Type.String({ minLength: 8, maxLength: 1000 });
const CustomerName = Type.String({ minLength: 2, maxLength: 63, pattern: '^[a-z0-9][a-z0-9-]*[a-z0-9]$' });

export const Customer = Type.Object({
  id: Id,
  name: CustomerName,
  display_name: Type.String(),
  max_running: OrNull(Type.Integer({ description: 'Jobs at once at most, on all bots; null: no limit.' })),
  created_at: Time,
});
export type Customer = Static<typeof Customer>;

export const CustomerCreate = Closed({ name: CustomerName, display_name: Type.Optional(Name) });
export const CustomerUpdate = Closed({
  display_name: Type.Optional(Name),
  max_running: Type.Optional(
    OrNull(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Jobs at once at most, on all bots.' }),
    ),
  ),
});

export const LoginRequest = Closed({
  email: Type.String({ maxLength: 254 }),
  password: Type.String({ maxLength: 1000 }),
  customer: Type.Optional(Type.String({ maxLength: 100 })),
});
export const LoginResponse = Type.Object({
  access_token: Type.String(),
  expires: Time,
  customer: Type.String(),
});

/** The part of a link's address behind `#`. */
const LinkToken = Type.String({ minLength: 1, maxLength: 200 });

export const PasswordForgot = Closed({ email: Type.String({ maxLength: 254 }) });
export const PasswordReset = Closed({ token: LinkToken, password: Password });
export const PasswordChange = Closed({
  password: Type.String({ maxLength: 1000, description: 'The one you have now.' }),
  new_password: Password,
});
export const LinkRead = Closed({ token: LinkToken });
export const InvitationAccept = Closed({
  token: LinkToken,
  password: Password,
  name: Type.Optional(Name),
});

export const Link = Type.Object({
  kind: OneOf(['invitation', 'reset']),
  email: Type.String(),
  name: Type.String(),
  customer: Type.String(),
  customer_display_name: Type.String(),
  role: OneOf(ROLES),
  created_by: Type.String(),
  expires: Time,
});
export type Link = Static<typeof Link>;

export const LinkSent = Type.Object({
  link: OrNull(Type.String({ description: 'To hand on yourself; null where it was mailed. Works once.' })),
  expires: Time,
  mailed: Type.Boolean(),
});
export type LinkSent = Static<typeof LinkSent>;

export const Profile = Type.Object({
  id: OrNull(Id),
  name: Type.String(),
  email: OrNull(Type.String()),
  kind: OneOf(['session', 'integration', 'bot']),
  customer: Type.String({ description: 'The organization of this token.' }),
  customer_display_name: Type.String(),
  role: OneOf(ROLES),
  instance_admin: Type.Boolean(),
  customers: Type.Array(
    Type.Object({ name: Type.String(), display_name: Type.String(), role: OneOf(ROLES) }),
  ),
});
export type Profile = Static<typeof Profile>;
export const ProfileUpdate = Closed({ name: Name });

export const Session = Type.Object({
  id: Id,
  current: Type.Boolean({ description: 'The one that asks.' }),
  customer: Type.String({ description: 'The organization it is signed in to.' }),
  agent: OrNull(Type.String({ description: 'What the browser or program calls itself.' })),
  address: OrNull(Type.String({ description: 'Where it signed in from.' })),
  created_at: Time,
  last_seen_at: OrNull(Time),
  last_seen_from: OrNull(Type.String()),
  expires: OrNull(Time),
});
export type Session = Static<typeof Session>;
export const SessionsEnded = Type.Object({ ended: Type.Integer() });

export const Member = Type.Object({
  id: Id,
  credential: OneOf(ROLES),
  tags: Type.Array(Type.String()),
  user: Type.Object({ id: Id, name: Type.String(), email: Type.String() }),
  active: Type.Boolean({ description: 'Has a password. Who is invited has none until they accept.' }),
  invited_until: OrNull(Type.String({ description: 'When the open invitation ends.' })),
  disabled_at: OrNull(Type.String({ description: 'Since when they are kept out; null: they are not.' })),
  created_at: Time,
});
export type Member = Static<typeof Member>;

export const MemberCreated = Type.Object({
  ...Member.properties,
  invitation: OrNull(LinkSent),
});

const MemberTags = Type.Array(Type.String({ minLength: 3, maxLength: 200, pattern: '^[^:]+:.+$' }), {
  maxItems: 100,
});
export const MemberCreate = Closed({
  user: Closed({ name: Type.Optional(Name), email: Email, password: Type.Optional(Password) }),
  credential: OneOf(ROLES),
  tags: Type.Optional(MemberTags),
});
export const MemberUpdate = Closed({
  credential: Type.Optional(OneOf(ROLES)),
  tags: Type.Optional(MemberTags),
  disabled: Type.Optional(
    Type.Boolean({ description: 'Kept out: cannot sign in here and is not asked or told anything.' }),
  ),
});

export const MemberAccess = Type.Object({
  everything: Type.Boolean({ description: 'The role sees all; access lists do not bind it.' }),
  entries: Type.Array(Type.String(), {
    description: 'What entries of access lists name this member by: role, e-mail, tags.',
  }),
  total: Type.Integer({ description: 'Tasks and workflows there are.' }),
  seen: Type.Integer({ description: 'Of these, what the member sees.' }),
  found: Type.Integer({ description: 'What fits the question, also where `items` has fewer.' }),
  items: Type.Array(
    Type.Object({
      type: OneOf(['task', 'workflow']),
      id: Id,
      name: Type.String(),
      sees: Type.Boolean(),
      because: Type.Array(Type.String(), { description: 'The entries of its list that let the member in.' }),
      acls: Type.Array(Type.String(), { description: 'Its whole access list.' }),
    }),
  ),
});
export type MemberAccess = Static<typeof MemberAccess>;

export const Token = Type.Object({
  id: Id,
  name: Type.String(),
  role: OneOf(ROLES),
  tasks: OrNull(Type.Array(Id)),
  created_by: OrNull(Type.String()),
  created_at: Time,
  last_used_at: OrNull(Time),
  last_used_from: OrNull(Type.String({ description: 'The address it was last used from.' })),
  expires: OrNull(Time),
});
export type Token = Static<typeof Token>;
export const TokenCreate = Closed({
  name: Name,
  role: Type.Optional(OneOf(ROLES, 'Default admin; at most your own.')),
  tasks: Type.Optional(
    OrNull(Type.Array(Id, { minItems: 1, maxItems: 1000, description: 'Only these tasks and their jobs.' })),
  ),
  expires: Type.Optional(OrNull(Type.String({ description: 'ISO 8601; never if left out.' }))),
});
export const TokenCreated = Type.Object({
  ...Token.properties,
  token: Type.String({ description: 'Shown this once.' }),
});
