import { plural, t } from '@lingui/core/macro';
import { Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { countText } from '../../ui/count.ts';
import { useDeleted } from '../../ui/deleted.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FindInput } from '../../ui/find/find-input.tsx';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { DropZone } from '../recipes/drop-zone.tsx';
import { useSelection } from './selection.ts';
import { useActivity, useTaskList, type ListedTask } from './task-list.ts';
import { asksForState, findTasks, STATE_NAMES, TASK_FIELDS, unknownStates } from './task-search.ts';
import { TaskTable } from './task-table.tsx';
import { useDialogOf } from '../../ui/use-dialog.ts';
import own from './tasks.module.css';
import { Loading } from '../../ui/loading.tsx';

const route = getRouteApi('/$customer/tasks');
// nobody needs these to see the list
const SavedViews = lazy(() =>
  import('../saved-views/saved-views.tsx').then((module) => ({ default: module.SavedViews })),
);
const FindHelpButton = lazy(() =>
  import('../../ui/find/help-button.tsx').then((module) => ({ default: module.FindHelpButton })),
);
const runDialog = () => import('../run/run-dialog.tsx');
const taskFields = () => import('./task-fields.ts');
const RunDialog = lazy(() => runDialog().then((module) => ({ default: module.RunDialog })));
const BulkBar = lazy(() => import('./bulk/bulk-bar.tsx').then((module) => ({ default: module.BulkBar })));
const ImportDialog = lazy(() =>
  import('../recipes/import-dialog.tsx').then((module) => ({ default: module.ImportDialog })),
);

const NONE: readonly ListedTask[] = [];
const NOTHING_KNOWN = new Map<string, never>();
const USUAL_VIEWS = [
  { name: t`Running`, search: { q: 'state:running' } },
  { name: t`Failing`, search: { q: 'state:failing' } },
];
// verbatim: what is searched by
const EXAMPLE = 'tag:nightly -state:paused backup';

/** All tasks that one may see, found by a search that the address keeps. */
export function TasksPage() {
  const customer = useCustomer();
  const client = useClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { tasks, complete } = useTaskList();
  const all = tasks.data ?? NONE;
  const activity = useActivity(all.length);
  const creates = useMay('admin');
  const deleted = useDeleted();
  const [dropped, setDropped] = useState<readonly File[]>();
  const asked = useDialogOf('run');
  const runs = useMay('user');
  // the list knows too little of a task to run it
  const running = useMutation({
    mutationFn: async (id: string) => {
      const [task] = await Promise.all([client.getTask({ params: { id } }), runDialog()]);
      return task;
    },
  });
  const { mutate: fetchAsked, reset: forgetAsked } = running;
  const { id: askedId, open: openRun } = asked;
  useEffect(() => {
    if (askedId !== undefined && runs) fetchAsked(askedId);
    else forgetAsked();
  }, [askedId, runs, fetchAsked, forgetAsked]);
  // where it could not be had, it is asked for again
  const run = useCallback(
    (id: string) => (id === askedId ? fetchAsked(id) : openRun(id)),
    [askedId, fetchAsked, openRun],
  );
  const toRun = running.data?.id === askedId ? running.data : undefined;
  const { q = '' } = search;
  // what is typed is on the screen before what it finds
  const sought = useDeferredValue(q);
  const found = useMemo(() => {
    const shown = deleted.size === 0 ? all : all.filter(({ id }) => !deleted.has(id));
    return findTasks(shown, activity ?? NOTHING_KNOWN, sought);
  }, [all, deleted, activity, sought]);
  // what can be asked for is told to whoever asks
  const fields = useCallback(async () => (await taskFields()).taskFields(all), [all]);
  const selection = useSelection(useMemo(() => found.map(({ id }) => id), [found]));
  const chosen = useMemo(() => {
    const ids = new Set(selection.ids);
    return ids.size === 0 ? NONE : found.filter(({ id }) => ids.has(id));
  }, [found, selection.ids]);
  const open = useMemo(() => search.open?.split(',') ?? [], [search.open]);
  const setOpen = useCallback(
    (id: string, opened: boolean) =>
      void navigate({
        search: ({ open: before = '', ...rest }) => {
          const others = before.split(',').filter((one) => one !== '' && one !== id);
          const next = opened ? [...others, id] : others;
          return { ...rest, ...(next.length > 0 && { open: next.join(',') }) };
        },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const onSearch = (text: string) =>
    void navigate({
      search: ({ q: _q, ...before }) => ({ ...before, ...(text !== '' && { q: text }) }),
      replace: true,
      resetScroll: false,
    });
  const isAwaited = !complete || (activity === undefined && asksForState(sought));

  return (
    <Page
      title={t`Tasks`}
      actions={
        creates && (
          <>
            <ButtonLink to="/$customer/tasks/import" params={{ customer }} variant="default">
              {t`Import`}
            </ButtonLink>
            <ButtonLink to="/$customer/tasks/new" params={{ customer }} leftSection={<PlusIcon />}>
              {t`New task`}
            </ButtonLink>
          </>
        )
      }
    >
      <div className={own.find}>
        <FindInput
          label={t`Filter tasks`}
          placeholder={t`Find by text, tag:, bot:, state:, type: or script:`}
          names={TASK_FIELDS}
          fields={fields}
          value={q}
          onSearch={onSearch}
        />
        <Suspense fallback={<span className={own.helpPlace} />}>
          <FindHelpButton fields={fields} example={EXAMPLE} />
        </Suspense>
        <Text size="sm" c="dimmed" role="status">
          {complete
            ? countText(found.length, all.length, plural(all.length, { one: '# task', other: '# tasks' }))
            : t`Loading…`}
        </Text>
      </div>
      <div className={own.viewsPlace}>
        <Suspense>
          <SavedViews page="tasks" search={search} usual={USUAL_VIEWS} />
        </Suspense>
      </div>
      <ErrorNotice error={running.error} />
      <Panel>
        <Loaded query={tasks}>
          {() => {
            if (all.length === 0) return <NoTasks creates={creates} />;
            if (found.length === 0 && isAwaited) return <Loading height={240} />;
            if (found.length === 0) return <NoneFound q={sought} />;
            return (
              <TaskTable
                tasks={found}
                activity={activity ?? NOTHING_KNOWN}
                opening={running.isPending ? running.variables : undefined}
                onRun={run}
                selection={selection}
                open={open}
                onOpen={setOpen}
              />
            );
          }}
        </Loaded>
      </Panel>
      <Suspense>
        {toRun?.problems.length === 0 && <RunDialog task={toRun} onClose={asked.leave} />}
        {/* it stays while a dialog of it may go on with what is not selected any more */}
        <Bar tasks={chosen} all={all} onSelect={selection.replace} />
        {dropped && <ImportDialog files={dropped} onClose={() => setDropped(undefined)} />}
      </Suspense>
      {creates && <DropZone label={t`Drop recipes to import them`} onDrop={setDropped} />}
    </Page>
  );
}

interface BarProps {
  tasks: readonly ListedTask[];
  all: readonly ListedTask[];
  onSelect: (ids: readonly string[]) => void;
}

/** What can be done with selected tasks, from the first selection on. */
function Bar({ tasks, all, onSelect }: BarProps) {
  const [wanted, setWanted] = useState(false);
  const allTags = useMemo(
    () => (wanted ? [...new Set(all.flatMap(({ tags }) => tags))].toSorted() : []),
    [wanted, all],
  );
  if (tasks.length > 0 && !wanted) setWanted(true);
  return wanted && <BulkBar tasks={tasks} allTags={allTags} onSelect={onSelect} />;
}

function NoneFound({ q }: { q: string }) {
  const customer = useCustomer();
  const [unknown] = unknownStates(q);
  const known = STATE_NAMES.join(', ');
  return (
    <EmptyState title={t`No task matches`}>
      {unknown === undefined
        ? t`All that the search says must hold. Take something away from it, or see all tasks.`
        : t`There is no state “${unknown}”. There are: ${known}.`}
      <Group justify="center" mt="md">
        <ButtonLink to="/$customer/tasks" params={{ customer }} variant="default">
          {t`All tasks`}
        </ButtonLink>
      </Group>
    </EmptyState>
  );
}

function NoTasks({ creates }: { creates: boolean }) {
  const customer = useCustomer();
  if (!creates) {
    return (
      <EmptyState title={t`No tasks for you yet`}>
        {t`A task runs a script on a bot. An admin makes tasks and says in each one’s access list who may see it.`}
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t`Make the first task`}>
      {t`A task says which script runs on which bot, and which arguments it asks for. Whoever may run it then needs one click, one request or one link. You have a recipe? Drop its file here.`}
      <Group justify="center" mt="md">
        <ButtonLink to="/$customer/tasks/new" params={{ customer }}>
          {t`New task`}
        </ButtonLink>
      </Group>
    </EmptyState>
  );
}
