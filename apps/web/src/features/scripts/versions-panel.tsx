import type { ResultOf } from '@argus/client';
import type { Script } from '@argus/contract';
import { Anchor, Button, Group, Select, Stack, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useChange, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Loaded, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { SCRIPT_CHANGES } from './content-panel.tsx';
import { DiffView } from './diff-view.tsx';

const route = getRouteApi('/$customer/scripts/$scriptId');

type Version = ResultOf<'listScriptVersions'>[number];

/** Every version with its author; two of them compared, an earlier one restored. */
export function VersionsPanel({ script }: { script: Script }) {
  const versions = useApi('listScriptVersions', { params: { id: script.id } });
  const reads = useMay('user');
  return (
    <Panel title="Versions">
      <Loaded query={versions} height={80}>
        {(list) => (
          <Stack>
            <Table highlightOnHover={false}>
              <Table.Tbody>
                {list.map((version) => (
                  <VersionRow key={version.version} script={script} version={version} />
                ))}
              </Table.Tbody>
            </Table>
            {reads && list.length > 1 && <Comparison script={script} versions={list} />}
          </Stack>
        )}
      </Loaded>
    </Panel>
  );
}

function VersionRow({ script, version: row }: { script: Script; version: Version }) {
  const customer = useCustomer();
  const navigate = route.useNavigate();
  const reads = useMay('user');
  const edits = useMay('admin');
  const { version, filename, size, created_by, created_at } = row;
  const compare = () =>
    void navigate({ search: { from: version - 1, to: version }, replace: true, resetScroll: false });
  return (
    <Table.Tr>
      <Table.Th scope="row" w="3rem">
        {version}
      </Table.Th>
      <Table.Td>
        <Ago at={created_at} />
        {filename !== script.filename && <> as {filename}</>}
      </Table.Td>
      <Table.Td visibleFrom="xs">{created_by ?? ''}</Table.Td>
      <Table.Td visibleFrom="sm">{formatBytes(size)}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {reads && version > 1 && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={compare}
              aria-label={`Changes of version ${version}`}
            >
              Changes
            </Button>
          )}
          {reads && (
            <Anchor
              size="sm"
              href={`/${customer}/script/${script.id}/download?version=${version}`}
              download={filename}
              aria-label={`Download version ${version}`}
            >
              Download
            </Anchor>
          )}
          {edits && version !== script.version && <Restore script={script} version={version} />}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Restore({ script, version }: { script: Script; version: number }) {
  const restore = useChange('restoreScript', SCRIPT_CHANGES);
  const confirm = async () => {
    const saved = await restore.mutateAsync({ params: { id: script.id }, body: { version } });
    notifications.show({ message: `Version ${version} is back, as version ${saved.version}.` });
  };
  return (
    <ConfirmButton
      label="Restore"
      size="compact-xs"
      aria-label={`Restore version ${version}`}
      question={
        <>
          This makes a new version of <b>{script.filename}</b> with the content of version {version}. Tasks
          that run the newest version run that one from then on; the versions in between stay.
        </>
      }
      onConfirm={confirm}
      error={restore.error}
      pending={restore.isPending}
    />
  );
}

function Comparison({ script, versions }: { script: Script; versions: readonly Version[] }) {
  const client = useClient();
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const known = (version: number | undefined, fallback: number) =>
    versions.some((one) => one.version === version) ? (version as number) : fallback;
  const to = known(search.to, script.version);
  const from = known(search.from, Math.max(to - 1, 1));
  const asked = search.from !== undefined || search.to !== undefined;
  const diff = useQuery({
    queryKey: ['diffScript', script.id, from, to],
    queryFn: async ({ signal }) =>
      (await client.diffScript({ params: { id: script.id }, query: { from, to }, signal })).text(),
    // versions never change
    staleTime: Infinity,
    enabled: asked,
  });
  const choose = (change: { from?: number; to?: number }) =>
    void navigate({ search: { from, to, ...change }, replace: true, resetScroll: false });
  const data = versions.map(({ version }) => ({ value: String(version), label: `Version ${version}` }));
  return (
    <Stack gap="sm">
      <Group align="end" gap="sm">
        <Select
          label="Compare"
          data={data}
          value={String(from)}
          onChange={(value) => value && choose({ from: Number(value) })}
          allowDeselect={false}
          w={140}
        />
        <Select
          label="with"
          data={data}
          value={String(to)}
          onChange={(value) => value && choose({ to: Number(value) })}
          allowDeselect={false}
          w={140}
        />
        {!asked && (
          <Button variant="default" onClick={() => choose({})}>
            Show the difference
          </Button>
        )}
      </Group>
      {asked && (
        <Loaded query={diff} height={80}>
          {(text) => <DiffView diff={text} label={`Difference of version ${from} and version ${to}`} />}
        </Loaded>
      )}
    </Stack>
  );
}
