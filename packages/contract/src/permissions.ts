/** Roles of a member, lowest first: each may do all that the ones before it may (design §5 "Who may"). */
export const ROLES = ['viewer', 'user', 'manager', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may call an operation: a role and above; `public` (no token); `secret` (the object's secret key is the
 * permission); `signed_in` (any session or token); `session` (a person who signed in); `bot` (a bot's own credential);
 * `agent` (the token of an existing agent); `instance_admin`.
 */
export type Permission =
  | Role
  | 'public'
  | 'secret'
  | 'signed_in'
  | 'session'
  | 'bot'
  | 'agent'
  | 'instance_admin';

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Roles that access lists do not bind. */
export function seesEverything(role: Role): boolean {
  return atLeast(role, 'admin');
}

export interface AclSubject {
  role: Role;
  email: string | null;
  /** Member tags as `key:value`. */
  tags: readonly string[];
}

/**
 * Whether an access list lets somebody in. Entries are an e-mail, a role name or a tag, compared whole and
 * without case; an empty list means admin and above only (design §5, wire: "intended rule").
 */
export function aclAdmits(acls: readonly string[], subject: AclSubject): boolean {
  if (seesEverything(subject.role)) return true;
  const mine = new Set(aclKeys(subject));
  return acls.some((entry) => mine.has(entry.toLowerCase()));
}

/** What an access list entry is compared with, lower-cased. */
export function aclKeys({ role, email, tags }: AclSubject): string[] {
  return [role, ...(email === null ? [] : [email]), ...tags].map((key) => key.toLowerCase());
}

/**
 * Nobody grants more than they hold: a manager grants below manager, an admin up to admin, an owner all. The
 * same rule decides whom they may change.
 */
export function mayGrant(granter: Role, granted: Role): boolean {
  if (!atLeast(granter, 'manager')) return false;
  if (granter === 'manager') return !atLeast(granted, 'manager');
  return atLeast(granter, granted);
}

/** First path segments that belong to routes; no organization may be called so. */
export const RESERVED_NAMES: readonly string[] = [
  'account',
  'admin',
  'agent',
  'api',
  'app',
  'assets',
  'audit',
  'auth',
  'bot',
  'changes',
  'channel',
  'customer',
  'docs',
  'event',
  'favicon.ico',
  'file',
  'forgot',
  'guide',
  'health',
  'healthz',
  'host',
  'indicator',
  'invitation',
  'job',
  'log',
  'login',
  'logout',
  'marketplace',
  'member',
  'metrics',
  'monitor',
  'notification',
  'notification-rule',
  'notification-settings',
  'openapi.json',
  'overview',
  'psaux',
  'dstat',
  'public',
  'queue',
  'recipe',
  'reset',
  'resource',
  'robots.txt',
  'saved-view',
  'schedule',
  'scheduler',
  'script',
  'secret',
  'session',
  'settings',
  'static',
  'status',
  'tag',
  'task',
  'token',
  'usage',
  'user',
  'webhook',
  'workflow',
  'workflows',
];

/** 2–63 of a–z, 0–9 and `-`: it is a path segment. */
export const CUSTOMER_NAME = /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/;

export function isRole(value: string): value is Role {
  return (ROLES as readonly string[]).includes(value);
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const TAG = /^[^:\s][^:]*:.+$/;

/** What keeps an entry of an access list from ever letting anybody in; undefined where nothing does. */
export function problemOfEntry(entry: string): string | undefined {
  if (entry.trim() !== entry) return 'has white space around it';
  if (EMAIL.test(entry) || isRoleOrTag(entry)) return undefined;
  return 'is neither an e-mail, a role (viewer, user, manager, admin, owner) nor a member tag key:value';
}

/** Whether an entry of an access list names a role or a member tag. */
export function isRoleOrTag(entry: string): boolean {
  return TAG.test(entry) || isRole(entry.toLowerCase());
}
