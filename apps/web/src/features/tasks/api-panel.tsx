import type { Task } from '@argus/contract';
import { Button, Stack, Tabs, Text } from '@mantine/core';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { askedArguments } from '../../ui/argument-form/values.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { curlWithSecret, curlWithToken, htmlForm, secretUrl, type ApiTarget } from './api-examples.ts';
import { useMutation } from '@tanstack/react-query';

/** How to run a task from elsewhere. The secret is asked for by a click only: reading it is audited. */
export function ApiPanel({ task }: { task: Task }) {
  const customer = useCustomer();
  const client = useClient();
  const reveal = useMutation({ mutationFn: () => client.getTaskCredentials({ params: { id: task.id } }) });
  const target: ApiTarget = {
    origin: window.location.origin,
    customer,
    task: task.id,
    arguments: askedArguments(task.task_arguments).map(({ order, label, type }) => ({
      order,
      isFile: type === 'file',
      text: label || `argument ${order + 1}`,
    })),
  };
  const secret = reveal.data?.secret;
  return (
    <Panel title="API">
      <Tabs defaultValue="token" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="token">With a token</Tabs.Tab>
          <Tabs.Tab value="secret">With its secret key</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="token" pt="md">
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              Put an integration token into <code>ARGUS_TOKEN</code>. The answer is the job; ask for it again
              by its id.
            </Text>
            <CopyBlock label="curl with a token" text={curlWithToken(target)} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="secret" pt="md">
          {secret === undefined ? (
            <Stack gap="sm" align="flex-start">
              <Text size="sm" c="dimmed">
                Whoever holds the secret key runs this task, and only this task, without signing in. That you
                read it is recorded.
              </Text>
              <ErrorNotice error={reveal.error} />
              <Button
                variant="default"
                leftSection={<KeyIcon />}
                loading={reveal.isPending}
                onClick={() => reveal.mutate()}
              >
                Show the secret key
              </Button>
            </Stack>
          ) : (
            <Stack gap="xs">
              <Text size="sm">The address that runs it, by POST:</Text>
              <CopyBlock label="Secret address" text={secretUrl(target, secret)} />
              <Text size="sm">From a shell:</Text>
              <CopyBlock label="curl with the secret key" text={curlWithSecret(target, secret)} />
              <Text size="sm">As a button in an e-mail or a static page:</Text>
              <CopyBlock label="HTML form" text={htmlForm(target, secret)} />
            </Stack>
          )}
        </Tabs.Panel>
      </Tabs>
    </Panel>
  );
}
