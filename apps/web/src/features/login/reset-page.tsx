import { t } from '@lingui/core/macro';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import type { Link } from '@argus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LinkPage } from './link-page.tsx';
import { PublicPage, textOf } from './public-page.tsx';

/** A new password, set with a link. */
export function ResetPage() {
  return (
    <LinkPage kind="reset" title={t`New password`}>
      {(link, token) => <Reset key={token} link={link} token={token} />}
    </LinkPage>
  );
}

function Reset({ link, token }: { link: Link; token: string }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const reset = useMutation({
    mutationFn: (password: string) => globalClient.resetPassword({ body: { token, password } }),
    onSuccess: async () => {
      await navigate({ to: '/login', replace: true });
      cache.clear();
      toasts.show({ color: 'green', message: t`Your new password is set. Sign in with it.` });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    reset.mutate(textOf(new FormData(event.currentTarget).get('password')));
  };
  return (
    <PublicPage title={t`New password`} heading={t`Set a new password`}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t`E-mail`} value={link.email} readOnly autoComplete="username" />
          <PasswordInput
            name="password"
            label={t`New password`}
            description={t`At least 8 characters. You are signed out everywhere.`}
            autoComplete="new-password"
            required
            minLength={8}
            withAsterisk={false}
            autoFocus
          />
          <ErrorNotice error={reset.error} />
          <Button type="submit" loading={reset.isPending} fullWidth>
            {t`Set password`}
          </Button>
        </Stack>
      </form>
    </PublicPage>
  );
}
