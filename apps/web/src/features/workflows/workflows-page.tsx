import type { Workflow } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Select, Table, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { countText } from '../../ui/count.ts';
import { useDeleted } from '../../ui/deleted.ts';
import { PlayIcon, PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { useDialogOf } from '../../ui/use-dialog.ts';
import filters from '../../ui/filters.module.css';
import { SearchInput } from '../../ui/search-input.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago } from '../../ui/times.tsx';
import unseen from '../../ui/unseen.module.css';
import { filterWorkflows, type WorkflowFilter } from './workflow-list.ts';
import { WorkflowMarks, WorkflowTags } from './workflow-marks.tsx';
import classes from './workflows.module.css';

const route = getRouteApi('/$customer/workflows');
// nobody needs the inputs of arguments to see the list
const RunWorkflowDialog = lazy(() =>
  import('./run-workflow-dialog.tsx').then((module) => ({ default: module.RunWorkflowDialog })),
);
const REFRESH_MS = 5_000;
/** Each last run is a question of its own: of more workflows than this none is asked. */
const LAST_RUNS_MAX = 50;

/** All workflows that one may see, found by filters that the address keeps. */
export function WorkflowsPage() {
  const customer = useCustomer();
  const filter: WorkflowFilter = route.useSearch();
  const navigate = route.useNavigate();
  const workflows = useApi('listWorkflows', { query: {} });
  const creates = useMay('admin');
  const { id: asked, open, leave } = useDialogOf('run');
  const runs = useMay('user');
  const { q, tag } = filter;
  const deleted = useDeleted();
  const all = useMemo(
    () => (workflows.data ?? []).filter(({ id }) => !deleted.has(id)),
    [workflows.data, deleted],
  );
  const running = all.find(({ id, problems }) => id === asked && problems.length === 0);
  const found = useMemo(() => filterWorkflows(all, { ...(q && { q }), ...(tag && { tag }) }), [all, q, tag]);
  const shown = found.length;
  const total = all.length;
  const tags = [...new Set([...all.flatMap((one) => one.tags), ...(tag === undefined ? [] : [tag])])];
  const change = (name: keyof WorkflowFilter, value: string | null) =>
    void navigate({ search: (before) => ({ ...before, [name]: value ?? undefined }), replace: true });
  return (
    <Page
      title={t`Workflows`}
      actions={
        creates && (
          <>
            <ButtonLink to="/$customer/workflows/import" params={{ customer }} variant="default">
              {t`Import`}
            </ButtonLink>
            <ButtonLink to="/$customer/workflows/new" params={{ customer }} leftSection={<PlusIcon />}>
              {t`New workflow`}
            </ButtonLink>
          </>
        )
      }
    >
      {all.length > 0 && (
        <div className={filters.filters}>
          <SearchInput
            label={t`Filter workflows`}
            placeholder={t`Filter by name, tag or task`}
            value={q ?? ''}
            onSearch={(text) => change('q', text)}
          />
          {tags.length > 0 && (
            <Select
              aria-label={t`Tag`}
              placeholder={t`Any tag`}
              clearable
              searchable
              data={tags.toSorted((a, b) => a.localeCompare(b))}
              value={tag ?? null}
              onChange={(value) => change('tag', value)}
            />
          )}
          <Text size="sm" c="dimmed" role="status">
            {countText(shown, total, plural(total, { one: '# workflow', other: '# workflows' }))}
          </Text>
        </div>
      )}
      <Panel>
        <Loaded query={workflows}>
          {() => {
            if (total === 0) return <NoWorkflows creates={creates} />;
            if (found.length === 0)
              return (
                <EmptyState title={t`No workflow matches`}>{t`Change the filter to see others.`}</EmptyState>
              );
            return (
              <WorkflowTable
                workflows={found}
                showsRuns={total <= LAST_RUNS_MAX}
                onRun={({ id }) => open(id)}
              />
            );
          }}
        </Loaded>
      </Panel>
      {runs && running && (
        <Suspense>
          <RunWorkflowDialog workflow={running} onClose={leave} />
        </Suspense>
      )}
    </Page>
  );
}

interface WorkflowTableProps {
  workflows: readonly Workflow[];
  showsRuns: boolean;
  onRun: (workflow: Workflow) => void;
}

function WorkflowTable({ workflows, showsRuns, onRun }: WorkflowTableProps) {
  const customer = useCustomer();
  const runs = useMay('user');
  return (
    <Table layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Name`}</Table.Th>
          <Table.Th visibleFrom="sm" w="34%">
            {t`Steps`}
          </Table.Th>
          {showsRuns && <Table.Th className={classes.lastRun}>{t`Last run`}</Table.Th>}
          <Table.Th className={classes.actions}>
            <span className={unseen.text}>{t`Actions`}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {workflows.map((workflow) => (
          <Table.Tr key={workflow.id}>
            <Table.Td>
              <TextLink
                to="/$customer/workflows/$workflowId"
                params={{ customer, workflowId: workflow.id }}
                size="sm"
                fw={500}
                className={classes.name}
              >
                {workflow.name}
              </TextLink>
              {(workflow.tags.length > 0 || workflow.problems.length > 0) && (
                <Group gap={4} mt={2}>
                  <WorkflowMarks workflow={workflow} />
                  <WorkflowTags tags={workflow.tags} size="xs" />
                </Group>
              )}
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Text size="sm" c="dimmed" lineClamp={2}>
                {stepsText(workflow)}
              </Text>
            </Table.Td>
            {showsRuns && (
              <Table.Td>
                <LastRun workflow={workflow} />
              </Table.Td>
            )}
            <Table.Td className={classes.actions}>
              {runs && (
                <Button
                  size="xs"
                  variant="light"
                  leftSection={<PlayIcon size={14} />}
                  onClick={() => onRun(workflow)}
                  disabled={workflow.problems.length > 0}
                  title={workflow.problems.map(said).join(' ') || undefined}
                  aria-label={runText(workflow.name)}
                >
                  {t`Run`}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function runText(name: string): string {
  return t`Run ${name}`;
}

function stepsText({ steps, uses }: Workflow): string {
  const names = new Map(uses.map(({ id, name }) => [id, name]));
  const shown = steps.map(({ id, name, task, workflow }) => name ?? names.get(task ?? workflow ?? '') ?? id);
  return `${shown.length}: ${shown.join(', ')}`;
}

function LastRun({ workflow: { id, name } }: { workflow: Workflow }) {
  const customer = useCustomer();
  const runs = useApi(
    'listWorkflowRuns',
    { params: { id }, query: { limit: 1 } },
    { refetchInterval: REFRESH_MS },
  );
  const [run] = runs.data ?? [];
  if (run === undefined)
    return (
      <Text size="sm" c="dimmed">
        {runs.data && t`none yet`}
      </Text>
    );
  return (
    <TextLink
      to="/$customer/workflows/$workflowId/runs/$runId"
      params={{ customer, workflowId: id, runId: run.id }}
      underline="never"
      className={classes.lastRun}
    >
      <Trans>
        <span className={unseen.text}>Last run of {name}:</span> <StateBadge job={run} />
      </Trans>
      <Text span size="xs" c="dimmed" visibleFrom="xs">
        <Ago at={run.creation_date} />
      </Text>
    </TextLink>
  );
}

function NoWorkflows({ creates }: { creates: boolean }) {
  const customer = useCustomer();
  return (
    <EmptyState title={creates ? t`Make the first workflow` : t`No workflows for you yet`}>
      {t`A workflow runs tasks one after another or side by side: each step gets what the steps before it gave out, and conditions say which way it goes on.`}{' '}
      {!creates && t`An admin makes workflows and says in each one’s access list who may see it.`}
      {creates && (
        <Group justify="center" mt="md">
          <ButtonLink to="/$customer/workflows/new" params={{ customer }} leftSection={<PlusIcon />}>
            {t`New workflow`}
          </ButtonLink>
        </Group>
      )}
    </EmptyState>
  );
}
