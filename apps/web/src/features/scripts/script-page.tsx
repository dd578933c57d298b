import type { Script } from '@argus/contract';
import { Button, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useApi, useChange, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { CopyBlock } from '../../ui/copy.tsx';
import { formatBytes } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { ScriptForm } from './script-form.tsx';

const route = getRouteApi('/$customer/scripts/$scriptId');

export function NewScriptPage() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const create = useChange('createScript', ['listScripts']);
  return (
    <Page title="New script" parent={<ToScripts />}>
      <Panel>
        <ScriptForm
          initial={{ filename: '', content: '' }}
          submitLabel="Create script"
          pending={create.isPending}
          error={create.error}
          onSubmit={async (body) => {
            const { id } = await create.mutateAsync({ body });
            await navigate({ to: '/$customer/scripts/$scriptId', params: { customer, scriptId: id } });
          }}
        />
      </Panel>
    </Page>
  );
}

/** A script: its text, which admins change, and its versions. */
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
      {reads && <ContentPanel key={script.version} script={script} />}
      <VersionsPanel script={script} />
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

function ContentPanel({ script }: { script: Script }) {
  const client = useClient();
  const edits = useMay('admin');
  const { id, filename, version } = script;
  const content = useQuery({
    queryKey: ['scriptContent', id, version],
    queryFn: async ({ signal }) =>
      (await client.downloadScript({ params: { id }, query: { version }, signal })).text(),
    staleTime: Infinity,
  });
  const update = useChange('updateScript', ['listScripts', 'getScript', 'listScriptVersions']);
  return (
    <Panel title="Content">
      <Loaded query={content}>
        {(text) => {
          // bytes that are no text would be lost by saving them from here
          if (text.includes('\u{fffd}'))
            return <Text size="sm">This file is not text. Download it to look at it.</Text>;
          if (!edits) return <CopyBlock label={filename} text={text} />;
          return (
            <ScriptForm
              initial={{ filename, content: text }}
              submitLabel="Save"
              pending={update.isPending}
              error={update.error}
              onSubmit={async (body) => {
                const saved = await update.mutateAsync({ params: { id }, body });
                notifications.show({ message: `Saved as version ${saved.version}.` });
              }}
            />
          );
        }}
      </Loaded>
    </Panel>
  );
}

function VersionsPanel({ script }: { script: Script }) {
  const versions = useApi('listScriptVersions', { params: { id: script.id } });
  return (
    <Panel title="Versions">
      <Loaded query={versions} height={80}>
        {(list) => (
          <Table highlightOnHover={false}>
            <Table.Tbody>
              {list.map(({ version, size, created_by, created_at }) => (
                <Table.Tr key={version}>
                  <Table.Th scope="row" w="5rem">
                    {version}
                  </Table.Th>
                  <Table.Td>
                    <Ago at={created_at} />
                  </Table.Td>
                  <Table.Td>{created_by ?? ''}</Table.Td>
                  <Table.Td>{formatBytes(size)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
    </Panel>
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
