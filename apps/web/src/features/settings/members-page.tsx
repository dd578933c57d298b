import { mayGrant, ROLES, type Member, type Role } from '@argus/contract';
import { Badge, Button, Group, Select, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { useProfile, useRole } from '../../api/session.ts';
import { errorMessage } from '../../ui/error-notice.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { MemberMenu } from './member-menu.tsx';
import { NewMemberDialog } from './new-member-dialog.tsx';
import { dateText } from '../../ui/locale.ts';

/** The people of the organization and their roles. */
export function MembersPage() {
  const members = useApi('listMembers', {});
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title="Members"
      parent="Settings"
      actions={
        <Button leftSection={<PlusIcon />} onClick={() => setAdding(true)}>
          Add a member
        </Button>
      }
    >
      <Panel>
        <Loaded query={members}>
          {(list) => (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Member</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th visibleFrom="sm">Tags</Table.Th>
                  <Table.Th aria-label="Actions" />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.map((member) => (
                  <MemberRow key={member.id} member={member} />
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Loaded>
      </Panel>
      {adding && <NewMemberDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

function MemberRow({ member }: { member: Member }) {
  const mine = useRole();
  const me = useProfile().email;
  const { user, credential, tags } = member;
  // nobody changes whom they could not have made, and nobody shuts themselves out
  const changes = mayGrant(mine, credential) && user.email !== me;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {user.name}
        {user.name !== user.email && (
          <Text size="xs" c="dimmed">
            {user.email}
          </Text>
        )}
        {!member.active && <Pending until={member.invited_until} />}
      </Table.Td>
      <Table.Td>{changes ? <RoleSelect member={member} mine={mine} /> : credential}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Group gap={4}>
          {tags.map((tag) => (
            <Badge key={tag} variant="default" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td ta="right">{changes && <MemberMenu member={member} />}</Table.Td>
    </Table.Tr>
  );
}

function Pending({ until }: { until: string | null }) {
  return (
    <Text size="xs" c="dimmed">
      {until ? `Invited until ${dateText(until)}` : 'Cannot sign in: no invitation open'}
    </Text>
  );
}

function RoleSelect({ member, mine }: { member: Member; mine: Role }) {
  const update = useChange('updateMember', ['listMembers']);
  const change = (credential: Role) =>
    update.mutate(
      { params: { id: member.id }, body: { credential } },
      { onError: (error) => notifications.show({ color: 'red', message: errorMessage(error) }) },
    );
  return (
    <Select
      aria-label={`Role of ${member.user.name}`}
      size="xs"
      w={{ base: 100, xs: 120 }}
      allowDeselect={false}
      disabled={update.isPending}
      data={ROLES.filter((role) => mayGrant(mine, role))}
      value={member.credential}
      onChange={(role) => role && change(role)}
    />
  );
}
