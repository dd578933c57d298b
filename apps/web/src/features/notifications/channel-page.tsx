import { ArgusApiError } from '@argus/client';
import type { Channel, ChannelTest, ChannelType } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { said } from '../../api/sentences/said.ts';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon, WarningIcon } from '../../ui/icons.tsx';
import { deleteSoon } from '../../ui/delete-soon.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { useDraftForm } from '../../ui/use-draft-form.tsx';
import { CHANNEL_LABELS } from './words.ts';

const route = getRouteApi('/$customer/settings/notifications/channels/$channelId');
const CHANGED = ['listChannels', 'getChannel', 'listNotificationRules', 'getNotificationRule'] as const;

const TYPES: readonly { value: ChannelType; label: string }[] = [
  { value: 'email', label: t`E-mail to some addresses` },
  { value: 'slack', label: CHANNEL_LABELS.slack },
  { value: 'teams', label: 'Microsoft Teams' }, // verbatim: its name
  { value: 'webhook', label: t`Webhook: signed JSON for a program of yours` },
];

const URL_HELP: Readonly<Record<Exclude<ChannelType, 'email'>, string>> = {
  slack: t`Of an incoming webhook: in Slack under Apps > Incoming Webhooks > Add to a channel.`,
  teams: t`Of a workflow: in Teams under Workflows > “Send webhook alerts to a channel”.`,
  webhook: t`Each message is posted there, signed with a secret that you find here once the channel is made.`,
};

function Parent() {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/settings/notifications" params={{ customer }} size="sm">
      {t`Notification rules`}
    </TextLink>
  );
}

export function NewChannelPage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  return (
    <Page title={t`New channel`} parent={<Parent />}>
      <Panel>
        <ChannelForm
          onSaved={({ id }) =>
            void navigate({
              to: '/$customer/settings/notifications/channels/$channelId',
              params: { customer, channelId: id },
            })
          }
        />
      </Panel>
    </Page>
  );
}

export function ChannelPage() {
  const { channelId } = route.useParams();
  const channel = useApi('getChannel', { params: { id: channelId } });
  return <Loaded query={channel}>{(found) => <ChannelDetails key={found.id} channel={found} />}</Loaded>;
}

function ChannelDetails({ channel }: { channel: Channel }) {
  return (
    <Page title={channel.name} parent={<Parent />} actions={<DeleteChannel channel={channel} />}>
      {channel.problem && (
        <Alert color="orange" icon={<WarningIcon />} role="status">
          {said(channel.problem)}
        </Alert>
      )}
      <Panel title={CHANNEL_LABELS[channel.type]}>
        <ChannelForm old={channel} onSaved={() => toasts.show({ message: t`Saved.` })} />
      </Panel>
      <TestPanel channel={channel} />
      {channel.type === 'webhook' && <SecretPanel channel={channel} />}
    </Page>
  );
}

interface ChannelDraft {
  name: string;
  type: ChannelType;
  addresses: string[];
  url: string;
}

function ChannelForm({ old, onSaved }: { old?: Channel; onSaved: (channel: Channel) => void }) {
  const create = useChange('createChannel', CHANGED);
  const update = useChange('updateChannel', CHANGED);
  const { form, notice, setSaved } = useDraftForm<ChannelDraft>({
    name: `channel:${old?.id ?? 'new'}`,
    // whoever knows it can send there
    secret: ['url'],
    left: t`All but the address of the channel: that was not kept.`,
    initialValues: {
      name: old?.name ?? '',
      type: old?.type ?? 'email',
      addresses: old?.addresses ?? [],
      url: '',
    },
    validate: { name: (name) => (name.trim() ? null : t`is required`) },
  });
  const { type } = form.values;
  const system = CHANNEL_LABELS[type];
  const shownUrl = old?.url ?? '';
  const error = create.error ?? update.error;
  const submit = form.onSubmit(async ({ name, addresses, url }) => {
    const where = type === 'email' ? { addresses } : url.trim() === '' ? {} : { url: url.trim() };
    try {
      const saved = await (old === undefined
        ? create.mutateAsync({ body: { name, type, ...where } })
        : update.mutateAsync({ params: { id: old.id }, body: { name, ...where } }));
      form.setFieldValue('url', '');
      setSaved();
      onSaved(saved);
    } catch (failure) {
      if (failure instanceof ArgusApiError)
        form.setErrors(
          Object.fromEntries(
            failure.errors.map(({ field, message }) => [field.split(/[[.]/, 1)[0], message]),
          ),
        );
    }
  });
  return (
    <form onSubmit={submit} noValidate aria-label={t`Channel`}>
      <Stack maw={620}>
        {notice}
        {old === undefined && (
          <Select label={t`Type`} allowDeselect={false} data={[...TYPES]} {...form.getInputProps('type')} />
        )}
        <TextInput
          label={t`Name`}
          description={t`What rules and the log call it.`}
          placeholder={type === 'email' ? t`On call` : t`Operations in ${system}`}
          withAsterisk
          maxLength={200}
          {...form.getInputProps('name')}
        />
        {type === 'email' ? (
          <TagsInput
            label={t`Addresses`}
            description={t`Who gets it, members or others. Enter after each.`}
            placeholder={form.values.addresses.length > 0 ? '' : 'oncall@example.com'}
            withAsterisk
            acceptValueOnBlur
            {...form.getInputProps('addresses')}
          />
        ) : (
          <TextInput
            label={t`Address`}
            description={
              old === undefined
                ? URL_HELP[type]
                : t`It is ${shownUrl}, and shown no further. Fill in to replace it.`
            }
            placeholder="https://…"
            withAsterisk={old === undefined}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('url')}
          />
        )}
        <ErrorNotice error={error} shownFields={Object.keys(form.errors)} />
        <Group>
          <Button type="submit" loading={create.isPending || update.isPending}>
            {old === undefined ? t`Create channel` : t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function TestPanel({ channel }: { channel: Channel }) {
  const test = useChange('testChannel');
  return (
    <Panel title={t`Try it`}>
      <Stack align="flex-start">
        <Text size="sm">{t`Sends a message now and says how it went.`}</Text>
        <Button
          variant="default"
          loading={test.isPending}
          onClick={() => test.mutate({ params: { id: channel.id } })}
        >
          {t`Send a test`}
        </Button>
        <ErrorNotice error={test.error} />
        {test.data && <TestResult result={test.data} />}
      </Stack>
    </Panel>
  );
}

function TestResult({ result }: { result: ChannelTest }) {
  return (
    <Alert
      color={result.sent ? 'green' : 'red'}
      variant="light"
      icon={result.sent ? <CheckIcon /> : <WarningIcon />}
      title={result.sent ? t`It was taken` : t`It was not taken`}
      role="status"
      w="100%"
    >
      {result.results.map(({ to, answer }) => (
        <Text key={to} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {to}: {answer}
        </Text>
      ))}
    </Alert>
  );
}

function SecretPanel({ channel }: { channel: Channel }) {
  const reveal = useChange('getChannelCredentials');
  const change = useChange('changeChannelSecret');
  const secret = change.data?.secret ?? reveal.data?.secret;
  return (
    <Panel title={t`Secret`}>
      <Stack align="flex-start">
        <Text size="sm">
          {t`What is sent is signed with it, as Standard Webhooks describes: the receiver checks that a message came from here. Whoever shows it is written into the audit.`}
        </Text>
        {secret !== undefined && <CopyBlock label={t`The secret`} text={secret} />}
        <ErrorNotice error={reveal.error ?? change.error} />
        <Group gap="xs">
          {secret === undefined && (
            <Button
              variant="default"
              loading={reveal.isPending}
              onClick={() => reveal.mutate({ params: { id: channel.id } })}
            >
              {t`Show the secret`}
            </Button>
          )}
          <ConfirmButton
            name="change-secret"
            label={t`New secret`}
            question={t`What is sent from now on is signed with the new one. Give it to the receiver.`}
            onConfirm={() => change.mutateAsync({ params: { id: channel.id } })}
            error={change.error}
            pending={change.isPending}
          />
        </Group>
      </Stack>
    </Panel>
  );
}

function DeleteChannel({ channel }: { channel: Channel }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const { id, name } = channel;
  const cache = useQueryClient();
  const remove = useChange('deleteChannel', ['listChannels']);
  return (
    <ConfirmButton
      name="delete"
      label={t`Delete`}
      question={
        <>
          <Trans>
            Nothing is sent by <b>{name}</b> any more.
          </Trans>{' '}
          {t`You can take it back for some seconds, then no more.`}
        </>
      }
      onConfirm={async () => {
        // where rules send by it, the server says so
        if (channel.used_by.length > 0) await remove.mutateAsync({ params: { id } });
        else deleteSoon({ customer, operation: 'deleteChannel', id, name, force: false }, cache);
        await navigate({ to: '/$customer/settings/notifications', params: { customer }, replace: true });
      }}
      error={remove.error}
      pending={remove.isPending}
    />
  );
}
