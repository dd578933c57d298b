import { t } from '@lingui/core/macro';
import { Group, Stack, Text } from '@mantine/core';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PlusIcon } from '../../ui/icons.tsx';
import { JobTable } from '../../ui/job-table.tsx';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Loaded } from '../../ui/page.tsx';
import { filterSchedules } from '../schedules/schedule-list.ts';
import { ScheduleTable } from '../schedules/schedule-table.tsx';
import type { ListedTask } from './task-list.ts';

const REFRESH_MS = 3_000;
const RECENT = 5;

/** What a task did lately, what waits to run, and when it runs next: folded open below its row. */
export function TaskMore({ task: { id, name, description } }: { task: ListedTask }) {
  const customer = useCustomer();
  const refetchInterval = REFRESH_MS;
  const jobs = useApi('listJobs', { query: { task: id, limit: RECENT } }, { refetchInterval });
  const schedules = useApi('listTaskSchedules', { params: { id } }, { refetchInterval });
  const schedulesIt = useMay('admin');
  return (
    <Stack gap="md" py="xs" role="group" aria-label={t`More about ${name}`}>
      {description && (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {description}
        </Text>
      )}
      <div>
        <Group gap="sm" mb={4}>
          <Text fw={500} size="sm">{t`Recent runs`}</Text>
          <TextLink to="/$customer/jobs" params={{ customer }} search={{ task: id }} size="sm">
            {t`All of them`}
          </TextLink>
        </Group>
        <Loaded query={jobs} height={80}>
          {(list) =>
            list.length > 0 ? (
              <JobTable jobs={list} of="task" />
            ) : (
              <Text size="sm" c="dimmed">{t`It has not run yet.`}</Text>
            )
          }
        </Loaded>
      </div>
      <div>
        <Group gap="sm" mb={4}>
          <Text fw={500} size="sm">{t`Schedules, and triggered runs that wait`}</Text>
          {schedulesIt && (
            <ButtonLink
              to="/$customer/tasks/$taskId/schedules/new"
              params={{ customer, taskId: id }}
              size="compact-xs"
              variant="default"
              leftSection={<PlusIcon size={12} />}
            >
              {t`Add a schedule`}
            </ButtonLink>
          )}
        </Group>
        <Loaded query={schedules} height={60}>
          {(list) =>
            list.length > 0 ? (
              <ScheduleTable schedules={filterSchedules(list, {})} showTask={false} />
            ) : (
              <Text size="sm" c="dimmed">{t`It has none: no clock starts it.`}</Text>
            )
          }
        </Loaded>
      </div>
    </Stack>
  );
}
