import type { TaskActivity } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Table } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, memo, Suspense, useCallback, useMemo, useRef } from 'react';
import { useMay } from '../../api/session.ts';
import unseen from '../../ui/unseen.module.css';
import { MORE_PX, type DrawLine, type Line } from './lines.ts';
import { ManyLines } from './many-lines.tsx';
import type { Selection } from './selection.ts';
import { boxId, moreId } from './row-ids.ts';
import type { ListedTask } from './task-list.ts';
import { TaskRow } from './task-row.tsx';
import classes from './tasks.module.css';
import { Loading } from '../../ui/loading.tsx';

// nobody needs what is folded away to see the list
const TaskMore = lazy(() => import('./task-more.tsx').then((module) => ({ default: module.TaskMore })));

/** As many are drawn whether they are in sight or not. */
const PLAIN_MAX = 60;

interface TaskTableProps {
  tasks: readonly ListedTask[];
  activity: ReadonlyMap<string, TaskActivity>;
  /** The task whose run dialog is being fetched. */
  opening: string | undefined;
  onRun: (id: string) => void;
  selection: Selection;
  /** Those that are folded open. */
  open: readonly string[];
  onOpen: (id: string, open: boolean) => void;
}

/** Tasks, one a row. Only the rows in sight are in the page: there may be many thousands. */
export const TaskTable = memo(function TaskTable({
  tasks,
  activity,
  opening,
  onRun,
  selection,
  open,
  onOpen,
}: TaskTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const scrollTo = useRef<(line: number) => void>(null);
  const chooses = useMay('user');
  const count = tasks.length;
  // those in sight: a cell over more of them would make some
  const [hasState, hasBot, hasScript] = [
    useMediaQuery('(min-width: 36em)', true),
    useMediaQuery('(min-width: 48em)', true),
    useMediaQuery('(min-width: 62em)', true),
  ];
  const columns = 2 + [chooses, hasState, hasBot, hasScript].filter(Boolean).length;
  const lines = useMemo(() => linesOf(tasks, open), [tasks, open]);
  /** To the box of the task above or below. */
  const move = useCallback(
    (from: number, by: -1 | 1, selects: boolean) => {
      const task = tasks[from + by];
      if (!task) return;
      if (selects) selection.set(task.id, true, true);
      scrollTo.current?.(lines.findIndex(({ index, isMore }) => index === from + by && !isMore));
      document.getElementById(boxId(task.id))?.focus();
    },
    [tasks, lines, selection],
  );
  const draw: DrawLine = ({ task, index, isMore }, line, ref) =>
    isMore ? (
      <Table.Tr key={moreId(task.id)} ref={ref} data-index={line} className={classes.more}>
        <Table.Td colSpan={columns} id={moreId(task.id)}>
          <Suspense fallback={<Loading height={MORE_PX - 20} />}>
            <TaskMore task={task} />
          </Suspense>
        </Table.Td>
      </Table.Tr>
    ) : (
      <TaskRow
        key={task.id}
        ref={ref}
        line={line}
        index={index}
        task={task}
        activity={activity.get(task.id)}
        opening={opening === task.id}
        onRun={onRun}
        chosen={selection.has(task.id)}
        onChoose={selection.set}
        onMove={move}
        open={open.includes(task.id)}
        onOpen={onOpen}
      />
    );
  return (
    <Table layout="fixed" aria-rowcount={tasks.length + 1}>
      <Table.Thead>
        <Table.Tr aria-rowindex={1}>
          {chooses && (
            <Table.Th className={classes.box}>
              <input
                type="checkbox"
                aria-label={t`Select all ${count}`}
                checked={selection.size === tasks.length}
                ref={(box) => {
                  if (box) box.indeterminate = selection.size > 0 && selection.size < tasks.length;
                }}
                onChange={({ currentTarget }) =>
                  selection.replace(currentTarget.checked ? tasks.map(({ id }) => id) : [])
                }
              />
            </Table.Th>
          )}
          <Table.Th>{t`Name`}</Table.Th>
          <Table.Th visibleFrom="sm" w="17%">{t`Bot`}</Table.Th>
          <Table.Th visibleFrom="md" w="17%">{t`Script`}</Table.Th>
          <Table.Th visibleFrom="xs" className={classes.lastRun}>{t`Last run`}</Table.Th>
          <Table.Th className={classes.actions}>
            <span className={unseen.text}>{t`Actions`}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={body}>
        {lines.length <= PLAIN_MAX ? (
          lines.map((line, index) => draw(line, index))
        ) : (
          <ManyLines lines={lines} draw={draw} body={body} scrollTo={scrollTo} />
        )}
      </Table.Tbody>
    </Table>
  );
});

function linesOf(tasks: readonly ListedTask[], open: readonly string[]): readonly Line[] {
  const opened = new Set(open);
  return tasks.flatMap((task, index) => {
    const line = { task, index, isMore: false };
    return opened.has(task.id) ? [line, { task, index, isMore: true }] : line;
  });
}
