import type { Script } from '@argus/contract';
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useChange, useClient } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Loaded, Panel } from '../../ui/page.tsx';
import { ScriptForm } from './script-form.tsx';
import { asField, EDITABLE_MAX_BYTES, textOf, withLineEnds } from './script-text.ts';
import { UploadButton } from './upload-button.tsx';

/** What a changed script makes new. */
export const SCRIPT_CHANGES = [
  'listScripts',
  'getScript',
  'listScriptVersions',
  'getTask',
  'listTasks',
] as const;

/** The file: edited here where it is text, downloaded and uploaded where it is not. */
export function ContentPanel({ script }: { script: Script }) {
  const edits = useMay('admin');
  const { id, size } = script;
  const upload = useChange('updateScript', SCRIPT_CHANGES);
  const send = async (file: File) => {
    const form = new FormData();
    form.append('file', file);
    const saved = await upload.mutateAsync({ params: { id }, body: form });
    notifications.show({
      message:
        saved.version === script.version ? 'That is the same file.' : `Saved as version ${saved.version}.`,
    });
  };
  return (
    <Panel
      title="Content"
      actions={
        edits && <UploadButton label="Upload a new version" pending={upload.isPending} onFile={send} />
      }
    >
      <ErrorNotice error={upload.error} />
      {size > EDITABLE_MAX_BYTES ? (
        <Text size="sm">This file has {formatBytes(size)}: download it to look at it.</Text>
      ) : (
        <Content key={script.version} script={script} edits={edits} />
      )}
    </Panel>
  );
}

function Content({ script, edits }: { script: Script; edits: boolean }) {
  const client = useClient();
  const { id, filename, version } = script;
  const content = useQuery({
    queryKey: ['scriptContent', id, version],
    queryFn: async ({ signal }) => {
      const file = await client.downloadScript({ params: { id }, query: { version }, signal });
      return { text: textOf(await file.arrayBuffer()) };
    },
    staleTime: Infinity,
  });
  const update = useChange('updateScript', SCRIPT_CHANGES);
  return (
    <Loaded query={content}>
      {({ text }) => {
        if (text === undefined)
          return <Text size="sm">This file is not text. Download it to look at it.</Text>;
        if (!edits) return <CopyBlock label={filename} text={text} />;
        return (
          <ScriptForm
            initial={{ filename, content: asField(text) }}
            submitLabel="Save"
            pending={update.isPending}
            error={update.error}
            onSubmit={async (body) => {
              const saved = await update.mutateAsync({
                params: { id },
                body: { filename: body.filename, content: withLineEnds(text, body.content) },
              });
              notifications.show({ message: `Saved as version ${saved.version}.` });
            }}
          />
        );
      }}
    </Loaded>
  );
}
