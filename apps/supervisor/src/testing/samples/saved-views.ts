import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function savedViewsSamples(app: TestApp) {
  const body = () => ({ page: 'tasks', name: unique(), search: { q: 'state:failing' } });
  const shared = async () => {
    const { token } = app.demo.people.admin;
    const made = await app.request('POST', '/saved-view', { token, body: { ...body(), shared: true } });
    return { params: { id: made.body.id as string } };
  };
  return {
    listSavedViews: nothing,
    createSavedView: async () => ({ body: body() }),
    updateSavedView: async () => ({ ...(await shared()), body: { name: unique() } }),
    deleteSavedView: shared,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
