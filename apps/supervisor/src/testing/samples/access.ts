import type { LinkSent, OperationId, Session } from '@argus/contract';
import { accessQueries } from '../../features/access/index.ts';
import type { TestApp } from '../app.ts';
import { addIntegrationToken, addPerson, addSession, PASSWORD } from '../people.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function accessSamples(app: TestApp) {
  const { db, demo } = app;
  const aMember = async () => ({
    params: { id: (await addPerson(db, demo.id, `${unique()}@demo.test`, 'viewer')).memberId },
  });

  const token = demo.people.owner.token;
  const invited = async () => {
    const body = { user: { email: `${unique()}@new.test` }, credential: 'viewer' };
    const answer = await app.request('POST', '/member', { token, body });
    return answer.body as { id: string; invitation: LinkSent };
  };
  const anInvitationToken = async () => linkToken((await invited()).invitation);
  const aResetToken = async () => {
    const { id } = (await aMember()).params;
    return linkToken((await app.request('POST', `/member/${id}/reset`, { token })).body as LinkSent);
  };

  return {
    login: async () => ({ body: { email: demo.people.user.email, password: PASSWORD } }),
    logout: nothing,
    getProfile: nothing,
    updateProfile: async () => ({ body: { name: 'Ann B.' } }),
    listSessions: nothing,
    endSession: async () => {
      const { userId } = demo.people.owner;
      await addSession(db, demo.id, userId);
      const [newest] = await sessionsOf(app, token);
      return { params: { id: newest?.id ?? '' } };
    },
    endOtherSessions: nothing,
    changePassword: async () => ({ body: { password: PASSWORD, new_password: PASSWORD } }),
    forgotPassword: async () => ({ body: { email: demo.people.user.email } }),
    resetPassword: async () => ({ body: { token: await aResetToken(), password: PASSWORD } }),
    readLink: async () => ({ body: { token: await anInvitationToken() } }),
    acceptInvitation: async () => ({
      body: { token: await anInvitationToken(), password: PASSWORD, name: 'Ann' },
    }),
    listCustomers: nothing,
    createCustomer: async () => ({ body: { name: `c-${unique()}`, display_name: 'A new one' } }),
    updateCustomer: async () => {
      const { name } = await accessQueries(db).insertCustomer(`c-${unique()}`, 'Before');
      return { params: { name }, body: { display_name: 'After' } };
    },
    listMembers: nothing,
    createMember: async () => ({
      body: {
        user: { name: 'Ann', email: `${unique()}@new.test` },
        credential: 'viewer',
        tags: ['team:ops'],
      },
    }),
    inviteMember: async () => ({ params: { id: (await invited()).id } }),
    resetMember: aMember,
    updateMember: async () => ({ ...(await aMember()), body: { credential: 'user', tags: ['team:ops'] } }),
    deleteMember: aMember,
    getMemberAccess: aMember,
    listTokens: nothing,
    createToken: async () => ({
      body: { name: 'for a test', role: 'viewer', tasks: [demo.task.id], expires: null },
    }),
    deleteToken: async () => ({ params: { id: (await addIntegrationToken(db, demo.id)).id } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}

/** The part of a link that is its token. */
export function linkToken({ link }: Pick<LinkSent, 'link'>): string {
  return link?.split('#')[1] ?? '';
}

async function sessionsOf(app: TestApp, token: string): Promise<Session[]> {
  return (await app.request('GET', '/auth/session', { token })).body as Session[];
}
