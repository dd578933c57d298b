import { Anchor, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { ErrorNotice } from '../ui/error-notice.tsx';

export function NotFound() {
  return (
    <Center mih="60vh" p="md">
      <title>Not found – Argus</title>
      <Stack align="center" gap="xs">
        <Title order={1}>There is no such page</Title>
        <Text c="dimmed">The address is wrong, or what was here is gone.</Text>
        <Anchor component={Link} to="/">
          To the tasks
        </Anchor>
      </Stack>
    </Center>
  );
}

export function RouteError({ error, reset }: ErrorComponentProps) {
  return (
    <Center mih="60vh" p="md">
      <title>Error – Argus</title>
      <ErrorNotice error={error} onRetry={reset} />
    </Center>
  );
}

export function RoutePending() {
  return (
    <Center mih="60vh">
      <Loader size="sm" aria-label="Loading" />
    </Center>
  );
}
