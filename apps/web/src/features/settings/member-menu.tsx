import { atLeast, type LinkSent, type Member, type OperationId } from '@argus/contract';
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { UseMutationResult } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { DotsIcon } from '../../ui/icons.tsx';
import { LinkNotice } from './link-notice.tsx';
import { MemberTagsInput, tagsProblem } from './member-tags.tsx';

const LIST: readonly OperationId[] = ['listMembers'];

/** What can be done about a member, but their role, which is in the line itself. */
export function MemberMenu({ member }: { member: Member }) {
  const mine = useRole();
  const [doing, setDoing] = useState<'tags' | 'invite' | 'reset' | 'remove'>();
  const close = () => setDoing(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${member.user.email}`}>
            <DotsIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDoing('tags')}>Edit tags …</Menu.Item>
          {!member.active && <Menu.Item onClick={() => setDoing('invite')}>New invitation …</Menu.Item>}
          {member.active && atLeast(mine, 'admin') && (
            <Menu.Item onClick={() => setDoing('reset')}>Link to a new password …</Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item color="red" onClick={() => setDoing('remove')}>
            Remove …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing === 'tags' && <TagsDialog member={member} onClose={close} />}
      {doing === 'invite' && <InviteDialog member={member} onClose={close} />}
      {doing === 'reset' && <ResetDialog member={member} onClose={close} />}
      {doing === 'remove' && <RemoveDialog member={member} onClose={close} />}
    </>
  );
}

interface DialogProps {
  member: Member;
  onClose: () => void;
}

function TagsDialog({ member, onClose }: DialogProps) {
  const update = useChange('updateMember', LIST);
  const form = useForm<{ tags: string[] }>({
    initialValues: { tags: member.tags },
    validate: { tags: tagsProblem },
  });
  const submit = form.onSubmit((body) =>
    update.mutate({ params: { id: member.id }, body }, { onSuccess: onClose }),
  );
  return (
    <Modal opened onClose={onClose} title={`Tags of ${member.user.email}`}>
      <form onSubmit={submit}>
        <Stack>
          <MemberTagsInput data-autofocus {...form.getInputProps('tags')} />
          <ErrorNotice error={update.error} />
          <Buttons onClose={onClose} pending={update.isPending} label="Save" />
        </Stack>
      </form>
    </Modal>
  );
}

function InviteDialog({ member, onClose }: DialogProps) {
  const invite = useChange('inviteMember', LIST);
  return (
    <LinkDialog member={member} onClose={onClose} title="New invitation" what="invitation" make={invite}>
      {member.invited_until && 'The invitation that is open ends. '}
      With the new one {member.user.email} chooses a password, within 7 days.
    </LinkDialog>
  );
}

function ResetDialog({ member, onClose }: DialogProps) {
  const reset = useChange('resetMember');
  return (
    <LinkDialog member={member} onClose={onClose} title="Link to a new password" what="link" make={reset}>
      With it {member.user.email} sets a new password, within one hour. Until then the present one works.
    </LinkDialog>
  );
}

function LinkDialog({
  member,
  onClose,
  title,
  what,
  make,
  children,
}: DialogProps & {
  title: string;
  what: string;
  make: UseMutationResult<LinkSent, Error, { params: { id: string } }>;
  children: ReactNode;
}) {
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={make.data === undefined}>
      <Stack>
        {make.data ? (
          <>
            <LinkNotice sent={make.data} email={member.user.email} what={what} />
            <Group justify="flex-end">
              <Button onClick={onClose} data-autofocus>
                Done
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
              label="Make it"
              onConfirm={() => make.mutate({ params: { id: member.id } })}
            />
          </>
        )}
      </Stack>
    </Modal>
  );
}

function RemoveDialog({ member, onClose }: DialogProps) {
  const remove = useChange('deleteMember', LIST);
  return (
    <Modal opened onClose={onClose} title="Remove?">
      <Stack>
        <Text size="sm">
          <b>{member.user.email}</b> loses access to this organization at once. Tokens that they made stay.
        </Text>
        <ErrorNotice error={remove.error} />
        <Buttons
          onClose={onClose}
          pending={remove.isPending}
          label="Remove"
          color="red"
          onConfirm={() => remove.mutate({ params: { id: member.id } }, { onSuccess: onClose })}
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
        Cancel
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
