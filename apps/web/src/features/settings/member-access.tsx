import type { Member, MemberAccess } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Group, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { apiKey, clientOf, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { numberText } from '../../ui/locale.ts';
import { Loaded, Panel } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { MAY_WITH_TASKS } from './role-rows.ts';
import { Entries } from './tags.tsx';
import classes from './settings.module.css';

const route = getRouteApi('/$customer/settings/members/$memberId');
const TYPING_MS = 250;
/** As many as the page asks for; a search finds the others. */
const SHOWN = 100;

type Item = MemberAccess['items'][number];

/** What a member may do with which task and workflow, and by which entry of its access list. */
export function MemberAccessPanel({ member }: { member: Member }) {
  const customer = useCustomer();
  const { q, sees } = route.useSearch();
  const navigate = route.useNavigate();
  const input = {
    params: { id: member.id },
    query: { limit: SHOWN, ...(q && { q }), ...(sees && { sees }) },
  };
  const access = useQuery({
    queryKey: apiKey(customer, 'getMemberAccess', input),
    queryFn: ({ signal }) => clientOf(customer).getMemberAccess({ ...input, signal }),
    placeholderData: keepPreviousData,
  });
  const { name } = member.user;
  return (
    <Panel title={t`What they see, and why`}>
      <Loaded query={access}>
        {(found) => (
          <Stack gap="sm">
            <Summary name={name} role={member.credential} found={found} />
            {found.total > 0 && (
              <Group gap="sm">
                <SearchInput
                  label={t`Search tasks and workflows`}
                  placeholder={t`Name`}
                  value={q ?? ''}
                  delay={TYPING_MS}
                  onSearch={(text) =>
                    void navigate({
                      search: ({ q: _q, ...rest }) => ({ ...rest, ...(text && { q: text }) }),
                      replace: true,
                      resetScroll: false,
                    })
                  }
                />
                {!found.everything && (
                  <SegmentedControl
                    aria-label={t`Which`}
                    size="xs"
                    data={[
                      { value: '', label: t`All` },
                      { value: 'yes', label: t`They see` },
                      { value: 'no', label: t`They do not see` },
                    ]}
                    value={sees ?? ''}
                    onChange={(value) =>
                      void navigate({
                        search: ({ sees: _sees, ...rest }) => ({
                          ...rest,
                          ...(value !== '' && { sees: value }),
                        }),
                        replace: true,
                        resetScroll: false,
                      })
                    }
                  />
                )}
              </Group>
            )}
            {found.items.length > 0 ? (
              <AccessTable member={member} found={found} />
            ) : (
              <Text size="sm" c="dimmed" role="status">
                {found.total === 0 ? t`There are no tasks and workflows yet.` : t`Nothing like this.`}
              </Text>
            )}
            <More found={found} />
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function Summary({ name, role, found }: { name: string; role: Member['credential']; found: MemberAccess }) {
  const customer = useCustomer();
  const seen = numberText(found.seen);
  const total = numberText(found.total);
  const may = MAY_WITH_TASKS[role];
  const roles = (
    <TextLink to="/$customer/settings/roles" params={{ customer }} size="sm">
      {t`Roles`}
    </TextLink>
  );
  if (found.everything)
    return (
      <Text size="sm">
        <Trans>
          {name} sees all {total} tasks and workflows: access lists do not bind who is {role}. With each of
          them: {may} (see {roles}).
        </Trans>
      </Text>
    );
  return (
    <>
      <Text size="sm">
        <Trans>
          {name} sees {seen} of {total} tasks and workflows. With each of these, as {role}: {may} (see {roles}
          ).
        </Trans>
      </Text>
      <Text size="sm" component="div">
        <Group gap={4}>
          {t`Access lists let them in by:`} <Entries entries={found.entries} />
        </Group>
      </Text>
    </>
  );
}

function AccessTable({ member, found }: { member: Member; found: MemberAccess }) {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Task or workflow`}</Table.Th>
          <Table.Th>{t`They may`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Why`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {found.items.map((item) => (
          <Table.Tr key={`${item.type} ${item.id}`}>
            <Table.Td className={classes.break}>
              <Name item={item} />
              <Text size="xs" c="dimmed" hiddenFrom="sm" component="div">
                <Why member={member} item={item} everything={found.everything} />
              </Text>
            </Table.Td>
            <Table.Td>
              {item.sees ? (
                MAY_WITH_TASKS[member.credential]
              ) : (
                <Text span size="sm" c="dimmed">
                  {t`nothing`}
                </Text>
              )}
            </Table.Td>
            <Table.Td visibleFrom="sm" className={classes.break}>
              <Why member={member} item={item} everything={found.everything} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Name({ item: { type, id, name } }: { item: Item }) {
  const customer = useCustomer();
  if (type === 'task')
    return (
      <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
        {name}
      </TextLink>
    );
  return (
    <>
      <TextLink to="/$customer/workflows/$workflowId" params={{ customer, workflowId: id }} size="sm">
        {name}
      </TextLink>
      <Text size="xs" c="dimmed">
        {t`Workflow`}
      </Text>
    </>
  );
}

function Why({
  member: { credential },
  item: { sees, because, acls },
  everything,
}: {
  member: Member;
  item: Item;
  everything: boolean;
}) {
  if (everything) return <>{t`Who is ${credential} sees everything.`}</>;
  if (sees)
    return (
      <Group gap={4}>
        {t`Its access list has`} <Entries entries={because} />
      </Group>
    );
  if (acls.length === 0) return <>{t`Its access list is empty: only admins and owners see it.`}</>;
  return (
    <Group gap={4}>
      {t`None of these is this member:`} <Entries entries={acls} />
    </Group>
  );
}

function More({ found: { found, items } }: { found: MemberAccess }) {
  if (found <= items.length) return null;
  const shown = numberText(items.length);
  const all = numberText(found);
  return (
    <Text size="sm" c="dimmed">
      {t`The first ${shown} of ${all}. Search for the others.`}
    </Text>
  );
}
