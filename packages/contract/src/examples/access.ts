import type { Member, Token } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const customer = {
  id: IDS.customer,
  name: 'demo',
  display_name: 'Demo',
  max_running: null,
  created_at: BEGIN,
};
const member: Member = {
  id: IDS.member,
  credential: 'user',
  tags: ['team:ops'],
  user: { id: IDS.user, name: 'Ada', email: 'ada@example.org' },
  active: true,
  invited_until: null,
  created_at: BEGIN,
};
const LINK = 'argus_invite_Zq8rT1vN5mXc3kWb7yHs2LdPf9GaJe4uRiQoVxMw6Bt';
const token: Token = {
  id: IDS.token,
  name: 'nightly reports',
  role: 'user',
  tasks: [IDS.task],
  created_by: 'admin@localhost',
  created_at: BEGIN,
  last_used_at: null,
  expires: '2027-11-02T08:00:00.000Z',
};

export const accessExamples = {
  login: {
    body: { email: 'ada@example.org', password: 'correct horse battery staple' },
    response: {
      access_token: 'argus_session_Xr3v0m1nWc5uTqkJb9yZ2sLh8dGfAe4pRiMoVxQw7Nt',
      expires: '2026-11-25T09:30:00.000Z',
      customer: 'demo',
    },
  },
  logout: {},
  changePassword: {
    body: { password: 'correct horse battery staple', new_password: 'a longer horse with better batteries' },
  },
  forgotPassword: { body: { email: 'ada@example.org' } },
  resetPassword: { body: { token: LINK, password: 'a longer horse with better batteries' } },
  readLink: {
    body: { token: LINK },
    response: {
      kind: 'invitation',
      email: 'ada@example.org',
      name: 'Ada',
      customer: 'demo',
      customer_display_name: 'Demo',
      role: 'user',
      created_by: 'admin@localhost',
      expires: '2026-12-01T09:30:00.000Z',
    },
  },
  acceptInvitation: {
    body: { token: LINK, password: 'correct horse battery staple', name: 'Ada' },
    response: {
      access_token: 'argus_session_Xr3v0m1nWc5uTqkJb9yZ2sLh8dGfAe4pRiMoVxQw7Nt',
      expires: '2026-11-25T09:30:00.000Z',
      customer: 'demo',
    },
  },
  getProfile: {
    response: {
      id: IDS.user,
      name: 'Ada',
      email: 'ada@example.org',
      kind: 'session',
      customer: 'demo',
      customer_display_name: 'Demo',
      role: 'user',
      instance_admin: false,
      customers: [{ name: 'demo', display_name: 'Demo', role: 'user' }],
    },
  },
  listCustomers: { response: [customer] },
  createCustomer: {
    body: { name: 'acme', display_name: 'Acme' },
    response: { ...customer, name: 'acme', display_name: 'Acme' },
  },
  updateCustomer: {
    params: { name: 'acme' },
    body: { display_name: 'Acme Corporation' },
    response: { ...customer, name: 'acme', display_name: 'Acme Corporation' },
  },
  listMembers: { response: [member] },
  createMember: {
    body: {
      user: { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery staple' },
      credential: 'user',
      tags: ['team:ops'],
    },
    response: { ...member, invitation: null },
  },
  inviteMember: {
    response: {
      link: `https://argus.example.org/app/invitation#${LINK}`,
      expires: '2026-12-01T09:30:00.000Z',
      mailed: false,
    },
  },
  resetMember: { response: { link: null, expires: '2026-11-24T10:30:00.000Z', mailed: true } },
  updateMember: { body: { credential: 'manager' }, response: { ...member, credential: 'manager' } },
  deleteMember: {},
  listTokens: { response: [token] },
  createToken: {
    body: { name: 'nightly reports', role: 'user', tasks: [IDS.task], expires: '2027-11-02T08:00:00.000Z' },
    response: { ...token, token: 'argus_token_q8Zt2VnYc0bKx4RfWm7sJdL1hGpUa9oEiT6wNvB3y5M' },
  },
  deleteToken: {},
  listAudit: {
    response: [
      {
        id: '01a20ce4063b0a0b0c0d0e0f',
        at: '2026-11-24T09:29:58.004Z',
        actor: 'admin@localhost',
        action: 'secret.read',
        target_type: 'task',
        target_id: IDS.task,
        outcome: 'done',
        address: '192.0.2.17',
        details: { name: 'Disk report' },
      },
    ],
  },
} satisfies Partial<Examples>;
