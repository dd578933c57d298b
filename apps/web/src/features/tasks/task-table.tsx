import type { JobSummary } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlayIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { hasBot, TypeBadge } from '../../ui/task-types.tsx';
import { Ago } from '../../ui/times.tsx';
import type { ListedTask } from './task-list.ts';
import { whereText } from './policy-words.ts';
import { TaskMarks, TaskTags } from './task-marks.tsx';
import classes from './tasks.module.css';

/** A row without tags, pixels: what a row is taken for until it was seen. */
const ROW_PX = 46;
const ROWS_AROUND = 12;

interface TaskTableProps {
  tasks: readonly ListedTask[];
  latest: ReadonlyMap<string, JobSummary>;
  /** The task whose run dialog is being fetched. */
  opening: string | undefined;
  onRun: (id: string) => void;
}

/** Tasks, one a row. Only the rows in sight are in the page: there may be many thousands. */
export function TaskTable({ tasks, latest, opening, onRun }: TaskTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // what is above it may wrap differently at any time; the same value again changes nothing
  useLayoutEffect(() => {
    const { top } = body.current?.getBoundingClientRect() ?? { top: 0 };
    setScrollMargin(Math.round(top + window.scrollY));
  });
  const rows = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => tasks[index]?.id ?? index,
    overscan: ROWS_AROUND,
    scrollMargin,
  });
  const shown = rows.getVirtualItems();
  const before = (shown[0]?.start ?? scrollMargin) - scrollMargin;
  const after = rows.getTotalSize() - ((shown.at(-1)?.end ?? scrollMargin) - scrollMargin);
  return (
    <Table layout="fixed" aria-rowcount={tasks.length + 1}>
      <Table.Thead>
        <Table.Tr aria-rowindex={1}>
          <Table.Th>Name</Table.Th>
          <Table.Th visibleFrom="sm" w="17%">
            Bot
          </Table.Th>
          <Table.Th visibleFrom="md" w="17%">
            Script
          </Table.Th>
          <Table.Th className={classes.lastRun}>Last run</Table.Th>
          <Table.Th className={classes.actions}>
            <span className={classes.unseen}>Actions</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={body}>
        <Spacer height={before} />
        {shown.map(({ index, key }) => {
          const task = tasks[index];
          if (!task) return null;
          return (
            <TaskRow
              key={key}
              ref={rows.measureElement}
              index={index}
              task={task}
              job={latest.get(task.id)}
              opening={opening === task.id}
              onRun={onRun}
            />
          );
        })}
        <Spacer height={after} />
      </Table.Tbody>
    </Table>
  );
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

interface TaskRowProps {
  ref: (element: HTMLTableRowElement | null) => void;
  index: number;
  task: ListedTask;
  job: JobSummary | undefined;
  opening: boolean;
  onRun: (id: string) => void;
}

function TaskRow({ ref, index, task, job, opening, onRun }: TaskRowProps) {
  const customer = useCustomer();
  const runs = useMay('user');
  const marked = task.tags.length > 0 || task.problems.length > 0 || !hasBot(task.type);
  return (
    <Table.Tr ref={ref} data-index={index} aria-rowindex={index + 2}>
      <Table.Td>
        <TextLink
          to="/$customer/tasks/$taskId"
          params={{ customer, taskId: task.id }}
          size="sm"
          fw={500}
          className={classes.name}
        >
          {task.name}
        </TextLink>
        {marked && (
          <Group gap={4} mt={2}>
            {!hasBot(task.type) && <TypeBadge type={task.type} size="xs" />}
            <TaskMarks task={task} size="xs" />
            <TaskTags tags={task.tags} size="xs" />
          </Group>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm" className={classes.name}>
        {whereText(task) ?? (hasBot(task.type) ? <Missing /> : '—')}
      </Table.Td>
      <Table.Td visibleFrom="md" className={classes.name}>
        {hasBot(task.type) ? (task.script_name ?? <Missing />) : '—'}
      </Table.Td>
      <Table.Td>
        {job && (
          <TextLink
            to="/$customer/jobs/$jobId"
            params={{ customer, jobId: job.id }}
            underline="never"
            className={classes.lastRun}
          >
            <VisuallyHidden>{lastRunOf(task)} </VisuallyHidden>
            <StateBadge job={job} />
            <Text span size="xs" c="dimmed" visibleFrom="xs">
              <Ago at={job.creation_date} />
            </Text>
          </TextLink>
        )}
      </Table.Td>
      <Table.Td className={classes.actions}>
        {runs && (
          <Button
            size="xs"
            variant="light"
            leftSection={<PlayIcon size={14} />}
            onClick={() => onRun(task.id)}
            loading={opening}
            disabled={task.problems.length > 0}
            title={task.problems.join(' ') || undefined}
            aria-label={`Run ${task.name}`}
          >
            Run
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function Missing() {
  return (
    <Text span size="sm" c="dimmed">
      none yet
    </Text>
  );
}

function lastRunOf({ name }: ListedTask): string {
  return t`Last run of ${name}:`;
}
