import type { TaskActivity } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Skeleton, Table } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { lazy, Suspense, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useMay } from '../../api/session.ts';
import type { Selection } from './selection.ts';
import { boxId, moreId } from './row-ids.ts';
import type { ListedTask } from './task-list.ts';
import { TaskRow } from './task-row.tsx';
import classes from './tasks.module.css';

// nobody needs what is folded away to see the list
const TaskMore = lazy(() => import('./task-more.tsx').then((module) => ({ default: module.TaskMore })));

/** A row without tags, pixels: what a row is taken for until it was seen. */
const ROW_PX = 46;
/** What is folded open below a row. */
const MORE_PX = 320;
const ROWS_AROUND = 12;

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

/** What stands in a line of the table: a task, or what is folded open below it. */
interface Line {
  task: ListedTask;
  /** The task's place in the list. */
  index: number;
  isMore: boolean;
}

/** Tasks, one a row. Only the rows in sight are in the page: there may be many thousands. */
export function TaskTable({ tasks, activity, opening, onRun, selection, open, onOpen }: TaskTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const chooses = useMay('user');
  const count = tasks.length;
  const lines = useMemo(() => linesOf(tasks, open), [tasks, open]);
  // what is above it may wrap differently at any time; the same value again changes nothing
  useLayoutEffect(() => {
    const { top } = body.current?.getBoundingClientRect() ?? { top: 0 };
    setScrollMargin(Math.round(top + window.scrollY));
  });
  const rows = useWindowVirtualizer({
    count: lines.length,
    estimateSize: (index) => (lines[index]?.isMore ? MORE_PX : ROW_PX),
    getItemKey: (index) => keyOf(lines[index]) ?? index,
    overscan: ROWS_AROUND,
    scrollMargin,
  });
  const shown = rows.getVirtualItems();
  const before = (shown[0]?.start ?? scrollMargin) - scrollMargin;
  const after = rows.getTotalSize() - ((shown.at(-1)?.end ?? scrollMargin) - scrollMargin);
  /** To the box of the task above or below. */
  const move = (from: number, by: -1 | 1, selects: boolean) => {
    const task = tasks[from + by];
    if (!task) return;
    if (selects) selection.set(task.id, true, true);
    const line = lines.findIndex(({ index, isMore }) => index === from + by && !isMore);
    rows.scrollToIndex(line, { align: 'auto' });
    document.getElementById(boxId(task.id))?.focus();
  };
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
          <Table.Th className={classes.lastRun}>{t`Last run`}</Table.Th>
          <Table.Th className={classes.actions}>
            <span className={classes.unseen}>{t`Actions`}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={body}>
        <Spacer height={before} />
        {shown.map(({ index: line, key }) => {
          const { task, index, isMore } = lines[line] ?? {};
          if (!task || index === undefined) return null;
          if (isMore) {
            return (
              <Table.Tr key={key} ref={rows.measureElement} data-index={line} className={classes.more}>
                <Table.Td colSpan={chooses ? 6 : 5} id={moreId(task.id)}>
                  <Suspense fallback={<Skeleton height={MORE_PX - 20} aria-label={t`Loading`} />}>
                    <TaskMore task={task} />
                  </Suspense>
                </Table.Td>
              </Table.Tr>
            );
          }
          return (
            <TaskRow
              key={key}
              ref={rows.measureElement}
              line={line}
              index={index}
              task={task}
              activity={activity.get(task.id)}
              opening={opening === task.id}
              onRun={onRun}
              chosen={selection.has(task.id)}
              onChoose={(chosen, range) => selection.set(task.id, chosen, range)}
              onMove={(by, selects) => move(index, by, selects)}
              open={open.includes(task.id)}
              onOpen={onOpen}
            />
          );
        })}
        <Spacer height={after} />
      </Table.Tbody>
    </Table>
  );
}

function linesOf(tasks: readonly ListedTask[], open: readonly string[]): readonly Line[] {
  const opened = new Set(open);
  return tasks.flatMap((task, index) => {
    const line = { task, index, isMore: false };
    return opened.has(task.id) ? [line, { task, index, isMore: true }] : line;
  });
}

function keyOf(line: Line | undefined): string | undefined {
  return line && (line.isMore ? moreId(line.task.id) : line.task.id);
}

/** Stands for the rows that are out of sight. One cell: more than there are columns would make some. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td style={{ height, padding: 0 }} />
    </tr>
  );
}
