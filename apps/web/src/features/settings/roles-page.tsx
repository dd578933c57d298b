import { ROLES } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table, Text, VisuallyHidden } from '@mantine/core';
import { useRole } from '../../api/session.ts';
import { CheckIcon } from '../../ui/icons.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { WHO_MAY } from '../../ui/role-note.tsx';
import { ROLE_ROWS } from './role-rows.ts';
import classes from './settings.module.css';

/** What each role may do: a table where there is room, else in words. */
export function RolesPage() {
  const mine = useRole();
  return (
    <Page title={t`Roles`}>
      <Text size="sm" maw={720}>
        {t`Each role may do all that the ones before it may. Which tasks and workflows somebody sees, the access list of each says; admins and owners see all. Your role here is ${mine}.`}
      </Text>
      <Panel>
        <Table verticalSpacing="xs" className={classes.matrix}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t`What they may do`}</Table.Th>
              {ROLES.map((role) => (
                <Table.Th key={role} ta="center" visibleFrom="sm" data-mine={role === mine || undefined}>
                  {role}
                </Table.Th>
              ))}
              <Table.Th hiddenFrom="sm">{t`Who`}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {ROLE_ROWS.map(({ what, needs }) => (
              <Table.Tr key={what}>
                <Table.Th scope="row" fw={400} className={classes.break}>
                  {what}
                </Table.Th>
                {needs === 'server' ? (
                  <Table.Td colSpan={ROLES.length} ta="center" visibleFrom="sm">
                    {WHO_MAY.server}
                  </Table.Td>
                ) : (
                  ROLES.map((role) => (
                    <Table.Td key={role} ta="center" visibleFrom="sm" data-mine={role === mine || undefined}>
                      {ROLES.indexOf(role) >= ROLES.indexOf(needs) ? (
                        <>
                          <CheckIcon />
                          <VisuallyHidden>{t`yes`}</VisuallyHidden>
                        </>
                      ) : (
                        <VisuallyHidden>{t`no`}</VisuallyHidden>
                      )}
                    </Table.Td>
                  ))
                )}
                <Table.Td hiddenFrom="sm">
                  <Text size="xs" c="dimmed">
                    {WHO_MAY[needs]}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </Page>
  );
}
