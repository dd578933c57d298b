import type { Static } from 'typebox';
import type {
  Channel,
  Notification,
  NotificationRule,
  NotificationSettings,
  NotificationSettingsUpdate,
  PushDevice,
} from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const channel: Static<typeof Channel> = {
  id: IDS.channel,
  name: 'Operations in Slack',
  type: 'slack',
  addresses: [],
  url: 'hooks.slack.com …9xQz',
  problem: null,
  used_by: [{ id: IDS.rule, name: 'Whatever fails' }],
  created_by: 'admin@localhost',
  creation_date: BEGIN,
  last_update: BEGIN,
};
const made: Static<typeof Channel> = { ...channel, used_by: [] };
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';

const rule: Static<typeof NotificationRule> = {
  id: IDS.rule,
  name: 'Whatever fails',
  personal: false,
  emitter: null,
  tag: 'disk',
  events: ['failure', 'timeout'],
  only_first_failure: true,
  recovered: true,
  log_lines: 20,
  channels: [IDS.channel],
  members: [],
  to: [{ type: 'slack', id: IDS.channel, name: 'Operations in Slack' }],
  enabled: true,
  created_by: 'admin@localhost',
  creation_date: BEGIN,
  last_update: BEGIN,
};

const wanted: Static<typeof NotificationSettingsUpdate> = {
  email: true,
  browser: true,
  timezone: 'Europe/Berlin',
  quiet: { from: '22:00', to: '07:00', days: [1, 2, 3, 4, 5, 6, 7], failures_pass: true },
};
const settings: Static<typeof NotificationSettings> = {
  email: true,
  browser: true,
  push: true,
  timezone: 'Europe/Berlin',
  quiet: { from: '22:00', to: '07:00', days: [1, 2, 3, 4, 5, 6, 7], failures_pass: true },
  mail_configured: true,
  push_configured: true,
};

const device: Static<typeof PushDevice> = {
  id: IDS.pushDevice,
  name: 'Chrome, Android',
  service: 'fcm.googleapis.com',
  created_at: BEGIN,
  seen_at: '2026-11-24T09:29:58.004Z',
  last_success_at: '2026-11-24T09:30:00.310Z',
  last_failure_at: null,
  last_failure: null,
};
// of RFC 8291, appendix A
const subscription = {
  endpoint: 'https://fcm.googleapis.com/fcm/send/dGhlIGVuZHBvaW50',
  keys: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
};

const notification: Static<typeof Notification> = {
  id: IDS.notification,
  state: 'waiting',
  reason: 'it answered with status 503',
  medium: 'slack',
  to: 'Operations in Slack',
  channel_id: IDS.channel,
  member_id: null,
  rule: { id: IDS.rule, name: 'Whatever fails' },
  subject: '[failed] Disk report on web-1',
  event: 'failure',
  emitter: { type: 'task', id: IDS.task, name: 'Disk report' },
  job_id: IDS.job,
  run_id: null,
  attempts: 1,
  next_try_at: '2026-11-24T09:30:11.480Z',
  digest_id: null,
  created_at: '2026-11-24T09:30:00.210Z',
  settled_at: null,
};

export const notificationsExamples = {
  listChannels: { response: [channel] },
  createChannel: {
    body: {
      name: 'Operations in Slack',
      type: 'slack',
      url: 'https://hooks.slack.com/services/T000/B000/xxxxxxxx9xQz',
    },
    otherBodies: {
      'E-mail to some addresses': { name: 'On call', type: 'email', addresses: ['oncall@example.com'] },
      'A signed webhook': { name: 'Our pager', type: 'webhook', url: 'https://pager.example.com/argus' },
    },
    response: made,
  },
  getChannel: { response: channel },
  updateChannel: { body: { name: 'Operations in Slack' }, response: channel },
  deleteChannel: { response: { numRemoved: 1 } },
  testChannel: {
    response: {
      sent: true,
      results: [{ to: 'Operations in Slack', sent: true, answer: 'it answered with status 200: ok' }],
    },
  },
  getChannelCredentials: { response: { id: IDS.channel, secret } },
  changeChannelSecret: { response: { id: IDS.channel, secret } },
  listNotificationRules: { response: [rule] },
  createNotificationRule: {
    body: {
      name: 'Whatever fails',
      tag: 'disk',
      only_first_failure: true,
      recovered: true,
      log_lines: 20,
      channels: [IDS.channel],
    },
    otherBodies: {
      'Tell me of this task': {
        personal: true,
        emitter: { type: 'task', id: IDS.task },
        events: ['failure'],
      },
    },
    response: rule,
  },
  getNotificationRule: { response: rule },
  updateNotificationRule: { body: { enabled: false }, response: { ...rule, enabled: false } },
  deleteNotificationRule: { response: { numRemoved: 1 } },
  getNotificationSettings: { response: settings },
  putNotificationSettings: { body: wanted, response: settings },
  getPushKey: {
    response: {
      public_key: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    },
  },
  listPushDevices: { response: [device] },
  createPushDevice: { body: { ...subscription, name: 'Chrome, Android' }, response: device },
  renewPushDevice: { body: subscription, response: device },
  deletePushDevice: { params: { id: IDS.pushDevice }, response: { numRemoved: 1 } },
  testPushDevice: {
    params: { id: IDS.pushDevice },
    response: { sent: true, answer: 'it answered with status 201' },
  },
  listNotifications: { query: { state: 'waiting' }, response: [notification] },
  retryNotification: { response: { ...notification, attempts: 0, reason: null } },
  listMyNotifications: {
    response: {
      unread: 1,
      notifications: [
        {
          id: IDS.notification,
          subject: '[failed] Disk report on web-1',
          text: 'Disk report failed on web-1: exit code 3.',
          is_failure: true,
          job_id: IDS.job,
          at: '2026-11-24T09:30:00.210Z',
          read_at: null,
        },
      ],
    },
  },
  readNotifications: { body: { ids: [IDS.notification] }, response: { unread: 0 } },
} satisfies Partial<Examples>;
