import type { LinkSent, OperationId } from '@argus/contract';
import { accessQueries } from '../../features/access/index.ts';
import type { TestApp } from '../app.ts';
import { addIntegrationToken, addPerson, PASSWORD } from '../people.ts';
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
    listTokens: nothing,
    createToken: async () => ({
      body: { name: 'for a test', role: 'viewer', tasks: [demo.task.id], expires: null },
    }),
    deleteToken: async () => ({ params: { id: (await addIntegrationToken(db, demo.id)).id } }),
    listAudit: nothing,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}

/** The part of a link that is its token. */
export function linkToken({ link }: Pick<LinkSent, 'link'>): string {
  return link?.split('#')[1] ?? '';
}
