import { t } from '@lingui/core/macro';
import { Group, Stack, Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { formatBytes } from '../../ui/format.ts';
import { FileLink } from '../../ui/page.tsx';

export interface JobFile {
  /** Of its argument. */
  position: number;
  id: string;
  filename: string;
  /** Bytes. */
  size: number;
}

/** The files that a job was started with, as far as they are shown; none without a job. */
export function useJobFiles(job: string | null): readonly JobFile[] {
  const input = useApi(
    'getJobInput',
    { params: { id: job ?? '' }, query: { include_definitions: '1' } },
    { enabled: job !== null },
  );
  return input.data && 'files' in input.data ? input.data.files : [];
}

/** The files of one argument of a job, each a link that saves it. */
export function JobFiles({ job, files }: { job: string; files: readonly JobFile[] }) {
  const customer = useCustomer();
  return (
    <Stack gap={4}>
      {files.map(({ id, filename, size }) => (
        <Group key={id} gap="xs">
          <FileLink
            href={`/${encodeURIComponent(customer)}/job/${job}/file/${id}`}
            download={filename}
            label={t`Download ${filename}`}
          >
            <bdi>{filename}</bdi>
          </FileLink>
          <Text span size="sm" c="dimmed">
            {formatBytes(size)}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
