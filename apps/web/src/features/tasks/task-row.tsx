import type { TaskActivity } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Loader } from '@mantine/core';
import { memo, type KeyboardEvent, type Ref } from 'react';
import { useSaid } from '../../api/sentences/use-said.ts';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlayIcon, RightIcon } from '../../ui/icons.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import rows from '../../ui/rows.module.css';
import { StateBadge } from '../../ui/state-badge.tsx';
import { hasBot, TypeBadge } from '../../ui/task-types.tsx';
import { Ago } from '../../ui/times.tsx';
import unseen from '../../ui/unseen.module.css';
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
  onChoose: (id: string, chosen: boolean, range: boolean) => void;
  /** From this row to the one above or below; with `selects` that one is chosen too. */
  onMove: (index: number, by: -1 | 1, selects: boolean) => void;
  open: boolean;
  onOpen: (id: string, open: boolean) => void;
}

/** A task in the list: what it is called, where it runs, how that went, and what one can do with it. */
export const TaskRow = memo(function TaskRow({
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
  const said = useSaid();
  const { id, name, tags, type, problems } = task;
  const marked = tags.length > 0 || problems.length > 0 || !hasBot(type);
  return (
    <tr
      ref={ref}
      className={rows.row}
      data-index={line}
      aria-rowindex={index + 2}
      data-chosen={choice.chosen || undefined}
    >
      {runs && (
        <td className={classes.box}>
          <ChoiceBox task={task} index={index} {...choice} />
        </td>
      )}
      <td>
        <div className={classes.named}>
          <button
            type="button"
            className={rows.opener}
            aria-expanded={open}
            aria-controls={open ? moreId(id) : undefined}
            aria-label={t`More about ${name}`}
            onClick={() => onOpen(id, !open)}
          >
            <RightIcon size={14} />
          </button>
          <div>
            <RowLink
              to="/$customer/tasks/$taskId"
              params={{ customer, taskId: id }}
              className={classes.taskName}
            >
              {name}
            </RowLink>
            {activity && (
              <div className={`mantine-hidden-from-xs ${classes.below}`}>
                <LastRun task={task} activity={activity} />
                <Ahead activity={activity} />
              </div>
            )}
            {marked && (
              <div className={classes.marks}>
                {!hasBot(type) && <TypeBadge type={type} size="xs" />}
                <TaskMarks task={task} size="xs" />
                <TaskTags tags={tags} />
              </div>
            )}
          </div>
        </div>
      </td>
      <td className={`mantine-visible-from-sm ${classes.name}`}>
        {whereText(task) ?? (hasBot(type) ? <Missing /> : '—')}
      </td>
      <td className={`mantine-visible-from-md ${classes.name}`}>
        {hasBot(type) ? (task.script_name ?? <Missing />) : '—'}
      </td>
      <td className="mantine-visible-from-xs">
        <LastRun task={task} activity={activity} />
        <Ahead activity={activity} />
      </td>
      <td className={classes.actions}>
        {runs && (
          <button
            type="button"
            className={rows.action}
            onClick={() => onRun(id)}
            disabled={opening || problems.length > 0}
            aria-busy={opening || undefined}
            title={(said && problems.map(said).join(' ')) || undefined}
            aria-label={t`Run ${name}`}
          >
            {opening ? <Loader size={14} /> : <PlayIcon size={14} />}
            <span>{t`Run`}</span>
          </button>
        )}
      </td>
    </tr>
  );
});

function LastRun({ task: { name }, activity }: Pick<TaskRowProps, 'task' | 'activity'>) {
  const customer = useCustomer();
  const last = activity?.last;
  if (!last) return null;
  return (
    <RowLink to="/$customer/jobs/$jobId" params={{ customer, jobId: last.id }} className={classes.lastRun}>
      <span className={unseen.text}>{t`Last run of ${name}:`} </span>
      <StateBadge job={last} />
      <span className={classes.dimmed}>
        <Ago at={last.creation_date} />
      </span>
    </RowLink>
  );
}

type ChoiceProps = Pick<TaskRowProps, 'task' | 'index' | 'chosen' | 'onChoose' | 'onMove'>;

/** Chooses the task: with Shift all from the last one on, and arrows lead to the next. */
function ChoiceBox({ task, index, chosen, onChoose, onMove }: ChoiceProps) {
  const { id, name } = task;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    if (event.shiftKey) onChoose(id, true, false);
    onMove(index, event.key === 'ArrowDown' ? 1 : -1, event.shiftKey);
  };
  return (
    <input
      type="checkbox"
      id={boxId(id)}
      aria-label={t`Select ${name}`}
      checked={chosen}
      onChange={({ currentTarget, nativeEvent }) =>
        onChoose(id, currentTarget.checked, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true)
      }
      onKeyDown={onKeyDown}
    />
  );
}

/** What waits to run beside the newest job, and grace times. */
function Ahead({ activity }: { activity: TaskActivity | undefined }) {
  if (!activity || activity.grace === 0) return null;
  return (
    <div className={classes.dimmed}>
      {plural(activity.grace, { one: '# run waits out its time', other: '# runs wait out their time' })}
    </div>
  );
}

function Missing() {
  return <span className={classes.missing}>{t`none yet`}</span>;
}
