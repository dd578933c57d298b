import type { Script } from '@argus/contract';
import { Table, Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Panel } from '../../ui/page.tsx';

/** The tasks that run a script: what a change of it changes. */
export function UsedByPanel({ script }: { script: Script }) {
  const customer = useCustomer();
  const tasks = useApi('listScriptTasks', { params: { id: script.id } });
  return (
    <Panel title="Used by">
      <Loaded query={tasks} height={80}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed">
              No task runs it.
            </Text>
          ) : (
            <Table highlightOnHover={false}>
              <Table.Tbody>
                {list.map(({ id, name, hostname, script_version }) => (
                  <Table.Tr key={id}>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      <TextLink
                        to="/$customer/tasks/$taskId"
                        params={{ customer, taskId: id }}
                        size="sm"
                        fw={500}
                      >
                        {name}
                      </TextLink>
                    </Table.Td>
                    <Table.Td>
                      {script_version === null ? 'newest version' : `version ${script_version}`}
                    </Table.Td>
                    <Table.Td visibleFrom="xs">{hostname ?? 'no bot yet'}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Loaded>
    </Panel>
  );
}
