import { t } from '@lingui/core/macro';

/** What the audit is about, by the first word of its actions. */
export const ABOUT: Readonly<Record<string, string>> = {
  login: t`Sign-ins`,
  logout: t`Sign-outs`,
  session: t`Sessions`,
  password: t`Passwords`,
  invitation: t`Accepted invitations`,
  profile: t`Own names`,
  member: t`Members`,
  token: t`Integration Tokens`,
  secret: t`Secrets and secret keys`,
  acl: t`Access lists`,
  task: t`Tasks`,
  workflow: t`Workflows`,
  run: t`Runs of workflows`,
  script: t`Scripts`,
  schedule: t`Schedules`,
  webhook: t`Webhooks`,
  recipe: t`Recipes`,
  job: t`Jobs`,
  queue: t`Queue`,
  host: t`Bots`,
  agent: t`Existing agents`,
  channel: t`Channels`,
  'notification-rule': t`Notification rules`,
  retention: t`Retention`,
  audit: t`Exports of the audit log`,
  customer: t`Organization`,
};

/** Where a thing that the audit speaks of is shown, below the organization’s address. */
const PLACES: Readonly<Record<string, string>> = {
  task: 'tasks',
  workflow: 'workflows',
  job: 'jobs',
  script: 'scripts',
  schedule: 'schedules',
  webhook: 'webhooks',
  host: 'bots',
  channel: 'settings/notifications/channels',
  'notification-rule': 'settings/notifications/rules',
  member: 'settings/members',
};

export function placeOfTarget(type: string | null, id: string | null): string | undefined {
  const place = PLACES[type ?? ''];
  return place === undefined || id === null ? undefined : `${place}/${id}`;
}
