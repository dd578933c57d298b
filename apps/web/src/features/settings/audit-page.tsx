import type { AuditEntry } from '@argus/contract';
import { Badge, Button, Center, Group, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { clientOf, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { AuditDetails } from './audit-details.tsx';
import classes from './audit-page.module.css';
import { dateTimeText } from '../../ui/locale.ts';

const route = getRouteApi('/$customer/settings/audit');
const PAGE = 50;
const TYPING_MS = 300;

/** The first words of what the audit calls things. */
const ABOUT = [
  'login',
  'password',
  'member',
  'token',
  'task',
  'secret',
  'script',
  'host',
  'job',
  'customer',
  'channel',
  'notification-rule',
];

/** Who did what, newest first, filtered by what the address says. */
export function AuditPage() {
  const customer = useCustomer();
  const search = route.useSearch();
  const navigate = route.useNavigate();
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
  const filter = (name: keyof typeof search, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [name]: value || undefined }), replace: true });
  const filtered = Object.keys(search).length > 0;
  return (
    <Page title="Audit" parent="Settings" actions={<Exports query={query} />}>
      <Group gap="sm" align="flex-end">
        <TypedFilter
          label="Search"
          placeholder="Anything it says"
          value={search.q ?? ''}
          onChange={(value) => filter('q', value)}
        />
        <TypedFilter
          label="Who"
          placeholder="E-mail"
          value={search.actor ?? ''}
          onChange={(value) => filter('actor', value)}
        />
        <Select
          label="About"
          placeholder="Anything"
          clearable
          searchable
          w={150}
          data={search.action && !ABOUT.includes(search.action) ? [search.action, ...ABOUT] : ABOUT}
          value={search.action ?? null}
          onChange={(value) => filter('action', value)}
        />
        <Select
          label="Outcome"
          placeholder="Any"
          clearable
          w={130}
          data={[
            { value: 'done', label: 'Done' },
            { value: 'refused', label: 'Refused' },
          ]}
          value={search.outcome ?? null}
          onChange={(value) => filter('outcome', value)}
        />
        <TextInput
          label="From"
          type="date"
          w={150}
          value={search.since ?? ''}
          onChange={(event) => filter('since', event.currentTarget.value)}
        />
        <TextInput
          label="To"
          type="date"
          w={150}
          value={search.until ?? ''}
          onChange={(event) => filter('until', event.currentTarget.value)}
        />
        {search.target && (
          <Button variant="light" onClick={() => filter('target', null)}>
            Only {search.target.slice(-6)} ×
          </Button>
        )}
      </Group>
      <Panel>
        <Loaded query={audit}>
          {(entries) =>
            entries.length === 0 ? (
              <EmptyState title={filtered ? 'Nothing like this' : 'Nothing yet'}>
                {filtered ? 'No entry has all of these.' : 'What people and tokens change is listed here.'}
              </EmptyState>
            ) : (
              <>
                <AuditTable entries={entries} onTarget={(target) => filter('target', target)} />
                {audit.isFetchNextPageError && <ErrorNotice error={audit.error} />}
                {audit.hasNextPage && (
                  <Center mt="md">
                    <Button
                      variant="default"
                      loading={audit.isFetchingNextPage}
                      onClick={() => void audit.fetchNextPage()}
                    >
                      Older entries
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
function Exports({ query }: { query: Record<string, string> }) {
  const customer = useCustomer();
  const search = new URLSearchParams(query).toString();
  return (
    <>
      {(['csv', 'json'] as const).map((kind) => (
        <Button
          key={kind}
          component="a"
          variant="default"
          href={`/${encodeURIComponent(customer)}/audit/export.${kind}?${search}`}
          download
        >
          Export {kind.toUpperCase()}
        </Button>
      ))}
    </>
  );
}

/** A filter of words: asked when no more are typed. */
function TypedFilter({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const change = useDebouncedCallback(onChange, TYPING_MS);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      w={200}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        change(event.currentTarget.value.trim());
      }}
    />
  );
}

function AuditTable({
  entries,
  onTarget,
}: {
  entries: readonly AuditEntry[];
  onTarget: (id: string) => void;
}) {
  return (
    <Table verticalSpacing="xs" className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Who</Table.Th>
          <Table.Th visibleFrom="sm">What</Table.Th>
          <Table.Th visibleFrom="sm">Details</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id}>
            <Table.Td className={classes.when}>
              <time dateTime={entry.at}>{dateTimeText(entry.at)}</time>
            </Table.Td>
            <Table.Td className={classes.who}>
              {entry.actor}
              <Text size="xs" c="dimmed">
                {entry.address}
              </Text>
              <div className={classes.narrow}>
                <What entry={entry} onTarget={onTarget} />
                <AuditDetails details={entry.details} />
              </div>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <What entry={entry} onTarget={onTarget} />
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

function What({ entry, onTarget }: { entry: AuditEntry; onTarget: (id: string) => void }) {
  const { action, outcome, target_type: type, target_id: id } = entry;
  return (
    <>
      <Group gap={6}>
        <Text size="sm">{action}</Text>
        {outcome === 'refused' && (
          <Badge color="red" variant="light" size="sm" tt="none">
            refused
          </Badge>
        )}
      </Group>
      {id && (
        <button
          type="button"
          className={classes.target}
          title={`Only what was about ${id}`}
          onClick={() => onTarget(id)}
        >
          {type} {id.slice(-6)}
        </button>
      )}
    </>
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
