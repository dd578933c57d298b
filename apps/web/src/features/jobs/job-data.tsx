import type { Job } from '@argus/contract';
import { Stack, Table, Text } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';

/** What the script was given, by position. */
export function InputsPanel({ job }: { job: Job }) {
  const task = useApi('getTask', { params: { id: job.task_id } });
  const values = job.task_arguments_values;
  if (values.length === 0) return null;
  return (
    <Panel title="Inputs">
      <Table highlightOnHover={false}>
        <Table.Tbody>
          {values.map((value, order) => {
            const label = task.data?.task_arguments[order]?.['label'];
            return (
              <Table.Tr key={order}>
                <Table.Th scope="row" w="30%">
                  {labelOf({ order, ...(typeof label === 'string' && { label }) })}
                </Table.Th>
                <Table.Td style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  <Value text={value} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span title="Masked">•••</span>;
  if (text === '') {
    return (
      <Text span size="sm" c="dimmed">
        left out
      </Text>
    );
  }
  return text;
}

/** What the script handed back: JSON laid out, anything else as it is. */
export function OutputsPanel({ output }: { output: readonly string[] }) {
  return (
    <Panel title="Output">
      <Stack gap="xs">
        {output.map((text, index) => (
          <CopyBlock
            key={index}
            label={output.length > 1 ? `Output ${index + 1}` : 'Output'}
            text={laidOut(text)}
          />
        ))}
      </Stack>
    </Panel>
  );
}

function laidOut(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
