import type { Role } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import { useRole } from '../api/session.ts';

/** Who has at least a role, as the beginning of a sentence; or who administers the server. */
export const WHO_MAY: Readonly<Record<Role | 'server', string>> = {
  viewer: t`Every member`,
  user: t`Users, managers, admins and owners`,
  manager: t`Managers, admins and owners`,
  admin: t`Admins and owners`,
  owner: t`Owners`,
  server: t`Administrators of the server`,
};

/** Why something is not there for the reader: who may, and as what the reader is here. `what`: its name, without a stop. */
export function RoleNote({ needs, what }: { needs: Role | 'server'; what: string }) {
  const role = useRole();
  const who = WHO_MAY[needs];
  return (
    <Text size="sm" c="dimmed" role="note">
      {t`${who} also have: ${what}. Your role here is ${role}.`}
    </Text>
  );
}
