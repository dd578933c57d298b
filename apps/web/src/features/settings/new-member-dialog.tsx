import { ArgusApiError } from '@argus/client';
import { mayGrant, ROLES, type Role } from '@argus/contract';
import { Button, Group, Modal, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useChange } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

interface MemberDraft {
  user: { name: string; email: string; password: string };
  credential: Role;
}

export function NewMemberDialog({ onClose }: { onClose: () => void }) {
  const mine = useRole();
  const create = useChange('createMember', ['listMembers']);
  const form = useForm<MemberDraft>({
    initialValues: { user: { name: '', email: '', password: '' }, credential: 'user' },
    validate: { user: { email: (email) => (email.trim() ? null : 'is required') } },
  });
  const submit = form.onSubmit(({ user, credential }) => {
    const { name, email, password } = user;
    const body = {
      user: { email: email.trim(), ...(name && { name }), ...(password && { password }) },
      credential,
    };
    create.mutate(
      { body },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (!(error instanceof ArgusApiError)) return;
          form.setErrors(Object.fromEntries(error.errors.map(({ field, message }) => [field, message])));
        },
      },
    );
  });
  return (
    <Modal opened onClose={onClose} title="Add a member">
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            withAsterisk
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('user.email')}
          />
          <TextInput label="Name" autoComplete="off" {...form.getInputProps('user.name')} />
          <PasswordInput
            label="Password"
            description="At least 8 characters. Somebody who already has an account keeps their own."
            autoComplete="new-password"
            {...form.getInputProps('user.password')}
          />
          <Select
            label="Role"
            description="Each may do all that the ones before it may."
            allowDeselect={false}
            data={ROLES.filter((role) => mayGrant(mine, role))}
            {...form.getInputProps('credential')}
          />
          <ErrorNotice error={create.error} shownFields={Object.keys(form.errors)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Add
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
