import type { ResultOf } from '@argus/client';
import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Anchor, Group, SegmentedControl, Select, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { toasts } from '../../ui/toasts.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useChange, useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { formatBytes } from '../../ui/format.ts';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Loaded, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { DiffView } from './diff-view.tsx';
import { LazyComparison } from './editor/lazy-editor.tsx';
import { SCRIPT_CHANGES, ScriptFrame } from './script-frame.tsx';
import { EDITABLE_MAX_BYTES } from './script-text.ts';
import rows from '../../ui/rows.module.css';
import classes from './scripts.module.css';
import { useContent } from './use-content.ts';

const route = getRouteApi('/$customer/scripts/$scriptId/versions');

type Version = ResultOf<'listScriptVersions'>[number];

/** Every version with its author; two of them compared, an earlier one restored. */
export function VersionsPage() {
  const { scriptId } = route.useParams();
  const reads = useMay('user');
  const script = useApi('getScript', { params: { id: scriptId } });
  const versions = useApi('listScriptVersions', { params: { id: scriptId } });
  const uses = useApi('listScriptTasks', { params: { id: scriptId } });
  const pins = (version: number) =>
    (uses.data ?? []).filter(({ script_version: pin }) => pin === version).length;
  return (
    <Loaded query={script}>
      {(found) => (
        <ScriptFrame script={found}>
          <Loaded query={versions} height={80}>
            {(list) => (
              <>
                {reads && list.length > 1 && <Comparison script={found} versions={list} />}
                <Panel title={t`Versions`}>
                  <Table highlightOnHover={false} className={rows.stacked}>
                    <Table.Tbody>
                      {list.map((version) => (
                        <VersionRow
                          key={version.version}
                          script={found}
                          version={version}
                          pins={pins(version.version)}
                        />
                      ))}
                    </Table.Tbody>
                  </Table>
                </Panel>
              </>
            )}
          </Loaded>
        </ScriptFrame>
      )}
    </Loaded>
  );
}

function VersionRow({ script, version: row, pins }: { script: Script; version: Version; pins: number }) {
  const customer = useCustomer();
  const reads = useMay('user');
  const edits = useMay('admin');
  const { version, filename, size, created_by: by, created_at: at } = row;
  const params = { customer, scriptId: script.id };
  return (
    <Table.Tr>
      <Table.Th scope="row">{version === script.version ? t`${version} (newest)` : version}</Table.Th>
      <Table.Td>
        <Ago at={at} />
        {filename !== script.filename && (
          <Text size="xs" c="dimmed" className={classes.break}>
            <Trans>as {filename}</Trans>
          </Text>
        )}
        <Text size="xs" c="dimmed" hiddenFrom="xs" className={classes.break}>
          {by}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs" className={classes.break}>
        {by}
      </Table.Td>
      <Table.Td visibleFrom="sm">{formatBytes(size)}</Table.Td>
      <Table.Td visibleFrom="sm">
        {pins > 0 && (
          <TextLink to="/$customer/scripts/$scriptId/uses" params={params} size="sm">
            {pins === 1 ? t`1 task stays with it` : t`${pins} tasks stay with it`}
          </TextLink>
        )}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {reads && version > 1 && (
            <ButtonLink
              to="/$customer/scripts/$scriptId/versions"
              params={params}
              search={{ from: version - 1, to: version }}
              size="compact-xs"
              variant="default"
              aria-label={t`Changes of version ${version}`}
            >
              <Trans>Changes</Trans>
            </ButtonLink>
          )}
          {reads && (
            <Anchor
              size="sm"
              href={`/${customer}/script/${script.id}/download?version=${version}`}
              download={filename}
              aria-label={t`Download version ${version}`}
            >
              <Trans>Download</Trans>
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
  const { filename } = script;
  const confirm = async () => {
    const { version: newest } = await restore.mutateAsync({ params: { id: script.id }, body: { version } });
    toasts.show({ message: t`Version ${version} is back, as version ${newest}.` });
  };
  return (
    <ConfirmButton
      name={`restore.${version}`}
      label={t`Restore`}
      size="compact-xs"
      aria-label={t`Restore version ${version}`}
      question={
        <Trans>
          This makes a new version of <b>{filename}</b> with the content of version {version}. Tasks that run
          the newest version run that one from then on; the versions in between stay.
        </Trans>
      }
      onConfirm={confirm}
      error={restore.error}
      pending={restore.isPending}
    />
  );
}

/** Two versions beside each other, chosen by the page's address. */
function Comparison({ script, versions }: { script: Script; versions: readonly Version[] }) {
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const wide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? false;
  const find = (version: number | undefined, fallback: number): Version =>
    versions.find((one) => one.version === version) ??
    versions.find((one) => one.version === fallback) ??
    (versions[0] as Version);
  const to = find(search.to, script.version);
  const from = find(search.from, Math.max(to.version - 1, 1));
  const view = search.view ?? (wide ? 'side' : 'inline');
  const set = (change: { from?: number; to?: number; view?: 'side' | 'inline' }) =>
    void navigate({
      search: (before) => ({ ...before, from: from.version, to: to.version, ...change }),
      replace: true,
      resetScroll: false,
    });
  const data = versions.map(({ version }) => ({ value: String(version), label: t`Version ${version}` }));
  return (
    <Panel
      title={t`Difference`}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t`How it is shown`}
          data={[
            { value: 'side', label: t`Side by side` },
            { value: 'inline', label: t`Inline` },
          ]}
          value={view}
          onChange={(value) => set({ view: value })}
        />
      }
    >
      <Stack gap="sm">
        <Group align="end" gap="sm">
          <Select
            label={t`Compare`}
            data={data}
            value={String(from.version)}
            onChange={(value) => value && set({ from: Number(value) })}
            allowDeselect={false}
            w={140}
          />
          <Select
            label={t`with`}
            data={data}
            value={String(to.version)}
            onChange={(value) => value && set({ to: Number(value) })}
            allowDeselect={false}
            w={140}
          />
        </Group>
        <Difference id={script.id} from={from} to={to} sideBySide={view === 'side'} />
      </Stack>
    </Panel>
  );
}

interface DifferenceProps {
  id: string;
  from: Version;
  to: Version;
  sideBySide: boolean;
}

function Difference({ id, from, to, sideBySide }: DifferenceProps) {
  const isSmall = Math.max(from.size, to.size) <= EDITABLE_MAX_BYTES;
  const before = useContent(id, from.version, isSmall);
  const after = useContent(id, to.version, isSmall);
  if (from.sha256 === to.sha256)
    return (
      <Text size="sm">
        <Trans>The content is the same.</Trans>
      </Text>
    );
  if (!isSmall) return <DifferenceByServer id={id} from={from} to={to} sideBySide={sideBySide} />;
  return (
    <Loaded query={before} height={80}>
      {({ text: old }) => (
        <Loaded query={after} height={80}>
          {({ text }) =>
            // only line ends may be different: an editor would show none
            old === undefined ||
            text === undefined ||
            hasCarriageReturns(old) !== hasCarriageReturns(text) ? (
              <DifferenceByServer id={id} from={from} to={to} sideBySide={sideBySide} />
            ) : (
              <LazyComparison
                filename={to.filename}
                before={{ label: labelOf(from), text: old }}
                after={{ label: labelOf(to), text }}
                sideBySide={sideBySide}
              />
            )
          }
        </Loaded>
      )}
    </Loaded>
  );
}

const hasCarriageReturns = (text: string): boolean => text.includes('\r');

function labelOf({ version }: Version): string {
  return t`Version ${version}`;
}

function DifferenceByServer({ id, from, to }: DifferenceProps) {
  const client = useClient();
  const query = { from: from.version, to: to.version };
  const diff = useQuery({
    queryKey: ['diffScript', id, query],
    queryFn: async ({ signal }) => (await client.diffScript({ params: { id }, query, signal })).text(),
    // versions never change
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { from: old, to: changed } = query;
  return (
    <Loaded query={diff} height={80}>
      {(text) => <DiffView diff={text} label={t`Difference of version ${old} and version ${changed}`} />}
    </Loaded>
  );
}
