import { ArgusApiError } from '@argus/client';
import { mayGrant, ROLES, type LinkSent, type Role } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useChange } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LinkNotice } from './link-notice.tsx';
import { MemberTagsInput, tagsProblem } from './member-tags.tsx';

interface MemberDraft {
  user: { name: string; email: string; password: string };
  credential: Role;
  tags: string[];
}

/** Adds a member; who has no password is invited, and the dialog says where the invitation went. */
export function NewMemberDialog({ onClose }: { onClose: () => void }) {
  const mine = useRole();
  const create = useChange('createMember', ['listMembers']);
  const form = useForm<MemberDraft>({
    initialValues: { user: { name: '', email: '', password: '' }, credential: 'user', tags: [] },
    validate: { user: { email: (email) => (email.trim() ? null : t`is required`) }, tags: tagsProblem },
  });
  const submit = form.onSubmit(({ user, credential, tags }) => {
    const { name, email, password } = user;
    const body = {
      user: { email: email.trim(), ...(name && { name }), ...(password && { password }) },
      credential,
      tags,
    };
    create.mutate(
      { body },
      {
        onSuccess: ({ active }) => {
          if (active) onClose();
        },
        onError: (error) => {
          if (!(error instanceof ArgusApiError)) return;
          form.setErrors(Object.fromEntries(error.errors.map(({ field, message }) => [field, message])));
        },
      },
    );
  });
  if (create.data && !create.data.active)
    return (
      <Modal opened onClose={onClose} title={t`Invited`} size="lg" closeOnClickOutside={false}>
        <Stack>
          <Invited email={create.data.user.email} invitation={create.data.invitation} />
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {t`Done`}
            </Button>
          </Group>
        </Stack>
      </Modal>
    );
  return (
    <Modal opened onClose={onClose} title={t`Add a member`}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label={t`E-mail`}
            type="email"
            withAsterisk
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('user.email')}
          />
          <TextInput label={t`Name`} autoComplete="off" {...form.getInputProps('user.name')} />
          <Select
            label={t`Role`}
            description={t`Each may do all that the ones before it may.`}
            allowDeselect={false}
            data={ROLES.filter((role) => mayGrant(mine, role))}
            {...form.getInputProps('credential')}
          />
          <MemberTagsInput {...form.getInputProps('tags')} />
          <PasswordInput
            label={t`Password`}
            description={t`Leave it empty to invite: they choose their own. Somebody who has an account keeps theirs.`}
            autoComplete="new-password"
            {...form.getInputProps('user.password')}
          />
          <ErrorNotice error={create.error} shownFields={Object.keys(form.errors)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {form.values.user.password ? t`Add` : t`Invite`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Invited({ email, invitation }: { email: string; invitation: LinkSent | null }) {
  if (invitation) return <LinkNotice sent={invitation} email={email} kind="invitation" />;
  return (
    <Alert color="yellow" variant="light">
      {t`${email} is a member now, and was invited by another organization of this server before: with the invitation from there they choose a password, and sign in here with it too.`}
    </Alert>
  );
}
