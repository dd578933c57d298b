import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { Closed } from '../schema.ts';
import { cursor, id, limit } from './shared.ts';

/** Who may come in, and who did what. */
export const accessOperations = {
  // ── sign in ──
  login: operation({
    method: 'POST',
    path: '/auth/login',
    permission: 'public',
    scope: 'global',
    tag: 'auth',
    audit: 'login',
    accepts: 'form',
    summary: 'Sign in with e-mail and password (body) or HTTP Basic',
    query: Closed({
      customer: Type.Optional(
        Type.String({
          maxLength: 100,
          description: 'The organization to sign in to; your first if left out.',
        }),
      ),
    }),
    basic: true,
    body: Type.Union([R.LoginRequest, Type.Null()]),
    response: R.LoginResponse,
    errors: ['wrong_login', 'too_many_requests'],
  }),
  logout: operation({
    method: 'POST',
    path: '/auth/logout',
    permission: 'session',
    scope: 'global',
    tag: 'auth',
    audit: 'logout',
    summary: 'End this session',
    status: 204,
  }),
  getProfile: operation({
    method: 'GET',
    path: '/auth/profile',
    permission: 'signed_in',
    scope: 'global',
    tag: 'auth',
    summary: 'Who am I',
    response: R.Profile,
  }),

  // ── organizations ──
  listCustomers: operation({
    method: 'GET',
    path: '/customer',
    permission: 'instance_admin',
    scope: 'global',
    tag: 'organizations',
    summary: 'List organizations',
    response: Type.Array(R.Customer),
  }),
  createCustomer: operation({
    method: 'POST',
    path: '/customer',
    permission: 'instance_admin',
    scope: 'global',
    tag: 'organizations',
    audit: 'customer.create',
    summary: 'Create an organization; you become its owner',
    body: R.CustomerCreate,
    status: 201,
    response: R.Customer,
    errors: ['conflict'],
  }),
  updateCustomer: operation({
    method: 'PATCH',
    path: '/customer/{name}',
    permission: 'instance_admin',
    scope: 'global',
    tag: 'organizations',
    audit: 'customer.update',
    summary: 'Rename an organization for people',
    params: Closed({ name: Type.String({ maxLength: 100, description: 'The organization’s name.' }) }),
    body: R.CustomerUpdate,
    response: R.Customer,
  }),

  // ── members ──
  listMembers: operation({
    method: 'GET',
    path: '/member',
    permission: 'manager',
    tag: 'members',
    summary: 'List members',
    response: Type.Array(R.Member),
  }),
  createMember: operation({
    method: 'POST',
    path: '/member',
    permission: 'manager',
    tag: 'members',
    audit: 'member.create',
    summary: 'Add a member',
    body: R.MemberCreate,
    status: 201,
    response: R.Member,
    errors: ['conflict'],
  }),
  updateMember: operation({
    method: 'PATCH',
    path: '/member/{id}',
    permission: 'manager',
    tag: 'members',
    audit: 'member.update',
    summary: 'Change role or tags',
    params: id,
    body: R.MemberUpdate,
    response: R.Member,
  }),
  deleteMember: operation({
    method: 'DELETE',
    path: '/member/{id}',
    permission: 'manager',
    tag: 'members',
    audit: 'member.delete',
    summary: 'Remove a member',
    params: id,
    status: 204,
    errors: ['conflict'],
  }),

  // ── integration tokens ──
  listTokens: operation({
    method: 'GET',
    path: '/token',
    permission: 'admin',
    tag: 'tokens',
    summary: 'List integration tokens',
    response: Type.Array(R.Token),
  }),
  createToken: operation({
    method: 'POST',
    path: '/token',
    permission: 'admin',
    tag: 'tokens',
    audit: 'token.create',
    summary: 'Create an integration token',
    body: R.TokenCreate,
    status: 201,
    response: R.TokenCreated,
  }),
  deleteToken: operation({
    method: 'DELETE',
    path: '/token/{id}',
    permission: 'admin',
    tag: 'tokens',
    audit: 'token.delete',
    summary: 'Revoke an integration token at once',
    params: id,
    status: 204,
  }),

  // ── audit ──
  listAudit: operation({
    method: 'GET',
    path: '/audit',
    permission: 'admin',
    tag: 'audit',
    summary: 'Who did what, newest first',
    query: Closed({ limit, cursor }),
    response: Type.Array(R.AuditEntry),
  }),
} as const satisfies Record<string, Operation>;
