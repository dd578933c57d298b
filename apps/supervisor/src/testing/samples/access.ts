import type { OperationId } from '@argus/contract';
import { accessQueries } from '../../features/access/index.ts';
import type { TestApp } from '../app.ts';
import { addIntegrationToken, addPerson, PASSWORD } from '../people.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function accessSamples(app: TestApp) {
  const { db, demo } = app;
  const aMember = async () => ({
    params: { id: (await addPerson(db, demo.id, `${unique()}@demo.test`, 'viewer')).memberId },
  });

  return {
    login: async () => ({ body: { email: demo.people.user.email, password: PASSWORD } }),
    logout: nothing,
    getProfile: nothing,
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
