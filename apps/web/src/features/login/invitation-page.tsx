import { t } from '@lingui/core/macro';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import type { Link } from '@argus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { globalClient } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { LinkPage } from './link-page.tsx';
import { PublicPage, textOf } from './public-page.tsx';

/** Who is invited chooses name and password here, and is signed in. */
export function InvitationPage() {
  return (
    <LinkPage kind="invitation" title={t`Invitation`}>
      {(link, token) => <Accept key={token} link={link} token={token} />}
    </LinkPage>
  );
}

function Accept({ link, token }: { link: Link; token: string }) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const { created_by: inviter, role, customer_display_name: organization } = link;
  const accept = useMutation({
    mutationFn: (body: { token: string; password: string; name?: string }) =>
      globalClient.acceptInvitation({ body }),
    onSuccess: ({ customer }) => {
      cache.clear();
      // in the place of the link, which is used up
      void navigate({ to: '/$customer', params: { customer }, replace: true });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = textOf(form.get('name')).trim();
    accept.mutate({ token, password: textOf(form.get('password')), ...(name && { name }) });
  };
  return (
    <PublicPage title={t`Invitation`} heading={t`Join ${organization}`}>
      <Text size="sm">
        {t`${inviter} invites you to Argus, as ${role}. Choose a password to sign in with.`}
      </Text>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t`E-mail`} value={link.email} readOnly autoComplete="username" />
          <TextInput
            name="name"
            label={t`Your name`}
            autoComplete="name"
            maxLength={200}
            defaultValue={link.name === link.email ? '' : link.name}
            autoFocus
          />
          <PasswordInput
            name="password"
            label={t`Password`}
            description={t`At least 8 characters.`}
            autoComplete="new-password"
            required
            minLength={8}
            withAsterisk={false}
          />
          <ErrorNotice error={accept.error} />
          <Button type="submit" loading={accept.isPending} fullWidth>
            {t`Join`}
          </Button>
        </Stack>
      </form>
    </PublicPage>
  );
}
