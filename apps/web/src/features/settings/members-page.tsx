import { mayGrant, type Member } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useProfile, useRole } from '../../api/session.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { SignIn } from './member-page.tsx';
import { MemberMenu } from './member-menu.tsx';
import { NewMemberDialog } from './new-member-dialog.tsx';
import { RoleSelect } from './role-select.tsx';
import { Tags } from './tags.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './settings.module.css';

const route = getRouteApi('/$customer/settings/members');
/** So many are seen at a glance. */
const FEW = 5;

/** The people of the organization and their roles. */
export function MembersPage() {
  const customer = useCustomer();
  const members = useApi('listMembers', {});
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { opened: adding, open, close } = useDialog('new');
  const roles = (
    <TextLink to="/$customer/settings/roles" params={{ customer }} size="sm">
      {t`Roles`}
    </TextLink>
  );
  return (
    <Page
      title={t`Members`}
      actions={
        <Button leftSection={<PlusIcon />} onClick={open}>
          {t`Add a member`}
        </Button>
      }
    >
      <Text size="sm" c="dimmed">
        <Trans>What each role may do is under {roles}; what a member sees, and why, under their name.</Trans>
      </Text>
      <Panel>
        <Loaded query={members}>
          {(list) => (
            <>
              {(list.length > FEW || q !== '') && (
                <SearchInput
                  label={t`Search members`}
                  placeholder={t`Name, e-mail, role, tag`}
                  value={q}
                  onSearch={(text) =>
                    void navigate({
                      search: text ? { q: text } : {},
                      replace: true,
                      resetScroll: false,
                    })
                  }
                />
              )}
              <MemberTable members={list.filter((member) => fits(member, q))} />
            </>
          )}
        </Loaded>
      </Panel>
      {adding && <NewMemberDialog onClose={close} />}
    </Page>
  );
}

function fits({ user, credential, tags }: Member, q: string): boolean {
  const text = [user.name, user.email, credential, ...tags].join(' ').toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function MemberTable({ members }: { members: readonly Member[] }) {
  if (members.length === 0)
    return <EmptyState title={t`Nobody like this`}>{t`Search with less, or with another word.`}</EmptyState>;
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Member`}</Table.Th>
          <Table.Th>{t`Role`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Tags`}</Table.Th>
          <Table.Th aria-label={t`Actions`} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {members.map((member) => (
          <MemberRow key={member.id} member={member} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function MemberRow({ member }: { member: Member }) {
  const customer = useCustomer();
  const mine = useRole();
  const me = useProfile().email;
  const { user, credential, tags, disabled_at: outSince } = member;
  // nobody changes whom they could not have made, and nobody shuts themselves out
  const changes = mayGrant(mine, credential) && user.email !== me;
  return (
    <Table.Tr>
      <Table.Td className={classes.break}>
        <Group gap={6}>
          <TextLink
            to="/$customer/settings/members/$memberId"
            params={{ customer, memberId: member.id }}
            size="sm"
            fw={500}
          >
            {user.name}
          </TextLink>
          {outSince && (
            <Badge color="orange" variant="light" size="sm" tt="none">
              {t`kept out`}
            </Badge>
          )}
          {user.email === me && (
            <Badge variant="default" size="sm" tt="none">
              {t`you`}
            </Badge>
          )}
        </Group>
        {user.name !== user.email && (
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        )}
        {!member.active && (
          <Text size="xs" c="dimmed">
            <SignIn member={member} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>{changes ? <RoleSelect member={member} /> : credential}</Table.Td>
      <Table.Td visibleFrom="sm">{tags.length > 0 && <Tags tags={tags} />}</Table.Td>
      <Table.Td ta="right">{changes && <MemberMenu member={member} />}</Table.Td>
    </Table.Tr>
  );
}
