import type { AuditEntry } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Group, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { dateTimeText } from '../../ui/locale.ts';
import { EmptyState, Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { partsOf, shownValue } from './audit-details.tsx';
import { Refused } from './audit-page.tsx';
import { placeOfTarget } from './audit-words.ts';
import classes from './audit-page.module.css';

const route = getRouteApi('/$customer/settings/audit/$entryId');

/** All that the audit knows of one act: who, when, from where, and what was before. */
export function AuditEntryPage() {
  const { entryId } = route.useParams();
  const customer = useCustomer();
  const entry = useApi('getAuditEntry', { params: { id: entryId } });
  const parent = (
    <TextLink to="/$customer/settings/audit" params={{ customer }} size="sm">
      {t`Audit log`}
    </TextLink>
  );
  return (
    <Page
      title={entry.data?.action ?? t`Entry`}
      parent={parent}
      aside={entry.data?.outcome === 'refused' && <Refused />}
    >
      <Loaded query={entry}>{(found) => <Entry entry={found} />}</Loaded>
    </Page>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const customer = useCustomer();
  const { actor, action, at, address, details } = entry;
  const { changes, facts } = partsOf(details);
  const when = dateTimeText(at);
  return (
    <>
      <Panel>
        <Facts
          facts={[
            [t`When`, <When key="when" text={when} at={at} />],
            [
              t`Who`,
              <TextLink
                key="who"
                to="/$customer/settings/audit"
                params={{ customer }}
                search={{ actor }}
                size="sm"
                title={t`All that ${actor} did`}
              >
                {actor}
              </TextLink>,
            ],
            [t`From the address`, address ?? t`unknown`],
            [
              t`What`,
              <TextLink
                key="what"
                to="/$customer/settings/audit"
                params={{ customer }}
                search={{ action }}
                size="sm"
                title={t`All of this kind`}
              >
                {action}
              </TextLink>,
            ],
            [t`Outcome`, entry.outcome === 'refused' ? t`Refused` : t`Was done`],
            [t`About`, <About key="about" entry={entry} />],
          ]}
        />
      </Panel>
      {changes.length > 0 && (
        <Panel title={t`What changed`}>
          <Table verticalSpacing="xs" className={classes.table} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t`Field`}</Table.Th>
                <Table.Th>{t`What it was`}</Table.Th>
                <Table.Th>{t`What it is now`}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changes.map(([field, { from, to }]) => (
                <Table.Tr key={field}>
                  <Table.Th scope="row" className={classes.details}>
                    {field}
                  </Table.Th>
                  <Table.Td className={classes.details}>
                    <Value of={from} />
                  </Table.Td>
                  <Table.Td className={classes.details}>
                    <Value of={to} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Panel>
      )}
      {facts.length > 0 && (
        <Panel title={t`Details`}>
          <Facts facts={facts.map(([name, value]) => [name, <Value key={name} of={value} />] as const)} />
        </Panel>
      )}
      {changes.length === 0 && facts.length === 0 && (
        <Panel>
          <EmptyState title={t`No more is known`}>{t`What was done has no details.`}</EmptyState>
        </Panel>
      )}
    </>
  );
}

function When({ text, at }: { text: string; at: string }) {
  return (
    <>
      {text}
      <Text size="xs" c="dimmed" component="div">
        <Ago at={at} />
      </Text>
    </>
  );
}

function About({ entry: { target_type: type, target_id: id } }: { entry: AuditEntry }) {
  const customer = useCustomer();
  const place = placeOfTarget(type, id);
  if (id === null) return <>{t`nothing in particular`}</>;
  return (
    <Group gap="xs">
      {place === undefined ? (
        <span>
          {type} {id}
        </span>
      ) : (
        <TextLink to={`/${customer}/${place}` as '/'} size="sm">
          {type} {id}
        </TextLink>
      )}
      <TextLink to="/$customer/settings/audit" params={{ customer }} search={{ target: id }} size="xs">
        {t`all about it`}
      </TextLink>
    </Group>
  );
}

function Value({ of }: { of: unknown }) {
  const text = shownValue(of, 2);
  if (text === '')
    return (
      <Text span size="sm" c="dimmed">
        {t`nothing`}
      </Text>
    );
  return <span className={classes.value}>{text}</span>;
}
