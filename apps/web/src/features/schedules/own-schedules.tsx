import type { Schedule, Task, Workflow } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { ButtonLink } from '../../ui/link.tsx';
import { Loaded, Panel } from '../../ui/page.tsx';
import { filterSchedules } from './schedule-list.ts';
import { ScheduleTable } from './schedule-table.tsx';

const REFRESH_MS = 3_000;

const ADD = {
  size: 'compact-sm',
  variant: 'default',
  leftSection: <PlusIcon size={12} />,
  children: t`Add a schedule`,
} as const;

/** When a task runs by itself, and its triggered runs that wait. */
export function TaskSchedules({ task }: { task: Pick<Task, 'id'> }) {
  const customer = useCustomer();
  const schedules = useApi('listTaskSchedules', { params: { id: task.id } }, { refetchInterval: REFRESH_MS });
  const params = { customer, taskId: task.id };
  return (
    <SchedulesPanel
      schedules={schedules}
      add={<ButtonLink to="/$customer/tasks/$taskId/schedules/new" params={params} {...ADD} />}
    />
  );
}

/** The same of a workflow. */
export function WorkflowSchedules({ workflow: { id } }: { workflow: Pick<Workflow, 'id'> }) {
  const customer = useCustomer();
  const schedules = useApi('listWorkflowSchedules', { params: { id } }, { refetchInterval: REFRESH_MS });
  const params = { customer, workflowId: id };
  return (
    <SchedulesPanel
      schedules={schedules}
      add={<ButtonLink to="/$customer/workflows/$workflowId/schedules/new" params={params} {...ADD} />}
    />
  );
}

function SchedulesPanel({ schedules, add }: { schedules: UseQueryResult<Schedule[]>; add: ReactNode }) {
  const creates = useMay('admin');
  return (
    <Panel title={t`Schedules`} actions={creates && add}>
      <Loaded query={schedules} height={60}>
        {(list) =>
          list.length > 0 ? (
            <ScheduleTable schedules={filterSchedules(list, {})} showTask={false} />
          ) : (
            <Text size="sm" c="dimmed">
              {t`It has none: no clock starts it.`}
            </Text>
          )
        }
      </Loaded>
    </Panel>
  );
}
