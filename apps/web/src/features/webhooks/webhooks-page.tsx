import type { Webhook } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { countText } from '../../ui/count.ts';
import { useDeleted } from '../../ui/deleted.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import filters from '../../ui/filters.module.css';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Ago } from '../../ui/times.tsx';
import { OutcomeBadge, PausedBadge } from './webhook-parts.tsx';
import { AUTH_LABELS } from './webhook-words.ts';
import classes from './webhooks.module.css';

const route = getRouteApi('/$customer/webhooks');
const REFRESH_MS = 5_000;

/** The addresses that other systems call, with what came in last. */
export function WebhooksPage() {
  const customer = useCustomer();
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const creates = useMay('admin');
  const webhooks = useApi('listWebhooks', { query: {} }, { refetchInterval: REFRESH_MS });
  const deleted = useDeleted();
  const there = (webhooks.data ?? []).filter(({ id }) => !deleted.has(id));
  const found = filterWebhooks(there, q);
  const all = there.length;
  const shown = found.length;
  const add = creates && (
    <ButtonLink to="/$customer/webhooks/new" params={{ customer }} leftSection={<PlusIcon />}>
      {t`New webhook`}
    </ButtonLink>
  );
  return (
    <Page title={t`Webhooks`} actions={add}>
      <div className={filters.filters}>
        <SearchInput
          label={t`Filter webhooks`}
          placeholder={t`Filter by name, description or tag`}
          value={q}
          onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
        <Text size="sm" c="dimmed" role="status">
          {countText(shown, all, plural(all, { one: '# webhook', other: '# webhooks' }))}
        </Text>
      </div>
      {webhooks.data && <ErrorNotice error={webhooks.error} />}
      <Panel>
        <Loaded query={webhooks}>
          {() => {
            if (all === 0)
              return (
                <EmptyState title={t`No other system starts anything yet`}>
                  {t`A webhook is an address that another system calls: GitHub after a push, a shop after an order. What it sends becomes the arguments of the tasks that list it.`}{' '}
                  {creates ? t`Make one, and paste its URL there.` : t`An admin makes one.`}
                </EmptyState>
              );
            if (found.length === 0)
              return (
                <EmptyState title={t`No webhook matches`}>{t`Change the filter to see others.`}</EmptyState>
              );
            return <WebhookTable webhooks={found} />;
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}

function WebhookTable({ webhooks }: { webhooks: readonly Webhook[] }) {
  const customer = useCustomer();
  return (
    <Table className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Webhook`}</Table.Th>
          <Table.Th>{t`How a caller is known`}</Table.Th>
          <Table.Th>{t`Last delivery`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {webhooks.map(({ id, name, description, auth, paused, last_delivery }) => (
          <Table.Tr key={id}>
            <Table.Td className={classes.name}>
              <TextLink
                to="/$customer/webhooks/$webhookId"
                params={{ customer, webhookId: id }}
                size="sm"
                fw={500}
              >
                {name}
              </TextLink>{' '}
              {paused && <PausedBadge paused={paused} />}
              {description && (
                <Text size="xs" c="dimmed" lineClamp={2}>
                  {description}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{AUTH_LABELS[auth]}</Table.Td>
            <Table.Td>
              {last_delivery === null ? (
                <Text size="sm" c="dimmed">
                  {t`none yet`}
                </Text>
              ) : (
                <>
                  <OutcomeBadge outcome={last_delivery.outcome} />{' '}
                  <Text span size="xs" c="dimmed">
                    <Ago at={last_delivery.at} />
                  </Text>
                </>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function filterWebhooks(webhooks: readonly Webhook[], q: string): readonly Webhook[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return webhooks.filter(({ name, description, tags }) => {
    const text = [name, description, ...tags].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
