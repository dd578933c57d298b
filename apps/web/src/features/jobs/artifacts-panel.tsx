import { plural, t } from '@lingui/core/macro';
import type { Artifact, Attempt, Job, LeftOutReason } from '@argus/contract';
import { Button, Group, Stack, Text } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { formatBytes } from '../../ui/format.ts';
import { FileLink, Panel } from '../../ui/page.tsx';
import { useDialogOf } from '../../ui/use-dialog.ts';
import { artifactAddress, kindOf } from './file-kinds.ts';

const preview = () => import('./file-preview.tsx');
const FilePreview = lazy(() => preview().then((module) => ({ default: module.FilePreview })));

/** Files that are shown at first: a script may leave a thousand. */
const SHOWN = 50;

const REASONS: Record<LeftOutReason, string> = {
  too_large: t`larger than 256 MiB`,
  too_many: t`more than 1,000 files or 1 GiB`,
  not_a_file: t`no regular file`,
  foreign: t`owned by another user`,
  bad_name: t`its name cannot be kept`,
  unreadable: t`could not be read`,
  changed: t`written to until the end`,
  refused: t`not taken by the server`,
  stopped: t`the job was stopped before it was sent`,
};

interface ArtifactsPanelProps {
  job: Job;
  attempts: readonly Attempt[];
}

/** The files that the script left, and what of them was not kept. Nothing where there is neither. */
export function ArtifactsPanel({ job, attempts }: ArtifactsPanelProps) {
  const { id, attempt, lifecycle } = job;
  const artifacts = useApi('listArtifacts', { params: { id } }, { enabled: attempt > 0 });
  const { refetch } = artifacts;
  useEffect(() => {
    if (attempt > 0) void refetch();
  }, [attempt, lifecycle, refetch]);
  const [isWhole, setWhole] = useState(false);
  const looking = useDialogOf('file');
  const files = artifacts.data ?? [];
  const chosen = files.find((file) => file.id === looking.id && kindOf(file) !== undefined);
  const isPartial = attempts.some((one) => one.artifacts_left_out !== null);
  if (files.length === 0 && !isPartial) return null;
  const shown = isWhole ? files : files.slice(0, SHOWN);
  const count = files.length;
  return (
    <Panel title={t`Files`}>
      <Stack gap="xs">
        {count > 0 && (
          <Stack component="ul" gap={4} m={0} p={0} style={{ listStyle: 'none' }}>
            {shown.map((file) => (
              <ArtifactRow
                key={file.id}
                job={id}
                file={file}
                isOneOfMany={attempt > 1}
                onLook={() => looking.open(file.id)}
              />
            ))}
          </Stack>
        )}
        {count > shown.length && (
          <Button size="compact-sm" variant="subtle" w="fit-content" onClick={() => setWhole(true)}>
            {t`Show all ${count} files`}
          </Button>
        )}
        {attempts.map((one) => (
          <NotKept key={one.attempt} attempt={one} isOneOfMany={attempt > 1} />
        ))}
        <Suspense>{chosen && <FilePreview job={id} file={chosen} onClose={looking.close} />}</Suspense>
      </Stack>
    </Panel>
  );
}

interface ArtifactRowProps {
  job: string;
  file: Artifact;
  isOneOfMany: boolean;
  onLook: () => void;
}

function ArtifactRow({ job, file, isOneOfMany, onLook }: ArtifactRowProps) {
  const customer = useCustomer();
  const { id, name, size, attempt } = file;
  return (
    <Group component="li" gap="xs" style={{ overflowWrap: 'anywhere' }}>
      <FileLink
        href={artifactAddress(customer, job, id)}
        download={name.split('/').at(-1) ?? name}
        label={t`Download ${name}`}
      >
        <bdi>{name}</bdi>
      </FileLink>
      <Text span size="sm" c="dimmed">
        {formatBytes(size)}
      </Text>
      {isOneOfMany && (
        <Text span size="sm" c="dimmed">
          {t`attempt ${attempt}`}
        </Text>
      )}
      {kindOf(file) !== undefined && (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t`Preview ${name}`}
          onPointerEnter={() => void preview().catch(() => undefined)}
          onClick={onLook}
        >
          {t`Preview`}
        </Button>
      )}
    </Group>
  );
}

/** What of the files of an attempt was not kept, and why. */
function NotKept({
  attempt: { attempt, artifacts_left_out: leftOut },
  isOneOfMany,
}: {
  attempt: Attempt;
  isOneOfMany: boolean;
}) {
  if (leftOut === null) return null;
  const { count, files } = leftOut;
  const more = count - files.length;
  return (
    <Stack gap={2}>
      <Text size="sm" fw={500}>
        {plural(count, { one: '# file was not kept:', other: '# files were not kept:' })}
        {isOneOfMany && ` (${t`attempt ${attempt}`})`}
      </Text>
      <Stack component="ul" gap={2} m={0} p={0} style={{ listStyle: 'none' }}>
        {files.map(({ name, reason }, index) => (
          <Text component="li" key={index} size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{name}</bdi> – {REASONS[reason]}
          </Text>
        ))}
        {more > 0 && (
          <Text component="li" size="sm" c="dimmed">
            {plural(more, { one: 'and # more', other: 'and # more' })}
          </Text>
        )}
      </Stack>
    </Stack>
  );
}
