import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { useChange, useCustomer } from '../../api/hooks.ts';
import { askedArguments } from '../../ui/argument-form/values.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { TextLink } from '../../ui/link.tsx';
import { useInAddress } from '../../ui/use-in-address.ts';
import {
  commandLine,
  curlWithSecret,
  curlWithToken,
  htmlForm,
  javascript,
  python,
  secretUrl,
  type ApiTarget,
} from './api-examples.ts';

/** A task or a workflow. */
interface Runnable extends Pick<Task, 'id' | 'name' | 'task_arguments'> {
  type: 'task' | 'workflow';
}

/** How to run a task or workflow from elsewhere. */
export function ApiPanel({ of }: { of: Runnable }) {
  const customer = useCustomer();
  const [tab = 'token', show] = useInAddress('api');
  const target: ApiTarget = {
    origin: window.location.origin,
    customer,
    type: of.type,
    id: of.id,
    arguments: askedArguments(of.task_arguments).map(({ order, label, type }) => ({
      order,
      isFile: type === 'file',
      text: label || argumentText(order + 1),
    })),
  };
  return (
    <Panel title={t`API`}>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(chosen) => show(chosen === 'secret' || chosen === 'client' ? chosen : undefined)}
      >
        <Tabs.List>
          <Tabs.Tab value="token">{t`With a token`}</Tabs.Tab>
          <Tabs.Tab value="secret">{t`With its secret key`}</Tabs.Tab>
          <Tabs.Tab value="client">{t`From a program`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="token" pt="md">
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              <TokenHint type={of.type} />
            </Text>
            <CopyBlock label={t`curl with a token`} text={curlWithToken(target)} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="secret" pt="md">
          <SecretKey of={of} target={target} />
        </Tabs.Panel>
        <Tabs.Panel value="client" pt="md">
          <Stack gap="xs">
            <Text size="sm" c="dimmed">
              <TokenHint type={of.type} />
            </Text>
            {target.arguments.some(({ isFile }) => isFile) ? (
              <Text size="sm">{t`It takes files: send them as parts of a form, as the curl example does.`}</Text>
            ) : (
              <>
                <Text size="sm">{t`JavaScript, with nothing installed:`}</Text>
                <CopyBlock label={t`JavaScript`} text={javascript(target)} />
                <Text size="sm">{t`Python, with nothing installed:`}</Text>
                <CopyBlock label={t`Python`} text={python(target)} />
              </>
            )}
            <Text size="sm">{t`The command line of Argus, which waits for the end:`}</Text>
            <CopyBlock label={t`Command line`} text={commandLine(target)} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Panel>
  );
}

function TokenHint({ type }: { type: Runnable['type'] }) {
  const customer = useCustomer();
  const token = <code>ARGUS_TOKEN</code>;
  const list = (
    <TextLink to="/$customer/settings/credentials/integration-tokens" params={{ customer }} size="sm">
      {t`Make one`}
    </TextLink>
  );
  return type === 'task' ? (
    <Trans>
      Put an integration token into {token}. The answer is the job; ask for it again by its id. {list}
    </Trans>
  ) : (
    <Trans>
      Put an integration token into {token}. The answer is the run; ask for it again by its id. {list}
    </Trans>
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
  const { name } = of;
  const secret = change.data?.secret ?? reveal.data?.secret;
  const changeButton = (
    <ConfirmButton
      name="change-secret"
      label={t`Change the secret key`}
      question={
        <Trans>
          <b>{name}</b> gets a new secret key. The old one stops at once: every address, e-mail button and
          program that uses it is refused until it has the new one.
        </Trans>
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
          {of.type === 'task'
            ? t`Whoever holds the secret key runs this task, and only this task, without signing in. That you read it is recorded.`
            : t`Whoever holds the secret key runs this workflow, and only this workflow, without signing in. That you read it is recorded.`}
        </Text>
        <ErrorNotice error={reveal.error} />
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<KeyIcon />}
            loading={reveal.isPending}
            onClick={() => reveal.mutate(input)}
          >
            {t`Show the secret key`}
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
          {t`This is the new secret key. The old one is refused from now on.`}
        </Text>
      )}
      <Text size="sm">{t`The secret key:`}</Text>
      <CopyBlock label={t`Secret key`} text={secret} />
      <Text size="sm">{t`The secret URL that runs it, by POST:`}</Text>
      <CopyBlock label={t`Secret URL`} text={secretUrl(target, secret)} />
      <Text size="sm">{t`From a shell:`}</Text>
      <CopyBlock label={t`curl with the secret key`} text={curlWithSecret(target, secret)} />
      <Text size="sm">{t`As a button in an e-mail or a static page:`}</Text>
      <CopyBlock label={t`HTML form`} text={htmlForm(target, secret)} />
      <Group>{changeButton}</Group>
    </Stack>
  );
}

function argumentText(number: number): string {
  return t`argument ${number}`;
}
