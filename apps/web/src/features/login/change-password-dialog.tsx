import { ArgusApiError } from '@argus/client';
import { t } from '@lingui/core/macro';
import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { textOf } from './public-page.tsx';

/** The own password, changed with the present one. */
export function ChangePasswordDialog({ onClose }: { onClose: () => void }) {
  const change = useMutation({
    mutationFn: (body: { password: string; new_password: string }) => globalClient.changePassword({ body }),
    onSuccess: () => {
      onClose();
      toasts.show({
        color: 'green',
        message: t`Your password is changed. You are signed out everywhere but here.`,
      });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate({ password: textOf(form.get('password')), new_password: textOf(form.get('new_password')) });
  };
  const errorOf = (field: string) =>
    change.error instanceof ArgusApiError
      ? change.error.errors.find((error) => error.field === field)?.message
      : undefined;
  const shownFields = ['password', 'new_password'].filter((field) => errorOf(field) !== undefined);
  return (
    <Modal opened onClose={onClose} title={t`Change password`}>
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput
            name="password"
            label={t`Present password`}
            autoComplete="current-password"
            required
            withAsterisk={false}
            data-autofocus
            error={errorOf('password')}
          />
          <PasswordInput
            name="new_password"
            label={t`New password`}
            description={t`At least 8 characters.`}
            autoComplete="new-password"
            required
            minLength={8}
            withAsterisk={false}
            error={errorOf('new_password')}
          />
          {shownFields.length === 0 && <ErrorNotice error={change.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={change.isPending}>
              {t`Change password`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
