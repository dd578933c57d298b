import { t } from '@lingui/core/macro';
import { Button, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ErrorNotice } from '../ui/error-notice.tsx';
import { ButtonLink } from '../ui/link.tsx';

export function NotFound() {
  const router = useRouter();
  return (
    <Center mih="60vh" p="md">
      {/* verbatim: the name of the program */}
      <title>{`${t`Not found`} · Argus`}</title>
      <Stack align="center" gap="sm" ta="center" maw={520}>
        <Title order={1}>{t`There is no such page`}</Title>
        <Text c="dimmed">
          {t`The address is wrong, or what was here is gone. Check the address, or find it from the home page.`}
        </Text>
        <Group gap="xs" justify="center">
          <ButtonLink to="/">{t`To the home page`}</ButtonLink>
          <Button variant="default" onClick={() => router.history.back()}>
            {t`Back`}
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <Center mih="60vh" p="md">
      {/* verbatim: the name of the program */}
      <title>{`${t`Error`} · Argus`}</title>
      <Stack gap="sm" maw={620}>
        <Title order={1}>{t`This page could not be shown`}</Title>
        <ErrorNotice error={error} onRetry={reset} />
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => location.reload()}>
            {t`Load the page again`}
          </Button>
          <ButtonLink to="/" size="xs" variant="default">
            {t`To the home page`}
          </ButtonLink>
        </Group>
      </Stack>
    </Center>
  );
}

export function RoutePending() {
  return (
    <Center mih="60vh">
      <Loader size="sm" role="status" aria-label={t`Loading`} />
    </Center>
  );
}
