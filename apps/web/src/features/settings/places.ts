import { atLeast, type Role } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useProfile, useRole } from '../../api/session.ts';

/** The least role that may; or an administrator of the server, whatever their role here. */
export type Needed = Role | 'server';

export interface SettingsPlace {
  /** Below the organization’s address. */
  to: string;
  label: string;
  /** What one does there. */
  about: string;
  needs: Needed;
}

/** All that can be settled, as the menu of the settings has it. */
export const SETTINGS: readonly { title: string; places: readonly SettingsPlace[] }[] = [
  {
    title: t`Organization`,
    places: [
      {
        to: 'settings/organization',
        label: t`Organization`,
        about: t`Its name, and how many jobs run at once.`,
        needs: 'viewer',
      },
      {
        to: 'settings/members',
        label: t`Members`,
        about: t`Who is let in, as what, and what each of them sees.`,
        needs: 'manager',
      },
      {
        to: 'settings/roles',
        label: t`Roles`,
        about: t`What each role may do.`,
        needs: 'viewer',
      },
    ],
  },
  {
    title: t`Credentials`,
    places: [
      {
        to: 'settings/credentials/bot-enrolment',
        label: t`Bot enrolment`,
        about: t`Codes that let machines in as bots, and credentials of existing agents.`,
        needs: 'admin',
      },
      {
        to: 'settings/credentials/integration-tokens',
        label: t`Integration Tokens`,
        about: t`What other programs use the API with: scope, end, last use.`,
        needs: 'admin',
      },
      {
        to: 'settings/credentials/secrets',
        label: t`Secrets`,
        about: t`Passwords and keys that tasks name in place of holding them.`,
        needs: 'admin',
      },
    ],
  },
  {
    title: t`Events and records`,
    places: [
      {
        to: 'webhooks',
        label: t`Webhooks`,
        about: t`Addresses that other systems call when something happens there.`,
        needs: 'viewer',
      },
      {
        to: 'settings/notifications',
        label: t`Notification rules`,
        about: t`Who is told what, by which channel, and what was sent.`,
        needs: 'admin',
      },
      {
        to: 'settings/retention',
        label: t`Retention`,
        about: t`How long jobs and the audit log are kept.`,
        needs: 'admin',
      },
      {
        to: 'settings/audit',
        label: t`Audit log`,
        about: t`Who did what, when and from where; with export.`,
        needs: 'admin',
      },
    ],
  },
  {
    title: t`My account`,
    places: [
      {
        to: 'settings/profile',
        label: t`Profile`,
        about: t`Your name, password, language and colours.`,
        needs: 'viewer',
      },
      {
        to: 'settings/sessions',
        label: t`Sessions`,
        about: t`Where you are signed in, and how to end that.`,
        needs: 'viewer',
      },
      {
        to: 'settings/my-notifications',
        label: t`My notifications`,
        about: t`What you are told, how, and when not.`,
        needs: 'viewer',
      },
    ],
  },
];

/** Whether who is signed in may go to a place of the settings. */
export function useMaySettle(): (needed: Needed) => boolean {
  const role = useRole();
  const { instance_admin } = useProfile();
  return (needed) => (needed === 'server' ? instance_admin : atLeast(role, needed));
}

/** The place that a path of the page belongs to. */
export function placeOf(path: string): SettingsPlace | undefined {
  const below = path.split('/').slice(2).join('/');
  return SETTINGS.flatMap(({ places }) => places).find(
    ({ to }) => below === to || below.startsWith(`${to}/`),
  );
}
