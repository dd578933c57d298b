import { Button, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EyeIcon } from '../../ui/icons.tsx';
import classes from './login-page.module.css';

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
    login.mutate({ email: text(form.get('email')).trim(), password: text(form.get('password')) });
  };
  return (
    <main className={classes.page}>
      <title>Sign in – Argus</title>
      <Paper className={classes.card} withBorder p="xl">
        <Stack gap="lg">
          <div className={classes.brand}>
            <EyeIcon size={26} />
            <Title order={1}>Sign in to Argus</Title>
          </div>
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                name="email"
                type="email"
                label="E-mail"
                autoComplete="username"
                required
                withAsterisk={false}
                data-autofocus
                autoFocus
              />
              <PasswordInput
                name="password"
                label="Password"
                autoComplete="current-password"
                required
                withAsterisk={false}
              />
              <ErrorNotice error={login.error} />
              <Button type="submit" loading={login.isPending} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
        </Stack>
      </Paper>
    </main>
  );
}

function text(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}

function inApplication(path: string, base: string): string {
  return path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}
