import type { Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Badge } from '@mantine/core';
import { useSaid } from '../../api/sentences/use-said.ts';
import { useCustomer } from '../../api/hooks.ts';
import { PauseIcon, WarningIcon } from '../../ui/icons.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import rows from '../../ui/rows.module.css';
import { otherProblems } from './task-list.ts';
import { searchFor } from './task-search.ts';

/** The tags of a task: each leads to the tasks that have it. */
export function TaskTags({ tags }: { tags: readonly string[] }) {
  const customer = useCustomer();
  return tags.map((tag) => (
    <RowLink
      key={tag}
      to="/$customer/tasks"
      params={{ customer }}
      search={searchFor('tag', tag)}
      className={rows.tag}
      title={t`Tasks with the tag ${tag}`}
    >
      {tag}
    </RowLink>
  ));
}

/** That a task is paused, or cannot run yet, and why. */
export function TaskMarks({
  task,
  size = 'sm',
}: {
  task: Pick<Task, 'paused' | 'problems'>;
  size?: 'xs' | 'sm';
}) {
  const { paused, problems } = task;
  const others = otherProblems(task);
  const said = useSaid();
  return (
    <>
      {paused && (
        <Badge
          size={size}
          color="yellow"
          variant="light"
          leftSection={<PauseIcon size={10} />}
          title={said?.(problems[0] ?? '')}
        >
          {t`Paused`}
        </Badge>
      )}
      {others.length > 0 && (
        <Badge
          size={size}
          color="orange"
          variant="light"
          leftSection={<WarningIcon size={10} />}
          title={said && others.map(said).join(' ')}
        >
          {t`Cannot run`}
        </Badge>
      )}
    </>
  );
}
