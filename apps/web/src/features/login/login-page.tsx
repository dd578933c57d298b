import { t } from '@lingui/core/macro';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { PublicPage, textOf } from './public-page.tsx';

const route = getRouteApi('/login');

/** Signs in and leads back to where one was. */
export function LoginPage() {
  const { from } = route.useSearch();
  const router = useRouter();
  const cache = useQueryClient();
  const login = useMutation({
    mutationFn: (body: { email: string; password: string }) => globalClient.login({ body }),
    onSuccess: () => {
      cache.clear();
      // only to pages of this application: the address is text from outside
      if (from?.startsWith('/') && !from.startsWith('//'))
        router.history.push(router.basepath + inApplication(from, router.basepath));
      else void router.navigate({ to: '/' });
    },
  });
  // read from the form itself: a password manager may fill fields without an event
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    login.mutate({ email: textOf(form.get('email')).trim(), password: textOf(form.get('password')) });
  };
  return (
    <PublicPage title={t`Sign in`} heading={t`Sign in to Argus`}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            name="email"
            type="email"
            label={t`E-mail`}
            autoComplete="username"
            required
            withAsterisk={false}
            data-autofocus
            autoFocus
          />
          <PasswordInput
            name="password"
            label={t`Password`}
            autoComplete="current-password"
            required
            withAsterisk={false}
          />
          <ErrorNotice error={login.error} />
          <Button type="submit" loading={login.isPending} fullWidth>
            {t`Sign in`}
          </Button>
          <TextLink to="/forgot" size="sm" ta="center">
            {t`Forgot password?`}
          </TextLink>
        </Stack>
      </form>
    </PublicPage>
  );
}

function inApplication(path: string, base: string): string {
  return path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}
