import { t } from '@lingui/core/macro';
import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { PublicPage, textOf } from './public-page.tsx';

/** Has a link mailed. What it says is the same for every address: it tells nobody who has an account. */
export function ForgotPage() {
  const forgot = useMutation({
    mutationFn: (email: string) => globalClient.forgotPassword({ body: { email } }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    forgot.mutate(textOf(new FormData(event.currentTarget).get('email')).trim());
  };
  return (
    <PublicPage title={t`Forgot password`} heading={t`Forgot your password?`}>
      {forgot.isSuccess ? (
        <Alert color="green" variant="light" icon={<CheckIcon />} role="status">
          {t`If there is an account with this address and this server sends mail, a link is on its way. It works for one hour.`}
        </Alert>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              name="email"
              type="email"
              label={t`E-mail`}
              autoComplete="username"
              required
              withAsterisk={false}
              autoFocus
            />
            <ErrorNotice error={forgot.error} />
            <Button type="submit" loading={forgot.isPending} fullWidth>
              {t`Mail me a link`}
            </Button>
          </Stack>
        </form>
      )}
      <Text size="sm" c="dimmed">
        {t`No mail after some minutes? Ask an administrator of your organization: under Settings, Members they make a link for you.`}
      </Text>
      <TextLink to="/login" size="sm" ta="center">
        {t`Back to sign in`}
      </TextLink>
    </PublicPage>
  );
}
