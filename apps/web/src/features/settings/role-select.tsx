import { mayGrant, ROLES, type Member, type Role } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Select } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useChange } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { errorMessage } from '../../ui/error-notice.tsx';
import { offerUndo } from '../../ui/undo.tsx';

const UNDO_MS = 15_000;

/** The role of a member, changed as it is chosen, with the way back. */
export function RoleSelect({ member }: { member: Member }) {
  const mine = useRole();
  const update = useChange('updateMember', ['listMembers', 'getMemberAccess']);
  const { id, credential: before, user } = member;
  const { name } = user;
  const change = (credential: Role, onSuccess?: () => void) =>
    update.mutate(
      { params: { id }, body: { credential } },
      {
        onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }),
        ...(onSuccess && { onSuccess }),
      },
    );
  const choose = (credential: Role) =>
    change(credential, () =>
      offerUndo({
        id: `role-${id}`,
        message: t`${name} is ${credential} now.`,
        undo: () => change(before),
        ms: UNDO_MS,
      }),
    );
  return (
    <Select
      aria-label={t`Role of ${name}`}
      size="xs"
      w={{ base: 100, xs: 120 }}
      allowDeselect={false}
      disabled={update.isPending}
      data={ROLES.filter((role) => mayGrant(mine, role))}
      value={before}
      onChange={(role) => role && role !== before && choose(role)}
    />
  );
}
