import type { Task } from '@argus/contract';
import { Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { askedArguments } from '../../ui/argument-form/values.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { curlWithSecret, curlWithToken, htmlForm, secretUrl, type ApiTarget } from './api-examples.ts';

/** A task or a workflow. */
interface Runnable extends Pick<Task, 'id' | 'name' | 'task_arguments'> {
  type: 'task' | 'workflow';
}

/** How to run a task or workflow from elsewhere. */
export function ApiPanel({ of }: { of: Runnable }) {
  const customer = useCustomer();
  const target: ApiTarget = {
    origin: window.location.origin,
    customer,
    type: of.type,
    id: of.id,
    arguments: askedArguments(of.task_arguments).map(({ order, label, type }) => ({
      order,
      isFile: type === 'file',
      text: label || `argument ${order + 1}`,
    })),
  };
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
              Put an integration token into <code>ARGUS_TOKEN</code>. The answer is the{' '}
              {of.type === 'task' ? 'job' : 'run'}; ask for it again by its id.
            </Text>
            <CopyBlock label="curl with a token" text={curlWithToken(target)} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="secret" pt="md">
          <SecretKey of={of} target={target} />
        </Tabs.Panel>
      </Tabs>
    </Panel>
  );
}

/** The secret key, asked for by a click only: reading it is audited. It can be changed at any time. */
function SecretKey({ of, target }: { of: Runnable; target: ApiTarget }) {
  const ofTask = { reveal: useChange('getTaskCredentials'), change: useChange('changeTaskSecret') };
  const ofWorkflow = {
    reveal: useChange('getWorkflowCredentials'),
    change: useChange('changeWorkflowSecret'),
  };
  const { reveal, change } = of.type === 'task' ? ofTask : ofWorkflow;
  const input = { params: { id: of.id } };
  const secret = change.data?.secret ?? reveal.data?.secret;
  const changeButton = (
    <ConfirmButton
      label="Change the secret key"
      question={
        <>
          <b>{of.name}</b> gets a new secret key. The old one stops at once: every address, e-mail button and
          program that uses it is refused until it has the new one.
        </>
      }
      onConfirm={() => change.mutateAsync(input)}
      error={change.error}
      pending={change.isPending}
    />
  );
  if (secret === undefined) {
    return (
      <Stack gap="sm" align="flex-start">
        <Text size="sm" c="dimmed">
          Whoever holds the secret key runs this {of.type}, and only this {of.type}, without signing in. That
          you read it is recorded.
        </Text>
        <ErrorNotice error={reveal.error} />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<KeyIcon />}
            loading={reveal.isPending}
            onClick={() => reveal.mutate(input)}
          >
            Show the secret key
          </Button>
          {changeButton}
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="xs">
      {change.data && (
        <Text size="sm" role="status">
          This is the new secret key. The old one is refused from now on.
        </Text>
      )}
      <Text size="sm">The secret key:</Text>
      <CopyBlock label="Secret key" text={secret} />
      <Text size="sm">The address that runs it, by POST:</Text>
      <CopyBlock label="Secret address" text={secretUrl(target, secret)} />
      <Text size="sm">From a shell:</Text>
      <CopyBlock label="curl with the secret key" text={curlWithSecret(target, secret)} />
      {of.type === 'task' && (
        <>
          <Text size="sm">As a button in an e-mail or a static page:</Text>
          <CopyBlock label="HTML form" text={htmlForm(target, secret)} />
        </>
      )}
      <Group>{changeButton}</Group>
    </Stack>
  );
}
