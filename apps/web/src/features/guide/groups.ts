import { t } from '@lingui/core/macro';

/** The pages of the guide, by what one wants to do. */
export const GUIDE_GROUPS: readonly { title: string; pages: readonly string[] }[] = [
  {
    title: t`Begin`,
    pages: ['readme', 'running-a-task', 'arguments', 'results-and-output', 'scripts'],
  },
  {
    title: t`Look after tasks`,
    pages: [
      'finding-tasks',
      'looking-after-tasks',
      'stopping-and-timeouts',
      'retries-limits-expiry',
      'the-queue',
      'choosing-a-bot',
      'recipes',
    ],
  },
  {
    title: t`Let it run by itself`,
    pages: [
      'schedules',
      'webhooks',
      'triggers',
      'workflows',
      'approvals-and-inputs',
      'http-and-notification-tasks',
      'notifications',
      'waiting-for-a-result',
    ],
  },
  {
    title: t`Machines, people, server`,
    pages: [
      'bots',
      'existing-agents',
      'members-roles-tokens',
      'secrets',
      'behind-a-proxy',
      'backup-and-data',
      'containers',
      'several-supervisors',
      'security',
      'fault-campaign',
    ],
  },
  { title: t`Look up`, pages: ['settings', 'operations', 'errors'] },
];
