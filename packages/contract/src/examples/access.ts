import type { Member, Profile, Token } from '../resources/index.ts';
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
  disabled_at: null,
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
  last_used_at: '2026-11-24T09:12:00.000Z',
  last_used_from: '192.0.2.17',
  expires: '2027-11-02T08:00:00.000Z',
};

const profile: Profile = {
  id: IDS.user,
  name: 'Ada',
  email: 'ada@example.org',
  kind: 'session',
  customer: 'demo',
  customer_display_name: 'Demo',
  role: 'user',
  instance_admin: false,
  customers: [{ name: 'demo', display_name: 'Demo', role: 'user' }],
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
  getProfile: { response: profile },
  updateProfile: { body: { name: 'Ada L.' }, response: { ...profile, name: 'Ada L.' } },
  listSessions: {
    response: [
      {
        id: IDS.token,
        current: true,
        customer: 'demo',
        agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
        address: '192.0.2.17',
        created_at: BEGIN,
        last_seen_at: '2026-11-24T09:29:58.004Z',
        last_seen_from: '192.0.2.17',
        expires: '2026-11-25T09:30:00.000Z',
      },
    ],
  },
  endSession: { params: { id: IDS.token } },
  endOtherSessions: { response: { ended: 2 } },
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
  getMemberAccess: {
    response: {
      everything: false,
      entries: ['user', 'ada@example.org', 'team:ops'],
      total: 12,
      seen: 1,
      found: 1,
      items: [
        {
          type: 'task',
          id: IDS.task,
          name: 'Disk report',
          sees: true,
          because: ['team:ops'],
          acls: ['team:ops', 'manager'],
        },
      ],
    },
  },
  listTokens: { response: [token] },
  createToken: {
    body: { name: 'nightly reports', role: 'user', tasks: [IDS.task], expires: '2027-11-02T08:00:00.000Z' },
    response: { ...token, token: 'argus_token_q8Zt2VnYc0bKx4RfWm7sJdL1hGpUa9oEiT6wNvB3y5M' },
  },
  deleteToken: {},
} satisfies Partial<Examples>;
