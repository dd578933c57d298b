import type { Workflow, WorkflowVersionSummary } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Group, Select, Stack, Table, Text } from '@mantine/core';
import { toasts } from '../../../ui/toasts.ts';
import { getRouteApi } from '@tanstack/react-router';
import { said } from '../../../api/sentences/said.ts';
import { useApi, useChange, useCustomer } from '../../../api/hooks.ts';
import { useMay } from '../../../api/session.ts';
import { ConfirmButton } from '../../../ui/confirm-button.tsx';
import { WarningIcon } from '../../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../../ui/link.tsx';
import { Loaded, Page, Panel } from '../../../ui/page.tsx';
import { Ago } from '../../../ui/times.tsx';
import rows from '../../../ui/rows.module.css';
import classes from '../workflows.module.css';
import { VersionDifference } from './version-difference.tsx';

const route = getRouteApi('/$customer/workflows/$workflowId/versions');
/** What a restored version makes new. */
const CHANGED = ['getWorkflow', 'listWorkflows', 'listWorkflowVersions', 'getWorkflowOutlook'] as const;

/** Every version with its author and its runs; two of them compared, an earlier one restored. */
export function VersionsPage() {
  const customer = useCustomer();
  const { workflowId } = route.useParams();
  const workflow = useApi('getWorkflow', { params: { id: workflowId } });
  const versions = useApi('listWorkflowVersions', { params: { id: workflowId } });
  return (
    <Loaded query={workflow}>
      {(found) => {
        const { name } = found;
        return (
          <Page
            title={t`Versions of ${name}`}
            parent={
              <TextLink to="/$customer/workflows/$workflowId" params={{ customer, workflowId }} size="sm">
                {name}
              </TextLink>
            }
          >
            <Loaded query={versions} height={80}>
              {(list) => (
                <>
                  {list.length > 1 && <Comparison workflow={found} versions={list} />}
                  <Panel title={t`Versions`}>
                    <Table highlightOnHover={false} className={rows.stacked}>
                      <Table.Tbody>
                        {list.map((version) => (
                          <VersionRow key={version.version} workflow={found} version={version} />
                        ))}
                      </Table.Tbody>
                    </Table>
                  </Panel>
                </>
              )}
            </Loaded>
          </Page>
        );
      }}
    </Loaded>
  );
}

interface VersionRowProps {
  workflow: Workflow;
  version: WorkflowVersionSummary;
}

function VersionRow({ workflow, version: row }: VersionRowProps) {
  const customer = useCustomer();
  const edits = useMay('admin');
  const { version, created_by: by, created_at: at } = row;
  const params = { customer, workflowId: workflow.id };
  return (
    <Table.Tr>
      <Table.Th scope="row">{version === workflow.version ? t`${version} (newest)` : version}</Table.Th>
      <Table.Td>
        <Ago at={at} />
        <Text size="xs" c="dimmed" hiddenFrom="xs" className={classes.name}>
          {by}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {runWords(row)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="xs" className={classes.name}>
        {by}
      </Table.Td>
      <Table.Td visibleFrom="sm">{runWords(row)}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {version > 1 && (
            <ButtonLink
              to="/$customer/workflows/$workflowId/versions"
              params={params}
              search={{ from: version - 1, to: version }}
              size="compact-xs"
              variant="default"
              aria-label={t`Changes of version ${version}`}
            >
              <Trans>Changes</Trans>
            </ButtonLink>
          )}
          {edits && version !== workflow.version && (
            <>
              <ButtonLink
                to="/$customer/workflows/$workflowId/edit"
                params={params}
                search={{ version }}
                size="compact-xs"
                variant="default"
                aria-label={t`Open in the editor: version ${version}`}
              >
                {t`Open in the editor`}
              </ButtonLink>
              <Restore workflow={workflow} version={version} />
            </>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function runWords({ runs, open_runs: open }: WorkflowVersionSummary): string {
  if (runs === 0) return t`no runs`;
  const all = plural(runs, { one: '# run', other: '# runs' });
  return open === 0 ? all : t`${all}, ${open} of them not over`;
}

function Restore({ workflow, version }: { workflow: Workflow; version: number }) {
  const restore = useChange('restoreWorkflow', CHANGED);
  const { id, name } = workflow;
  const confirm = async () => {
    const { version: newest } = await restore.mutateAsync({ params: { id }, body: { version } });
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
          This makes a new version of <b>{name}</b> with the steps, lines and environments of version{' '}
          {version}. Runs that have begun keep theirs; the versions in between stay.
        </Trans>
      }
      onConfirm={confirm}
      error={restore.error}
      pending={restore.isPending}
    />
  );
}

/** Two versions beside each other, chosen by the page's address. */
function Comparison({
  workflow,
  versions,
}: {
  workflow: Workflow;
  versions: readonly WorkflowVersionSummary[];
}) {
  const navigate = route.useNavigate();
  const search = route.useSearch();
  const has = (version: number | undefined) => versions.some((one) => one.version === version);
  const to = search.to !== undefined && has(search.to) ? search.to : workflow.version;
  const from = search.from !== undefined && has(search.from) ? search.from : Math.max(to - 1, 1);
  const set = (change: { from?: number; to?: number }) =>
    void navigate({ search: { from, to, ...change }, replace: true, resetScroll: false });
  const data = versions.map(({ version }) => ({ value: String(version), label: t`Version ${version}` }));
  const before = useApi('getWorkflowVersion', { params: { id: workflow.id, version: from } });
  const after = useApi('getWorkflowVersion', { params: { id: workflow.id, version: to } });
  return (
    <Panel title={t`Difference`}>
      <Stack gap="sm">
        <Group align="end" gap="sm">
          <Select
            label={t`Compare`}
            data={data}
            value={String(from)}
            onChange={(value) => value && set({ from: Number(value) })}
            allowDeselect={false}
            w={140}
          />
          <Select
            label={t`with`}
            data={data}
            value={String(to)}
            onChange={(value) => value && set({ to: Number(value) })}
            allowDeselect={false}
            w={140}
          />
        </Group>
        <Loaded query={before} height={80}>
          {(old) => (
            <Loaded query={after} height={80}>
              {(one) => (
                <>
                  {[old, one]
                    .filter(({ version, problems }) => version !== workflow.version && problems.length > 0)
                    .map(({ version, problems }) => (
                      <Alert
                        key={version}
                        color="orange"
                        icon={<WarningIcon />}
                        title={t`Version ${version} cannot be restored as it is`}
                      >
                        {problems.map(said).join(' ')}
                      </Alert>
                    ))}
                  <VersionDifference before={old} after={one} />
                </>
              )}
            </Loaded>
          )}
        </Loaded>
      </Stack>
    </Panel>
  );
}
