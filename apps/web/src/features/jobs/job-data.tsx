import type { Job } from '@argus/contract';
import { Stack, Table, Text } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';

/** What the script was given, by position, with the labels that the arguments had then. */
export function InputsPanel({ job }: { job: Job }) {
  const input = useApi('getJobInput', { params: { id: job.id }, query: { include_definitions: '1' } });
  const values = job.task_arguments_values;
  if (values.length === 0) return null;
  const definitions =
    input.data && 'task_arguments_values' in input.data ? input.data.task.task_arguments : [];
  return (
    <Panel title="Inputs">
      <Table highlightOnHover={false}>
        <Table.Tbody>
          {values.map((value, order) => {
            const label = definitions[order]?.['label'];
            return (
              <Table.Tr key={order}>
                <Table.Th scope="row" w="30%" style={{ overflowWrap: 'anywhere' }}>
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
  if (text === null) return <Dimmed>••• (masked)</Dimmed>;
  if (text === '') return <Dimmed>left out</Dimmed>;
  return text;
}

function Dimmed({ children }: { children: string }) {
  return (
    <Text span size="sm" c="dimmed">
      {children}
    </Text>
  );
}

/** What the script handed back: JSON laid out, anything else as it is. */
export function OutputsPanel({ job }: { job: Job }) {
  const { output, components, next } = job;
  const blocks = [
    ...output.map(
      (text, index) => [output.length > 1 ? `Output ${index + 1}` : 'Output', laidOut(text)] as const,
    ),
    ...(components === null ? [] : [['Components', JSON.stringify(components, null, 2)] as const]),
    ...(next === null ? [] : [['Next', JSON.stringify(next, null, 2)] as const]),
  ];
  if (blocks.length === 0) return null;
  return (
    <Panel title="Output">
      <Stack gap="xs">
        {blocks.map(([label, text]) => (
          <div key={label}>
            {blocks.length > 1 && (
              <Text size="xs" c="dimmed" mb={2}>
                {label}
              </Text>
            )}
            <CopyBlock label={label} text={text} />
          </div>
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
