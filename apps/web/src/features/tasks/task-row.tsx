import type { TaskActivity } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { ActionIcon, Box, Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import type { KeyboardEvent, Ref } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlayIcon, RightIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { hasBot, TypeBadge } from '../../ui/task-types.tsx';
import { Ago } from '../../ui/times.tsx';
import { whereText } from './policy-words.ts';
import { boxId, moreId } from './row-ids.ts';
import type { ListedTask } from './task-list.ts';
import { TaskMarks, TaskTags } from './task-marks.tsx';
import classes from './tasks.module.css';

interface TaskRowProps {
  ref: Ref<HTMLTableRowElement> | undefined;
  /** Its place in the table, and in the list. */
  line: number;
  index: number;
  task: ListedTask;
  activity: TaskActivity | undefined;
  opening: boolean;
  onRun: (id: string) => void;
  chosen: boolean;
  onChoose: (chosen: boolean, range: boolean) => void;
  /** To the row above or below; with `selects` that one is chosen too. */
  onMove: (by: -1 | 1, selects: boolean) => void;
  open: boolean;
  onOpen: (id: string, open: boolean) => void;
}

/** A task in the list: what it is called, where it runs, how that went, and what one can do with it. */
export function TaskRow({
  ref,
  line,
  index,
  task,
  activity,
  opening,
  onRun,
  open,
  onOpen,
  ...choice
}: TaskRowProps) {
  const customer = useCustomer();
  const runs = useMay('user');
  const { id, name, tags, type, problems } = task;
  const marked = tags.length > 0 || problems.length > 0 || !hasBot(type);
  return (
    <Table.Tr ref={ref} data-index={line} aria-rowindex={index + 2} data-chosen={choice.chosen || undefined}>
      {runs && (
        <Table.Td className={classes.box}>
          <ChoiceBox task={task} {...choice} />
        </Table.Td>
      )}
      <Table.Td>
        <div className={classes.named}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            className={classes.opener}
            aria-expanded={open}
            aria-controls={open ? moreId(id) : undefined}
            aria-label={t`More about ${name}`}
            onClick={() => onOpen(id, !open)}
          >
            <RightIcon size={14} />
          </ActionIcon>
          <div className={classes.grows}>
            <TextLink
              to="/$customer/tasks/$taskId"
              params={{ customer, taskId: id }}
              size="sm"
              fw={500}
              className={classes.name}
            >
              {name}
            </TextLink>
            {activity && (
              <Box hiddenFrom="xs" mt={4}>
                <LastRun task={task} activity={activity} />
                <Ahead activity={activity} />
              </Box>
            )}
            {marked && (
              <Group gap={4} mt={2}>
                {!hasBot(type) && <TypeBadge type={type} size="xs" />}
                <TaskMarks task={task} size="xs" />
                <TaskTags tags={tags} size="xs" />
              </Group>
            )}
          </div>
        </div>
      </Table.Td>
      <Table.Td visibleFrom="sm" className={classes.name}>
        {whereText(task) ?? (hasBot(type) ? <Missing /> : '—')}
      </Table.Td>
      <Table.Td visibleFrom="md" className={classes.name}>
        {hasBot(type) ? (task.script_name ?? <Missing />) : '—'}
      </Table.Td>
      <Table.Td visibleFrom="xs">
        <LastRun task={task} activity={activity} />
        <Ahead activity={activity} />
      </Table.Td>
      <Table.Td className={classes.actions}>
        {runs && (
          <Button
            size="xs"
            variant="light"
            leftSection={<PlayIcon size={14} />}
            onClick={() => onRun(id)}
            loading={opening}
            disabled={problems.length > 0}
            title={problems.join(' ') || undefined}
            aria-label={t`Run ${name}`}
          >
            {t`Run`}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function LastRun({ task: { name }, activity }: Pick<TaskRowProps, 'task' | 'activity'>) {
  const customer = useCustomer();
  const last = activity?.last;
  if (!last) return null;
  return (
    <TextLink
      to="/$customer/jobs/$jobId"
      params={{ customer, jobId: last.id }}
      underline="never"
      className={classes.lastRun}
    >
      <VisuallyHidden>{t`Last run of ${name}:`} </VisuallyHidden>
      <StateBadge job={last} />
      <Text span size="xs" c="dimmed">
        <Ago at={last.creation_date} />
      </Text>
    </TextLink>
  );
}

type ChoiceProps = Pick<TaskRowProps, 'task' | 'chosen' | 'onChoose' | 'onMove'>;

/** Chooses the task: with Shift all from the last one on, and arrows lead to the next. */
function ChoiceBox({ task, chosen, onChoose, onMove }: ChoiceProps) {
  const { id, name } = task;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    if (event.shiftKey) onChoose(true, false);
    onMove(event.key === 'ArrowDown' ? 1 : -1, event.shiftKey);
  };
  return (
    <input
      type="checkbox"
      id={boxId(id)}
      aria-label={t`Select ${name}`}
      checked={chosen}
      onChange={({ currentTarget, nativeEvent }) =>
        onChoose(currentTarget.checked, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true)
      }
      onKeyDown={onKeyDown}
    />
  );
}

/** What waits to run beside the newest job, and grace times. */
function Ahead({ activity }: { activity: TaskActivity | undefined }) {
  if (!activity || activity.grace === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {plural(activity.grace, { one: '# run waits out its time', other: '# runs wait out their time' })}
    </Text>
  );
}

function Missing() {
  return (
    <Text span size="sm" c="dimmed">
      {t`none yet`}
    </Text>
  );
}
