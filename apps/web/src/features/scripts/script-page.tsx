import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Loaded, Panel } from '../../ui/page.tsx';
import { LazyEditor } from './editor/lazy-editor.tsx';
import { SCRIPT_CHANGES, ScriptFrame } from './script-frame.tsx';
import { asField, EDITABLE_MAX_BYTES } from './script-text.ts';
import classes from './scripts.module.css';
import { SourceEditor } from './source-editor.tsx';
import { TrialPanel } from './trial-panel.tsx';
import { UploadButton } from './upload-button.tsx';
import { useContent } from './use-content.ts';

const route = getRouteApi('/$customer/scripts/$scriptId');

/** A script: its text, which admins change and try. */
export function ScriptPage() {
  const { scriptId } = route.useParams();
  const script = useApi('getScript', { params: { id: scriptId } });
  const reads = useMay('user');
  return (
    <Loaded query={script}>
      {(found) => (
        <ScriptFrame script={found}>
          {reads ? (
            <Source key={found.id} script={found} />
          ) : (
            <Text>
              <Trans>What is in it is shown to those who may run tasks.</Trans>
            </Text>
          )}
        </ScriptFrame>
      )}
    </Loaded>
  );
}

function Source({ script }: { script: Script }) {
  const { id, size, version, filename } = script;
  const edits = useMay('admin');
  const isLarge = size > EDITABLE_MAX_BYTES;
  // what is being edited stays when a newer version comes: saving tells
  const [opened, setOpened] = useState(version);
  const content = useContent(id, opened, !isLarge);
  const bytes = formatBytes(size);
  if (isLarge)
    return (
      <Workbench script={script}>
        <NoText script={script}>
          <Trans>This file has {bytes}: download it to look at it.</Trans>
        </NoText>
      </Workbench>
    );
  return (
    <Loaded query={content}>
      {({ text }) => {
        if (text === undefined)
          return (
            <Workbench script={script}>
              <NoText script={script}>
                <Trans>This file is not text. Download it to look at it.</Trans>
              </NoText>
            </Workbench>
          );
        if (!edits)
          return (
            <Panel>
              <LazyEditor label={t`Content`} filename={filename} value={asField(text)} readOnly />
            </Panel>
          );
        return <Editing key={opened} script={script} opened={opened} text={text} onOpened={setOpened} />;
      }}
    </Loaded>
  );
}

function Editing({
  script,
  opened,
  text,
  onOpened,
}: {
  script: Script;
  opened: number;
  text: string;
  onOpened: (version: number) => void;
}) {
  const [tried, setTried] = useState({ filename: script.filename, content: asField(text) });
  const run = useRef<() => void>(() => {});
  return (
    <Workbench script={script} tried={tried} onReady={(start) => (run.current = start)}>
      <SourceEditor
        script={script}
        opened={opened}
        text={text}
        onOpened={onOpened}
        onChange={setTried}
        onRun={() => run.current()}
      />
    </Workbench>
  );
}

/** An editor, and beside it what tries what is in it. */
function Workbench({
  script,
  tried,
  onReady,
  children,
}: {
  script: Script;
  tried?: { filename: string; content: string };
  onReady?: (run: () => void) => void;
  children: React.ReactNode;
}) {
  const edits = useMay('admin');
  const { job } = route.useSearch();
  const navigate = route.useNavigate();
  const ready = useRef(onReady);
  ready.current = onReady;
  const tell = useCallback((run: () => void) => ready.current?.(run), []);
  return (
    <div className={classes.workbench} data-beside={edits || undefined}>
      {children}
      {edits && (
        <TrialPanel
          script={script}
          filename={tried?.filename ?? script.filename}
          content={tried?.content}
          jobId={job}
          onJob={(id) =>
            void navigate({ search: { job: id }, replace: true, resetScroll: false, ignoreBlocker: true })
          }
          onReady={tell}
        />
      )}
    </div>
  );
}

/** What cannot be edited here is replaced by an upload. */
function NoText({ script, children }: { script: Script; children: React.ReactNode }) {
  const edits = useMay('admin');
  const upload = useChange('updateScript', SCRIPT_CHANGES);
  const send = async (file: File) => {
    const form = new FormData();
    form.append('file', file);
    const { version } = await upload.mutateAsync({ params: { id: script.id }, body: form });
    toasts.show({
      message: version === script.version ? t`That is the same file.` : t`Saved as version ${version}.`,
    });
  };
  return (
    <Panel
      title={t`Content`}
      actions={
        edits && <UploadButton label={t`Upload a new version`} pending={upload.isPending} onFile={send} />
      }
    >
      <ErrorNotice error={upload.error} />
      <Text size="sm">{children}</Text>
    </Panel>
  );
}
