import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function secretsSamples(app: TestApp) {
  const body = () => ({ name: `S${unique().replaceAll(/[^A-Za-z0-9]/g, '')}`, value: 'a value' });
  const own = async () => {
    const { token } = app.demo.people.admin;
    const made = await app.request('POST', '/secret', { token, body: body() });
    return { params: { id: made.body.id as string } };
  };
  return {
    listSecrets: nothing,
    createSecret: async () => ({ body: body() }),
    getSecret: own,
    updateSecret: async () => ({ ...(await own()), body: { value: 'another' } }),
    deleteSecret: own,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
