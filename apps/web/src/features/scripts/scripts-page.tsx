import { Table } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { formatBytes } from '../../ui/format.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';

/** The scripts of the organization. */
export function ScriptsPage() {
  const customer = useCustomer();
  const scripts = useApi('listScripts', { query: {} });
  const edits = useMay('admin');
  const create = edits && (
    <ButtonLink to="/$customer/scripts/new" params={{ customer }} leftSection={<PlusIcon />}>
      New script
    </ButtonLink>
  );
  return (
    <Page title="Scripts" actions={create}>
      <Panel>
        <Loaded query={scripts}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="No scripts yet">
                A script is a file that a task executes, in any language that its bot has an interpreter for.
                Each change is kept as a version.
              </EmptyState>
            ) : (
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Filename</Table.Th>
                    <Table.Th>Version</Table.Th>
                    <Table.Th visibleFrom="xs">Size</Table.Th>
                    <Table.Th>Changed</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((script) => (
                    <Table.Tr key={script.id}>
                      <Table.Td style={{ overflowWrap: 'anywhere' }}>
                        <TextLink
                          to="/$customer/scripts/$scriptId"
                          params={{ customer, scriptId: script.id }}
                          size="sm"
                          fw={500}
                        >
                          {script.filename}
                        </TextLink>
                      </Table.Td>
                      <Table.Td>{script.version}</Table.Td>
                      <Table.Td visibleFrom="xs">{formatBytes(script.size)}</Table.Td>
                      <Table.Td>
                        <Ago at={script.last_update} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
