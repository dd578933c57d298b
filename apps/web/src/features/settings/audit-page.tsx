import type { AuditEntry } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge, Button, Center, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { clientOf, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { dateTimeText } from '../../ui/locale.ts';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { AuditDetails } from './audit-details.tsx';
import { AuditFilters } from './audit-filters.tsx';
import classes from './audit-page.module.css';

const route = getRouteApi('/$customer/settings/audit');
const PAGE = 50;

/** Who did what, newest first, filtered by what the address says. */
export function AuditPage() {
  const customer = useCustomer();
  const { dialog: _dialog, ...search } = route.useSearch();
  const query = {
    ...search,
    ...(search.since && { since: startOf(search.since) }),
    ...(search.until && { until: endOf(search.until) }),
  };
  const audit = useInfiniteQuery({
    queryKey: ['listAudit', customer, query],
    queryFn: ({ pageParam, signal }) =>
      clientOf(customer).listAudit({
        query: { ...query, limit: PAGE, ...(pageParam && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: '',
    // the cursor of a list is the id that its last page ended with
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.id),
    select: ({ pages }) => pages.flat(),
  });
  const filtered = Object.keys(search).length > 0;
  return (
    <Page title={t`Audit log`} actions={<Exports query={query} filtered={filtered} />}>
      <AuditFilters />
      <Panel>
        <Loaded query={audit}>
          {(entries) =>
            entries.length === 0 ? (
              <EmptyState title={filtered ? t`Nothing like this` : t`Nothing yet`}>
                {filtered ? t`No entry has all of these.` : t`What people and tokens change is listed here.`}
              </EmptyState>
            ) : (
              <>
                <AuditTable entries={entries} />
                {audit.isFetchNextPageError && <ErrorNotice error={audit.error} />}
                {audit.hasNextPage && (
                  <Center mt="md">
                    <Button
                      variant="default"
                      loading={audit.isFetchingNextPage}
                      onClick={() => void audit.fetchNextPage()}
                    >
                      {t`Older entries`}
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

/** All that is found, not just what is shown. */
function Exports({ query, filtered }: { query: Record<string, string>; filtered: boolean }) {
  const customer = useCustomer();
  const search = new URLSearchParams(query).toString();
  const what = filtered ? t`All that is found, not just what is shown` : t`The whole audit log`;
  return (['csv', 'json'] as const).map((kind) => {
    const form = kind.toUpperCase();
    return (
      <Button
        key={kind}
        component="a"
        variant="default"
        title={what}
        href={`/${encodeURIComponent(customer)}/audit/export.${kind}?${search}`}
        download
      >
        {t`Export ${form}`}
      </Button>
    );
  });
}

function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <Table verticalSpacing="xs" className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`When`}</Table.Th>
          <Table.Th>{t`Who`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`What`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Details`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id}>
            <Table.Td className={classes.when}>
              <ToEntry entry={entry} />
            </Table.Td>
            <Table.Td className={classes.who}>
              {entry.actor}
              <Text size="xs" c="dimmed">
                {entry.address}
              </Text>
              <div className={classes.narrow}>
                <What entry={entry} />
                <AuditDetails details={entry.details} />
              </div>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <What entry={entry} />
            </Table.Td>
            <Table.Td visibleFrom="sm" className={classes.details}>
              <AuditDetails details={entry.details} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function ToEntry({ entry: { id, at, action } }: { entry: AuditEntry }) {
  const customer = useCustomer();
  const when = dateTimeText(at);
  return (
    <TextLink
      to="/$customer/settings/audit/$entryId"
      params={{ customer, entryId: id }}
      size="sm"
      aria-label={t`${action}, ${when}: all of it`}
    >
      <time dateTime={at}>{when}</time>
    </TextLink>
  );
}

function What({ entry: { action, outcome, target_type: type, target_id: id } }: { entry: AuditEntry }) {
  const customer = useCustomer();
  return (
    <>
      <Group gap={6}>
        <Text size="sm">{action}</Text>
        {outcome === 'refused' && <Refused />}
      </Group>
      {id && (
        <TextLink
          to="/$customer/settings/audit"
          params={{ customer }}
          search={(before) => ({ ...before, target: id })}
          size="xs"
          title={t`Only what was about ${id}`}
        >
          {type} {id.slice(-6)}
        </TextLink>
      )}
    </>
  );
}

export function Refused() {
  return (
    <Badge color="red" variant="light" size="sm" tt="none">
      {t`refused`}
    </Badge>
  );
}

/** The first and the last moment of a day where the reader is; something else is sent as it is, to be refused. */
function startOf(day: string): string {
  return momentOf(`${day}T00:00:00`, day);
}

function endOf(day: string): string {
  return momentOf(`${day}T23:59:59.999`, day);
}

function momentOf(text: string, otherwise: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? otherwise : time.toISOString();
}
