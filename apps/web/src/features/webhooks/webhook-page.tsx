import type { DeliverySummary, Webhook } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useApi, useChange, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { deleteSoon } from '../../ui/delete-soon.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { useTaskList } from '../tasks/task-list.ts';
import { TaskTags } from '../tasks/task-marks.tsx';
import { StartedLinks, useStarted } from '../tasks/trigger-links.tsx';
import { UrlPanel } from './url-panel.tsx';
import { OutcomeBadge, PausedBadge, Started } from './webhook-parts.tsx';
import { AUTH_LABELS, conditionWords } from './webhook-words.ts';
import classes from './webhooks.module.css';

const route = getRouteApi('/$customer/webhooks/$webhookId');
const REFRESH_MS = 3_000;
const WEBHOOK_CHANGED = ['getWebhook', 'listWebhooks'] as const;

/** One webhook: where to call it, what it starts, what came in. */
export function WebhookPage() {
  const { webhookId } = route.useParams();
  const webhook = useApi('getWebhook', { params: { id: webhookId } });
  return <Loaded query={webhook}>{(found) => <WebhookDetails webhook={found} />}</Loaded>;
}

function WebhookDetails({ webhook }: { webhook: Webhook }) {
  const customer = useCustomer();
  const edits = useMay('admin');
  const { name, description, tags, paused } = webhook;
  return (
    <Page
      title={name}
      parent={
        <TextLink to="/$customer/webhooks" params={{ customer }} size="sm">
          {t`Webhooks`}
        </TextLink>
      }
      aside={
        <>
          {paused && <PausedBadge paused={paused} />}
          <TaskTags tags={tags} />
        </>
      }
      actions={edits && <WebhookActions webhook={webhook} />}
    >
      <Panel title={t`What it lets in`}>
        {description && <Text className={classes.description}>{description}</Text>}
        <WebhookFacts webhook={webhook} />
      </Panel>
      <Starts webhook={webhook} />
      {edits && <UrlPanel key={`${webhook.id} ${webhook.auth}`} webhook={webhook} />}
      <Deliveries webhook={webhook} />
    </Page>
  );
}

function WebhookFacts({ webhook: { auth, tolerance, filter, acls, paused } }: { webhook: Webhook }) {
  const pausedBy = paused?.by;
  return (
    <Facts
      facts={[
        [t`How a caller is known`, AUTH_LABELS[auth]],
        ...(auth === 'secret' ? [] : ([[t`Replay window`, `${tolerance} s`]] as const)),
        [t`Filter`, filter === null ? t`none: every delivery starts something` : conditionWords(filter)],
        ...(paused
          ? ([
              [
                t`Paused`,
                <Trans key="paused">
                  by {pausedBy} <Ago at={paused.at} />
                </Trans>,
              ],
            ] as const)
          : []),
        [t`Who may see it`, acls.length > 0 ? acls.join(', ') : t`admins and owners only`],
      ]}
    />
  );
}

function WebhookActions({ webhook }: { webhook: Webhook }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const pause = useChange('pauseWebhook', WEBHOOK_CHANGED);
  const resume = useChange('resumeWebhook', WEBHOOK_CHANGED);
  const cache = useQueryClient();
  const started = useStarted(webhook.id) ?? [];
  const { id, name, paused } = webhook;
  const toggle = paused ? resume : pause;
  return (
    <>
      {toggle.error && (
        <Text size="sm" c="red" role="alert">
          {toggle.error.message}
        </Text>
      )}
      <Button
        variant="default"
        disabled={pause.isPending || resume.isPending}
        onClick={() => toggle.mutate({ params: { id } })}
      >
        {paused ? t`Resume` : t`Pause`}
      </Button>
      <ButtonLink
        to="/$customer/webhooks/$webhookId/edit"
        params={{ customer, webhookId: id }}
        variant="default"
      >
        {t`Edit`}
      </ButtonLink>
      <ConfirmButton
        name="delete"
        label={t`Delete`}
        color="red"
        variant="light"
        question={
          <>
            <Trans>
              Whatever calls <b>{name}</b> is refused from then on, and its deliveries are gone.
            </Trans>
            {started.length > 0 && ` ${endsText(started.map((task) => `“${task.name}”`).join(', '))}`}{' '}
            {t`You can take it back for some seconds, then no more.`}
          </>
        }
        onConfirm={async () => {
          deleteSoon({ customer, operation: 'deleteWebhook', id, name, force: true }, cache);
          await navigate({ to: '/$customer/webhooks', params: { customer }, replace: true });
        }}
      />
    </>
  );
}

function endsText(tasks: string): string {
  return t`It starts ${tasks}: that ends with it.`;
}

/** The tasks that list the webhook, and a way to make another one do so. */
function Starts({ webhook }: { webhook: Webhook }) {
  const edits = useMay('admin');
  const started = useStarted(webhook.id);
  return (
    <Panel title={t`What it starts`}>
      <Stack gap="sm">
        <Text size="sm" component="div">
          {started === undefined ? (
            '…'
          ) : started.length === 0 ? (
            <Text span size="sm" c="dimmed">
              {edits ? t`Nothing yet: choose a task that it starts.` : t`Nothing yet.`}
            </Text>
          ) : (
            <StartedLinks started={started.map((task) => ({ ...task, events: [] }))} />
          )}
        </Text>
        {edits && started && <AddTask webhook={webhook} already={started.map(({ id }) => id)} />}
      </Stack>
    </Panel>
  );
}

function AddTask({ webhook, already }: { webhook: Webhook; already: readonly string[] }) {
  const customer = useCustomer();
  const [task, setTask] = useState<string | null>(null);
  const { tasks } = useTaskList();
  const client = useClient();
  const update = useChange('updateTask', ['listTasks', 'getTask', 'listEvents']);
  const choices = (tasks.data ?? []).filter(({ id }) => !already.includes(id));
  const chosen = choices.find(({ id }) => id === task);
  const adding = useMutation({
    mutationFn: async (id: string) => {
      // the list does not know what triggers a task
      const { triggers } = await client.getTask({ params: { id } });
      const body = { triggers: [...triggers, { webhook: webhook.id, event: 'trigger' }] };
      return update.mutateAsync({ params: { id }, body });
    },
    onSuccess: () => setTask(null),
  });
  const added = adding.data;
  const addedName = added?.name;
  return (
    <>
      <Group gap="xs" align="flex-end">
        <Select
          label={t`Task`}
          placeholder={t`Find a task`}
          searchable
          limit={100}
          data={choices.map(({ id, name }) => ({ value: id, label: name }))}
          value={task}
          onChange={setTask}
          nothingFoundMessage={t`No other task is called so`}
        />
        <Button
          variant="default"
          onClick={() => chosen && adding.mutate(chosen.id)}
          disabled={chosen === undefined}
          loading={adding.isPending}
        >
          {t`Let it start this task`}
        </Button>
      </Group>
      {added && (
        <Text size="sm" role="status">
          <Trans>
            It starts{' '}
            <TextLink to="/$customer/tasks/$taskId/edit" params={{ customer, taskId: added.id }} size="sm">
              {addedName}
            </TextLink>{' '}
            from now on. Edit that task to choose which part of the body each argument gets.
          </Trans>
        </Text>
      )}
      <ErrorNotice error={adding.error} />
    </>
  );
}

function Deliveries({ webhook }: { webhook: Webhook }) {
  const deliveries = useApi(
    'listDeliveries',
    { params: { id: webhook.id }, query: {} },
    { refetchInterval: REFRESH_MS },
  );
  return (
    <Panel title={t`Last deliveries`}>
      <Loaded query={deliveries} height={120}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t`None yet. The first one is here as soon as somebody calls the URL, whether it is let in or not.`}
            </Text>
          ) : (
            <DeliveryTable deliveries={list} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function DeliveryTable({ deliveries }: { deliveries: readonly DeliverySummary[] }) {
  const customer = useCustomer();
  return (
    <Table className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`When`}</Table.Th>
          <Table.Th>{t`Outcome`}</Table.Th>
          <Table.Th className={classes.from}>{t`From`}</Table.Th>
          <Table.Th>{t`Started`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deliveries.map((delivery) => (
          <Table.Tr key={delivery.id}>
            <Table.Td>
              <TextLink
                to="/$customer/webhooks/$webhookId/deliveries/$deliveryId"
                params={{ customer, webhookId: delivery.webhook_id, deliveryId: delivery.id }}
                size="sm"
              >
                <Ago at={delivery.at} />
              </TextLink>
              <Text size="xs" c="dimmed">
                {delivery.body_kind === 'none'
                  ? t`no body`
                  : `${delivery.body_kind}, ${formatBytes(delivery.size)}`}
              </Text>
            </Table.Td>
            <Table.Td className={classes.name}>
              <OutcomeBadge outcome={delivery.outcome} />
              {delivery.reason && (
                <Text size="xs" c="red">
                  {said(delivery.reason)}
                </Text>
              )}
            </Table.Td>
            <Table.Td className={classes.from}>
              <Text size="sm">{delivery.sent_by ?? delivery.address}</Text>
              {delivery.resent_of && (
                <Text size="xs" c="dimmed">
                  {t`sent again`}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              <Started delivery={delivery} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
