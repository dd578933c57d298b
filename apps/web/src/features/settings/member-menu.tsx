import { atLeast, type Link, type LinkSent, type Member, type OperationId } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { toasts } from '../../ui/toasts.ts';
import type { UseMutationResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { errorMessage, ErrorNotice } from '../../ui/error-notice.tsx';
import { DotsIcon } from '../../ui/icons.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { LinkNotice } from './link-notice.tsx';
import { MemberTagsInput, tagsProblem } from './member-tags.tsx';
import { useOpened } from '../../ui/use-dialog.ts';

const LIST: readonly OperationId[] = ['listMembers'];
const UNDO_MS = 15_000;

/** What can be done about a member, but their role, which is in the line itself. `isPage`: on the member's own page. */
export function MemberMenu({ member, isPage = false }: { member: Member; isPage?: boolean }) {
  const mine = useRole();
  const keep = useKeepingOut(member);
  const { value, open: openDialog, close } = useOpened('dialog');
  const open = (name: string) => openDialog(`${name}.${member.id}`);
  const isOpen = (name: string) => value === `${name}.${member.id}`;
  const mayInvite = !member.active;
  const mayReset = member.active && atLeast(mine, 'admin');
  const { email } = member.user;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          {isPage ? (
            <Button variant="default" rightSection={<DotsIcon />}>
              {t`Actions`}
            </Button>
          ) : (
            <ActionIcon variant="subtle" color="gray" aria-label={t`Actions for ${email}`}>
              <DotsIcon />
            </ActionIcon>
          )}
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => open('tags')}>{t`Edit tags …`}</Menu.Item>
          {mayInvite && <Menu.Item onClick={() => open('invite')}>{t`New invitation …`}</Menu.Item>}
          {mayReset && <Menu.Item onClick={() => open('reset')}>{t`Link to a new password …`}</Menu.Item>}
          <Menu.Item onClick={() => keep(member.disabled_at === null)}>
            {member.disabled_at === null ? t`Keep out for a while` : t`Let in again`}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => open('remove')}>
            {t`Remove …`}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isOpen('tags') && <TagsDialog member={member} onClose={close} />}
      {mayInvite && isOpen('invite') && <InviteDialog member={member} onClose={close} />}
      {mayReset && isOpen('reset') && <ResetDialog member={member} onClose={close} />}
      {isOpen('remove') && <RemoveDialog member={member} onClose={close} isPage={isPage} />}
    </>
  );
}

/** Keeps a member out, or lets them in again, at once, with the way back. */
function useKeepingOut({ id, user: { email } }: Member): (out: boolean) => void {
  const update = useChange('updateMember', LIST);
  const keep = (out: boolean, isUndone = false) => {
    update.mutate(
      { params: { id }, body: { disabled: out } },
      {
        onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }),
        onSuccess: () => {
          if (isUndone) return;
          offerUndo({
            id: `keep-${id}`,
            message: out
              ? t`${email} is kept out: signed out here, and asked and told nothing.`
              : t`${email} is let in again.`,
            undo: () => keep(!out, true),
            ms: UNDO_MS,
          });
        },
      },
    );
  };
  return keep;
}

interface DialogProps {
  member: Member;
  onClose: () => void;
}

function TagsDialog({ member, onClose }: DialogProps) {
  const update = useChange('updateMember', LIST);
  const { email } = member.user;
  const form = useForm<{ tags: string[] }>({
    initialValues: { tags: member.tags },
    validate: { tags: tagsProblem },
  });
  const submit = form.onSubmit((body) =>
    update.mutate({ params: { id: member.id }, body }, { onSuccess: onClose }),
  );
  return (
    <Modal opened onClose={onClose} title={t`Tags of ${email}`}>
      <form onSubmit={submit}>
        <Stack>
          <MemberTagsInput data-autofocus {...form.getInputProps('tags')} />
          <ErrorNotice error={update.error} />
          <Buttons onClose={onClose} pending={update.isPending} label={t`Save`} />
        </Stack>
      </form>
    </Modal>
  );
}

function InviteDialog({ member, onClose }: DialogProps) {
  const invite = useChange('inviteMember', LIST);
  const { email } = member.user;
  return (
    <LinkDialog member={member} onClose={onClose} title={t`New invitation`} kind="invitation" make={invite}>
      {member.invited_until
        ? t`The invitation that is open ends. With the new one ${email} chooses a password, within 7 days.`
        : t`With it ${email} chooses a password, within 7 days.`}
    </LinkDialog>
  );
}

function ResetDialog({ member, onClose }: DialogProps) {
  const reset = useChange('resetMember');
  const { email } = member.user;
  return (
    <LinkDialog member={member} onClose={onClose} title={t`Link to a new password`} kind="reset" make={reset}>
      {t`With it ${email} sets a new password, within one hour. Until then the present one works.`}
    </LinkDialog>
  );
}

function LinkDialog({
  member,
  onClose,
  title,
  kind,
  make,
  children,
}: DialogProps & {
  title: string;
  kind: Link['kind'];
  make: UseMutationResult<LinkSent, Error, { params: { id: string } }>;
  children: ReactNode;
}) {
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={make.data === undefined}>
      <Stack>
        {make.data ? (
          <>
            <LinkNotice sent={make.data} email={member.user.email} kind={kind} />
            <Group justify="flex-end">
              <Button onClick={onClose} data-autofocus>
                {t`Done`}
              </Button>
            </Group>
          </>
        ) : (
          <>
            <Text size="sm">{children}</Text>
            <ErrorNotice error={make.error} />
            <Buttons
              onClose={onClose}
              pending={make.isPending}
              label={t`Make it`}
              onConfirm={() => make.mutate({ params: { id: member.id } })}
            />
          </>
        )}
      </Stack>
    </Modal>
  );
}

function RemoveDialog({ member, onClose, isPage }: DialogProps & { isPage: boolean }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const remove = useChange('deleteMember', LIST);
  const { email } = member.user;
  const done = () => {
    if (isPage) void navigate({ to: '/$customer/settings/members', params: { customer }, replace: true });
    else onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t`Remove?`}>
      <Stack>
        <Text size="sm">
          <Trans>
            <b>{email}</b> loses access to this organization at once. Tokens that they made stay.
          </Trans>
        </Text>
        <ErrorNotice error={remove.error} />
        <Buttons
          onClose={onClose}
          pending={remove.isPending}
          label={t`Remove`}
          color="red"
          onConfirm={() => remove.mutate({ params: { id: member.id } }, { onSuccess: done })}
        />
      </Stack>
    </Modal>
  );
}

function Buttons({
  onClose,
  pending,
  label,
  color,
  onConfirm,
}: {
  onClose: () => void;
  pending: boolean;
  label: string;
  color?: string;
  /** Left out in a form, which is submitted. */
  onConfirm?: () => void;
}) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onClose}>
        {t`Cancel`}
      </Button>
      <Button
        loading={pending}
        {...(color !== undefined && { color })}
        {...(onConfirm ? { onClick: onConfirm } : { type: 'submit' as const })}
      >
        {label}
      </Button>
    </Group>
  );
}
