import { DELIVERY_STATES, type Notification } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Badge, Button, Center, Group, Select, Table, Text, VisuallyHidden } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { said } from '../../api/sentences/said.ts';
import { clientOf, useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { errorMessage } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago, Countdown } from '../../ui/times.tsx';
import { MEDIUM_LABELS, STATE_COLORS, STATE_LABELS } from './words.ts';

const route = getRouteApi('/$customer/settings/notifications/log');
const PAGE = 50;
const REFRESH_MS = 3_000;

/** What was sent to whom, newest first, filtered by what the address says. */
export function NotificationLogPage() {
  const customer = useCustomer();
  const { dialog: _dialog, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useApi('listNotificationRules', { query: {} });
  const log = useInfiniteQuery({
    queryKey: ['listNotifications', customer, search],
    queryFn: ({ pageParam, signal }) =>
      clientOf(customer).listNotifications({
        query: { ...search, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    select: ({ pages }) => pages.flat(),
    refetchInterval: REFRESH_MS,
  });
  const filter = (name: keyof typeof search, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [name]: value || undefined }), replace: true });
  const job = search.job?.slice(-6) ?? '';
  const filtered = Object.keys(search).length > 0;
  return (
    <Page
      title={t`What was sent`}
      parent={
        <TextLink to="/$customer/settings/notifications" params={{ customer }} size="sm">
          {t`Notification rules`}
        </TextLink>
      }
    >
      <Group gap="sm" align="flex-end">
        <Select
          label={t`State`}
          placeholder={t`Any`}
          clearable
          w={150}
          data={DELIVERY_STATES.map((value) => ({ value, label: STATE_LABELS[value] }))}
          value={search.state ?? null}
          onChange={(value) => filter('state', value)}
        />
        <Select
          label={t`Rule`}
          placeholder={t`Any`}
          clearable
          searchable
          w={220}
          data={(rules.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={search.rule ?? null}
          onChange={(value) => filter('rule', value)}
        />
        {search.job && (
          <Button variant="light" onClick={() => filter('job', null)}>
            {t`Only job ${job}`} ×
          </Button>
        )}
      </Group>
      <Panel>
        <Loaded query={log}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={filtered ? t`Nothing like this` : t`Nothing was sent yet`}>
                {filtered
                  ? t`No message of the last 30 days has all of these.`
                  : t`Each message of a rule is listed here for 30 days, with what the other side said.`}
              </EmptyState>
            ) : (
              <>
                <LogTable list={list} />
                {log.hasNextPage && (
                  <Center mt="md">
                    <Button
                      variant="default"
                      loading={log.isFetchingNextPage}
                      onClick={() => void log.fetchNextPage()}
                    >
                      {t`Older ones`}
                    </Button>
                  </Center>
                )}
              </>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}

function LogTable({ list }: { list: readonly Notification[] }) {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Message`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Recipient`}</Table.Th>
          <Table.Th>{t`State`}</Table.Th>
          <Table.Th visibleFrom="xs">{t`When`}</Table.Th>
          <Table.Th>
            <VisuallyHidden>{t`Actions`}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {list.map((one) => (
          <Table.Tr key={one.id}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Subject of={one} />
              <Text size="xs" c="dimmed">
                {one.rule?.name}
              </Text>
              <Recipient to={one.to} />
            </Table.Td>
            <Table.Td visibleFrom="sm" style={{ overflowWrap: 'anywhere' }}>
              {one.to}
              <Text size="xs" c="dimmed">
                {MEDIUM_LABELS[one.medium]}
              </Text>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <Badge color={STATE_COLORS[one.state]} variant="light" tt="none">
                {STATE_LABELS[one.state]}
              </Badge>
              <Text size="xs" c="dimmed">
                {one.reason && said(one.reason)}
                {one.next_try_at && (
                  <>
                    {one.reason && ' · '}
                    <NextTry at={one.next_try_at} isFirst={one.attempts === 0} />
                  </>
                )}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="xs">
              <Ago at={one.created_at} />
            </Table.Td>
            <Table.Td ta="right">
              {(one.state === 'failed' || one.state === 'suppressed') && one.digest_id === null && (
                <SendAgain of={one} />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Recipient({ to }: { to: string }) {
  return (
    <Text size="xs" c="dimmed" hiddenFrom="sm">
      {t`to ${to}`}
    </Text>
  );
}

function NextTry({ at, isFirst }: { at: string; isFirst: boolean }) {
  return isFirst ? (
    <Trans>
      sent <Countdown to={at} />
    </Trans>
  ) : (
    <Trans>
      tried again <Countdown to={at} />
    </Trans>
  );
}

function Subject({ of: { subject, job_id } }: { of: Notification }) {
  const customer = useCustomer();
  if (job_id === null) return <>{said(subject)}</>;
  return (
    <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job_id }} size="sm">
      {said(subject)}
    </TextLink>
  );
}

function SendAgain({ of }: { of: Notification }) {
  const { id } = of;
  const subject = said(of.subject);
  const retry = useChange('retryNotification', ['listNotifications']);
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={t`Send again: ${subject}`}
      loading={retry.isPending}
      onClick={() =>
        retry.mutate(
          { params: { id } },
          { onError: (error) => toasts.show({ color: 'red', message: errorMessage(error) }) },
        )
      }
    >
      {t`Send again`}
    </Button>
  );
}
