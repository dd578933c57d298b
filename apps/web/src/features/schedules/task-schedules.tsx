import type { Task } from '@argus/contract';
import { Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Loaded, Panel } from '../../ui/page.tsx';
import { filterSchedules } from './schedule-list.ts';
import { ScheduleTable } from './schedule-table.tsx';

const REFRESH_MS = 3_000;

/** When a task runs by itself, and its triggered runs that wait. */
export function TaskSchedules({ task }: { task: Pick<Task, 'id'> }) {
  const customer = useCustomer();
  const creates = useMay('admin');
  const schedules = useApi('listTaskSchedules', { params: { id: task.id } }, { refetchInterval: REFRESH_MS });
  return (
    <Panel
      title="Schedules"
      actions={
        creates && (
          <ButtonLink
            to="/$customer/tasks/$taskId/schedules/new"
            params={{ customer, taskId: task.id }}
            size="compact-sm"
            variant="default"
            leftSection={<PlusIcon size={12} />}
          >
            Add a schedule
          </ButtonLink>
        )
      }
    >
      <Loaded query={schedules} height={60}>
        {(list) =>
          list.length > 0 ? (
            <ScheduleTable schedules={filterSchedules(list, {})} showTask={false} />
          ) : (
            <Text size="sm" c="dimmed">
              It has none: no clock starts it.
            </Text>
          )
        }
      </Loaded>
    </Panel>
  );
}
