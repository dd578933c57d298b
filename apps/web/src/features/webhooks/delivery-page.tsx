import type { Delivery } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Table, Text } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { RepeatIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { OutcomeBadge, Started } from './webhook-parts.tsx';
import { outcomeWords, prettyBody } from './webhook-words.ts';
import classes from './webhooks.module.css';

const route = getRouteApi('/$customer/webhooks/$webhookId/deliveries/$deliveryId');
const REFRESH_MS = 3_000;

/** One delivery: what came, what became of it. */
export function DeliveryPage() {
  const { webhookId, deliveryId } = route.useParams();
  const delivery = useApi('getDelivery', { params: { id: webhookId, delivery: deliveryId } });
  // what it started goes on; its body, which may be large, stays what it is
  const all = useApi(
    'listDeliveries',
    { params: { id: webhookId }, query: {} },
    { refetchInterval: REFRESH_MS },
  );
  const summary = all.data?.find(({ id }) => id === deliveryId);
  return (
    <Loaded query={delivery}>{(found) => <DeliveryDetails delivery={{ ...found, ...summary }} />}</Loaded>
  );
}

function DeliveryDetails({ delivery }: { delivery: Delivery }) {
  const customer = useCustomer();
  const runs = useMay('user');
  const webhook = useApi('getWebhook', { params: { id: delivery.webhook_id } });
  const { id, at, address, sent_by, resent_of, body, body_kind, body_cut, size, headers, query } = delivery;
  const kind = KINDS[body_kind];
  const bytes = formatBytes(size);
  const short = id.slice(-6);
  const toDelivery = (deliveryId: string) =>
    ({
      to: '/$customer/webhooks/$webhookId/deliveries/$deliveryId',
      params: { customer, webhookId: delivery.webhook_id, deliveryId },
    }) as const;
  return (
    <Page
      title={t`Delivery …${short}`}
      parent={
        <TextLink
          to="/$customer/webhooks/$webhookId"
          params={{ customer, webhookId: delivery.webhook_id }}
          size="sm"
        >
          {webhook.data?.name ?? t`Webhook`}
        </TextLink>
      }
      aside={<OutcomeBadge outcome={delivery.outcome} />}
      actions={runs && delivery.outcome !== 'refused' && <Resend delivery={delivery} />}
    >
      <Panel title={t`What became of it`}>
        <Text size="sm" mb="md">
          {outcomeWords(delivery)}
        </Text>
        <Facts
          facts={[
            [t`When`, <Ago key="at" at={at} />],
            [t`From`, address],
            ...(sent_by === null ? [] : ([[t`Sent by`, sent_by]] as const)),
            ...(resent_of === null
              ? []
              : ([
                  [
                    t`Sent again of`,
                    <TextLink key="first" {...toDelivery(resent_of)} size="sm">
                      …{resent_of.slice(-6)}
                    </TextLink>,
                  ],
                ] as const)),
            [t`Started`, <Started key="started" delivery={delivery} />],
          ]}
        />
      </Panel>
      <Panel title={t`Body`}>
        {body === null ? (
          <Text size="sm" c="dimmed">
            {t`It had none.`}
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {body_cut ? t`${kind}, ${bytes}: its begin, since it was refused` : `${kind}, ${bytes}`}
            </Text>
            <CopyBlock label={t`What it says`} text={prettyBody(body_kind, body)} />
          </>
        )}
      </Panel>
      {Object.keys(query).length > 0 && (
        <Panel title={t`Query`}>
          <CopyBlock label={t`Its fields`} text={JSON.stringify(query, null, 2)} />
        </Panel>
      )}
      <Panel title={t`Headers`}>
        <Text size="sm" c="dimmed" mb="xs">
          {t`Those that hold tokens or signatures are not kept.`}
        </Text>
        <Table highlightOnHover={false}>
          <Table.Tbody>
            {Object.entries(headers).map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" className={classes.header}>
                  {name}
                </Table.Th>
                <Table.Td className={classes.name}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </Page>
  );
}

const KINDS: Readonly<Record<Delivery['body_kind'], string>> = {
  none: t`Nothing`,
  json: 'JSON',
  form: t`A form`,
  text: t`Text`,
  binary: t`No text, shown as base64`,
};

function Resend({ delivery: { id, webhook_id } }: { delivery: Delivery }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const resend = useChange('resendDelivery', ['listDeliveries', 'getWebhook', 'listWebhooks']);
  const send = () =>
    resend.mutate(
      { params: { id: webhook_id, delivery: id } },
      {
        onSuccess: (made) =>
          void navigate({
            to: '/$customer/webhooks/$webhookId/deliveries/$deliveryId',
            params: { customer, webhookId: webhook_id, deliveryId: made.id },
          }),
      },
    );
  return (
    <>
      <ErrorNotice error={resend.error} />
      <Button leftSection={<RepeatIcon />} onClick={send} loading={resend.isPending}>
        {t`Send it again`}
      </Button>
    </>
  );
}
