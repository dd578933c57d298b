import type { Client } from '@argus/client';
import type { Artifact } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { FileLink } from '../../ui/page.tsx';
import { artifactAddress, kindOf } from './file-kinds.ts';
import { ShownValue } from './shown-value.tsx';
import classes from './file-preview.module.css';
import { Loading } from '../../ui/loading.tsx';

/** So much of a text is shown, bytes. */
const TEXT_BYTES = 256 * 1024;

interface FilePreviewProps {
  job: string;
  file: Artifact;
  onClose: () => void;
}

/** A file that a script left, to be looked at. Nothing in it is more than a picture or words. */
export function FilePreview({ job, file, onClose }: FilePreviewProps) {
  const customer = useCustomer();
  const client = useClient();
  const { id, name, size, type } = file;
  const content = useQuery({
    queryKey: ['getArtifact', customer, job, id],
    queryFn: ({ signal }) => read(client, job, file, signal),
    // a file stays as it was
    staleTime: Infinity,
  });
  const filename = name.split('/').at(-1) ?? name;
  const shown = formatBytes(TEXT_BYTES);
  return (
    <Modal opened onClose={onClose} title={<bdi className={classes.name}>{name}</bdi>} size="xl">
      <Stack gap="sm">
        <Group gap="xs">
          <FileLink href={artifactAddress(customer, job, id)} download={filename} label={t`Download ${name}`}>
            {t`Download`}
          </FileLink>
          <Text size="sm" c="dimmed">
            {formatBytes(size)} · {type}
          </Text>
        </Group>
        {content.isPending && <Loading height={160} />}
        <ErrorNotice error={content.error} />
        {content.data !== undefined &&
          (kindOf(file) === 'image' ? (
            <Picture url={content.data} name={name} />
          ) : (
            <>
              {size > TEXT_BYTES && (
                <Text size="sm">{t`This is how it begins, ${shown} of it. All of it is there to download.`}</Text>
              )}
              <ShownValue text={content.data} label={name} filename={filename.replace(/\.[^.]*$/, '')} />
            </>
          ))}
      </Stack>
    </Modal>
  );
}

function Picture({ url, name }: { url: string; name: string }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <Alert color="orange">{t`It is no picture that this browser can show.`}</Alert>;
  return <img src={url} alt={name} className={classes.picture} onError={() => setBroken(true)} />;
}

/** The beginning of a text, or a picture as an address of its own, in which no script runs and nothing else is loaded. */
async function read(client: Client, job: string, file: Artifact, signal: AbortSignal): Promise<string> {
  const response = await client.getArtifact({ params: { id: job, artifact: file.id }, signal });
  if (kindOf(file) === 'image') return dataUrl(new Blob([await response.arrayBuffer()], { type: file.type }));
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  // leaving the loop ends the download
  for await (const piece of response.body ?? []) {
    const taken = piece.subarray(0, TEXT_BYTES - bytes);
    text += decoder.decode(taken, { stream: true });
    bytes += taken.length;
    if (bytes >= TEXT_BYTES) return text;
  }
  return text + decoder.decode();
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as string));
    reader.addEventListener('error', () => reject(reader.error ?? new Error(t`The file cannot be read.`)));
    reader.readAsDataURL(blob);
  });
}
