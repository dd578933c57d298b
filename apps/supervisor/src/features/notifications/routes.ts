import { ArgusError, invalid, type Notification, type NotificationSettings } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { parseTimezone } from '../schedules/index.ts';
import { channelRoutes } from './channel-routes.ts';
import { linesOf } from './facts.ts';
import { pushRoutes } from './push-routes.ts';
import type { Pusher } from './push.ts';
import type { DeliveryRow } from './queries.ts';
import { ruleRoutes, type RuleServices } from './rule-routes.ts';
import type { DeviceQueries } from './statements/devices.ts';

type NotificationOperations =
  | keyof ReturnType<typeof channelRoutes>
  | keyof ReturnType<typeof ruleRoutes>
  | keyof ReturnType<typeof pushRoutes>
  | 'getNotificationSettings'
  | 'putNotificationSettings'
  | 'listNotifications'
  | 'retryNotification'
  | 'listMyNotifications'
  | 'readNotifications';

const PAGE = 100;
const INBOX_PAGE = 50;
const USUAL_SETTINGS = { email: true, browser: true, push: true, timezone: 'UTC', quiet: null };

export function notificationRoutes(
  platform: Pick<Platform, 'box' | 'mail' | 'outbound' | 'publicUrl'>,
  {
    queries,
    devices,
    pusher,
    userOf,
    kick,
  }: RuleServices & { devices: DeviceQueries; pusher: Pusher; kick(): void },
): Pick<Handlers, NotificationOperations> {
  /** A session is somebody's. */
  function userOfSession({ userId }: Actor): string {
    if (userId === null) throw new ArgusError('forbidden', 'This is for people who signed in.');
    return userId;
  }

  async function settingsOf(userId: string): Promise<NotificationSettings> {
    const settings = (await queries.settings(userId)) ?? USUAL_SETTINGS;
    return { ...settings, mail_configured: platform.mail.configured, push_configured: pusher.configured };
  }

  return {
    ...channelRoutes(platform, queries),
    ...ruleRoutes({ queries, userOf }),
    ...pushRoutes({ devices, pusher }, userOfSession),

    getNotificationSettings: ({ caller }) => settingsOf(userOfSession(caller)),

    async putNotificationSettings({ caller, body, note }) {
      const userId = userOfSession(caller);
      const { email, browser, quiet } = body;
      const push = body.push ?? (await settingsOf(userId)).push;
      if (quiet !== null && quiet.from === quiet.to)
        throw invalid('quiet.to', 'must be another time than `from`: nothing would be told at all');
      await queries.saveSettings(userId, {
        email,
        browser,
        push,
        quiet,
        timezone: parseTimezone(body.timezone),
      });
      note({ target: { type: 'user', id: userId }, details: { email, browser, push, quiet } });
      return settingsOf(userId);
    },

    async listNotifications({ caller, query, request, reply }) {
      const { state, rule, job, channel } = query;
      const page = idPage(query, PAGE);
      const rows = await queries.deliveries(caller.customer.id, { state, rule, job, channel, ...page });
      pageLink(request, reply, rows, page.limit);
      return rows.map(deliveryView);
    },

    async retryNotification({ caller, params, note }) {
      const row = await queries.delivery(caller.customer.id, params.id);
      if (row === undefined) throw new ArgusError('not_found');
      if (!(await queries.retry(row.id)))
        throw new ArgusError(
          'conflict',
          row.digest_id === null
            ? 'Only what failed or was not sent can be sent again.'
            : 'It was told together with others: send that message again.',
        );
      note({ details: { subject: row.subject } });
      kick();
      return deliveryView((await queries.delivery(caller.customer.id, row.id)) ?? row);
    },

    async listMyNotifications({ caller, query }) {
      const userId = userOfSession(caller);
      const { timezone } = await settingsOf(userId);
      const [rows, unread] = await Promise.all([
        queries.inbox(caller.customer.id, userId, query.limit ?? INBOX_PAGE),
        queries.unread(caller.customer.id, userId),
      ]);
      return {
        unread,
        notifications: rows.map(
          ({ id, subject, facts, is_failure, job_id, settled_at, created_at, read_at }) => ({
            id,
            subject,
            text: linesOf(facts, timezone).join('\n'),
            is_failure,
            job_id,
            at: (settled_at ?? created_at).toISOString(),
            read_at: read_at?.toISOString() ?? null,
          }),
        ),
      };
    },

    async readNotifications({ caller, body }) {
      const userId = userOfSession(caller);
      await queries.read(caller.customer.id, userId, body.ids ?? null);
      return { unread: await queries.unread(caller.customer.id, userId) };
    },
  };
}

function deliveryView(row: DeliveryRow): Notification {
  const { id, state, reason, medium, recipient, rule_id, rule_name, subject, event, facts } = row;
  return {
    id,
    state,
    reason,
    medium,
    to: recipient ?? 'a deleted recipient',
    channel_id: row.channel_id,
    member_id: row.member_id,
    rule: rule_id === null ? null : { id: rule_id, name: rule_name ?? facts.rule?.name ?? 'a deleted rule' },
    subject,
    event,
    emitter: facts.emitter,
    job_id: row.job_id,
    run_id: row.run_id,
    attempts: row.attempts,
    next_try_at: state === 'waiting' ? row.due_at.toISOString() : null,
    digest_id: row.digest_id,
    created_at: row.created_at.toISOString(),
    settled_at: row.settled_at?.toISOString() ?? null,
  };
}
