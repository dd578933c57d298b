import type { OperationId } from '@argus/contract';
import { newId } from '../../platform/ids.ts';
import type { TestApp } from '../app.ts';
import { nothing, unique, type Sample } from './shared.ts';

export function notificationsSamples(app: TestApp) {
  const { demo, platform } = app;
  const token = demo.people.admin.token;
  const made = async (path: string, body: object) => {
    const answer = await app.request('POST', path, { token, body });
    return { params: { id: (answer.body as { id: string }).id } };
  };
  // nobody listens there: the answer is that it cannot be reached
  const aChannel = () =>
    made('/channel', { name: `Webhook ${unique()}`, type: 'webhook', url: 'http://127.0.0.1:9/hook' });
  const aRule = () =>
    made('/notification-rule', { members: [demo.people.admin.email], events: ['approved'] });

  /** The keys of RFC 8291, appendix A; nobody listens at the address. */
  const newSubscription = async () => {
    // samples are made more often than one person may have devices
    await platform.db.once('delete from push_devices', []);
    return {
      endpoint: `https://127.0.0.1:9/push/${unique()}`,
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    };
  };
  const aDevice = async () => {
    const subscription = await newSubscription();
    const answer = await app.request('POST', '/notification-settings/device', {
      token: demo.people.owner.token,
      body: { ...subscription, name: 'Firefox, Linux' },
    });
    return { subscription, params: { id: (answer.body as { id: string }).id } };
  };

  const aFailedDelivery = async () => {
    const id = newId();
    await platform.db.once(
      `insert into notification_deliveries (id, customer_id, once_key, medium, address, target, subject, facts, state, reason, settled_at)
       values ($1, $2, $1, 'email', 'eve@demo.test', 'email:eve@demo.test', 'A subject',
         '{"kind":"message","body":"text","emitter":null,"rule":null,"job_id":null,"acls":[],"log":[]}', 'failed', 'nobody took it', now())`,
      [id, demo.id],
    );
    return { params: { id } };
  };

  return {
    listChannels: nothing,
    createChannel: async () => ({
      body: { name: `On call ${unique()}`, type: 'email', addresses: ['oncall@demo.test'] },
    }),
    getChannel: aChannel,
    updateChannel: async () => ({ ...(await aChannel()), body: { name: `Renamed ${unique()}` } }),
    deleteChannel: aChannel,
    testChannel: aChannel,
    getChannelCredentials: aChannel,
    changeChannelSecret: aChannel,
    listNotificationRules: nothing,
    createNotificationRule: async () => ({ body: { personal: true, events: ['approved'] } }),
    getNotificationRule: aRule,
    updateNotificationRule: async () => ({ ...(await aRule()), body: { enabled: false } }),
    deleteNotificationRule: aRule,
    getNotificationSettings: nothing,
    putNotificationSettings: async () => ({
      body: { email: true, browser: true, timezone: 'Europe/Berlin', quiet: null },
    }),
    getPushKey: nothing,
    listPushDevices: nothing,
    createPushDevice: async () => ({ body: { ...(await newSubscription()), name: 'Chrome, Android' } }),
    renewPushDevice: async () => ({ body: (await aDevice()).subscription }),
    deletePushDevice: async () => ({ params: (await aDevice()).params }),
    testPushDevice: async () => ({ params: (await aDevice()).params }),
    listNotifications: nothing,
    retryNotification: aFailedDelivery,
    listMyNotifications: nothing,
    readNotifications: async () => ({ body: {} }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
