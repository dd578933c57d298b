import { createHmac } from 'node:crypto';
import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import { nothing, type Sample } from './shared.ts';

export function webhooksSamples(app: TestApp) {
  const { token } = app.demo.people.admin;
  /** One that everybody of its organization sees. */
  const aWebhook = async (values: object = {}) => {
    const body = { name: 'From elsewhere', acls: ['viewer', 'user', 'manager'], ...values };
    const { body: made } = await app.request('POST', '/webhook', { token, body });
    return { params: { id: (made as { id: string }).id } };
  };
  const secretOf = async (id: string) => {
    const { body } = await app.request('GET', `/webhook/${id}/credentials`, { token });
    return (body as { secret: string }).secret;
  };
  const aDelivery = async () => {
    const { params } = await aWebhook();
    const { body } = await app.request('POST', `/webhook/${params.id}/trigger`, { token, body: { a: 1 } });
    return { params: { ...params, delivery: (body as { delivery_id: string }).delivery_id } };
  };

  return {
    listWebhooks: nothing,
    createWebhook: async () => ({
      body: { name: 'From a shop', filter: { all: [{ path: 'body.total', op: 'gt', value: 10 }] } },
    }),
    getWebhook: aWebhook,
    replaceWebhook: async () => ({ ...(await aWebhook()), body: { description: 'changed' } }),
    updateWebhook: async () => ({ ...(await aWebhook()), body: { tolerance: 60 } }),
    deleteWebhook: aWebhook,
    pauseWebhook: aWebhook,
    resumeWebhook: aWebhook,
    getWebhookCredentials: aWebhook,
    changeWebhookSecret: aWebhook,
    triggerWebhook: async () => ({ ...(await aWebhook()), body: { hello: 'there' } }),
    triggerWebhookBySecret: async () => {
      const { params } = await aWebhook();
      return { params: { ...params, secret: await secretOf(params.id) }, body: { hello: 'there' } };
    },
    triggerSignedWebhook: async () => {
      const { params } = await aWebhook({ auth: 'github' });
      const body = '{"hello":"there"}';
      const signature = createHmac('sha256', await secretOf(params.id))
        .update(body)
        .digest('hex');
      return { params, body, headers: { 'x-hub-signature-256': `sha256=${signature}` } };
    },
    listDeliveries: aWebhook,
    getDelivery: aDelivery,
    resendDelivery: aDelivery,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
