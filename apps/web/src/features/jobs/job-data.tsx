import { t } from '@lingui/core/macro';
import type { Job } from '@argus/contract';
import { Stack, Table, Text } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import { CutText } from '../../ui/cut-text.tsx';
import { fileIn, jsonOf } from '../../ui/json-value.ts';
import { Panel } from '../../ui/page.tsx';
import { JobFiles } from './job-file.tsx';
import { ShownValue } from './shown-value.tsx';
import classes from './shown-value.module.css';

/** Characters of a value that is plain text at first. */
const TEXT_SHOWN = 5_000;

/** What the script was given, by position, with the labels that the arguments had then. */
export function InputsPanel({ job }: { job: Job }) {
  const input = useApi('getJobInput', { params: { id: job.id }, query: { include_definitions: '1' } });
  const values = job.task_arguments_values;
  if (values.length === 0) return null;
  const definitions =
    input.data && 'task_arguments_values' in input.data ? input.data.task.task_arguments : [];
  const files = input.data && 'files' in input.data ? input.data.files : [];
  return (
    <Panel title={t`Inputs`}>
      <Table highlightOnHover={false} layout="fixed" className={classes.inputs}>
        <Table.Tbody>
          {values.map((value, order) => {
            const { label, type } = definitions[order] ?? {};
            const name = labelOf({ order, ...(typeof label === 'string' && { label }) });
            return (
              <Table.Tr key={order}>
                <Table.Th scope="row" style={{ overflowWrap: 'anywhere' }}>
                  {name}
                </Table.Th>
                <Table.Td style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  {files.some(({ position }) => position === order) ? (
                    <JobFiles job={job.id} files={files.filter(({ position }) => position === order)} />
                  ) : (
                    <Value
                      text={value}
                      label={name}
                      isBoolean={type === 'boolean'}
                      filename={`${job.id}-input-${order + 1}`}
                    />
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

interface ValueProps {
  text: string | null;
  label: string;
  isBoolean: boolean;
  filename: string;
}

function Value({ text, label, isBoolean, filename }: ValueProps) {
  if (text === null) return <Dimmed>{t`••• (masked)`}</Dimmed>;
  if (text === '') return <Dimmed>{t`left out`}</Dimmed>;
  if (isBoolean && (text === 'true' || text === 'false'))
    return <span title={text}>{text === 'true' ? t`yes` : t`no`}</span>;
  if (fileIn(text) || jsonOf(text)) return <ShownValue text={text} label={label} filename={filename} />;
  return <CutText text={text} shown={TEXT_SHOWN} />;
}

function Dimmed({ children }: { children: string }) {
  return (
    <Text span size="sm" c="dimmed">
      {children}
    </Text>
  );
}

/** What the script handed back: JSON to fold, files to download, anything else as it is. */
export function OutputsPanel({ job }: { job: Job }) {
  const { id, output, components, next } = job;
  const blocks = [
    ...output.map((text, index) => {
      const number = index + 1;
      return [output.length > 1 ? t`Output ${number}` : t`Output`, text, `output-${number}`] as const;
    }),
    ...(components === null ? [] : [[t`Components`, JSON.stringify(components), 'components'] as const]),
    ...(next === null ? [] : [[t`Next`, JSON.stringify(next), 'next'] as const]),
  ];
  if (blocks.length === 0) return null;
  return (
    <Panel title={t`Output`}>
      <Stack gap="xs">
        {blocks.map(([label, text, file]) => (
          <div key={file}>
            {blocks.length > 1 && (
              <Text size="xs" c="dimmed" mb={2}>
                {label}
              </Text>
            )}
            <ShownValue label={label} text={text} filename={`${id}-${file}`} />
          </div>
        ))}
      </Stack>
    </Panel>
  );
}
