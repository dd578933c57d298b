import type { Script } from '@argus/contract';
import { Button } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { ContentPanel } from './content-panel.tsx';
import { ScriptForm } from './script-form.tsx';
import { UploadButton } from './upload-button.tsx';
import { UsedByPanel } from './used-by-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

const route = getRouteApi('/$customer/scripts/$scriptId');

export function NewScriptPage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const create = useChange('createScript', ['listScripts']);
  const upload = useChange('createScript', ['listScripts']);
  const open = ({ id }: Script) =>
    navigate({ to: '/$customer/scripts/$scriptId', params: { customer, scriptId: id } });
  const send = async (file: File) => {
    const form = new FormData();
    form.append('file', file);
    await open(await upload.mutateAsync({ body: form }));
  };
  return (
    <Page
      title="New script"
      parent={<ToScripts />}
      actions={<UploadButton label="Upload a file" pending={upload.isPending} onFile={send} />}
    >
      <ErrorNotice error={upload.error} />
      <Panel>
        <ScriptForm
          initial={{ filename: '', content: '' }}
          submitLabel="Create script"
          pending={create.isPending}
          error={create.error}
          onSubmit={async (body) => {
            await open(await create.mutateAsync({ body }));
          }}
        />
      </Panel>
    </Page>
  );
}

/** A script: its text, which admins change, its versions, and the tasks that run it. */
export function ScriptPage() {
  const { scriptId } = route.useParams();
  const script = useApi('getScript', { params: { id: scriptId } });
  return <Loaded query={script}>{(found) => <ScriptDetails script={found} />}</Loaded>;
}

function ScriptDetails({ script }: { script: Script }) {
  const customer = useCustomer();
  const reads = useMay('user');
  const edits = useMay('admin');
  return (
    <Page
      title={script.filename}
      parent={<ToScripts />}
      actions={
        <>
          {edits && <DeleteScript script={script} />}
          {reads && (
            <Button
              component="a"
              variant="default"
              href={`/${customer}/script/${script.id}/download`}
              download={script.filename}
            >
              Download
            </Button>
          )}
        </>
      }
    >
      {reads && <ContentPanel script={script} />}
      <VersionsPanel script={script} />
      <UsedByPanel script={script} />
    </Page>
  );
}

function DeleteScript({ script }: { script: Script }) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const remove = useChange('deleteScript', ['listScripts']);
  const confirm = async () => {
    await remove.mutateAsync({ params: { id: script.id } });
    await navigate({ to: '/$customer/scripts', params: { customer } });
  };
  return (
    <ConfirmButton
      label="Delete"
      question={
        <>
          This deletes <b>{script.filename}</b> with all its versions.
        </>
      }
      onConfirm={confirm}
      error={remove.error}
      pending={remove.isPending}
    />
  );
}

function ToScripts() {
  const customer = useCustomer();
  return (
    <TextLink to="/$customer/scripts" params={{ customer }} size="sm">
      Scripts
    </TextLink>
  );
}
