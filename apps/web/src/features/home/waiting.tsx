import { plural, t } from '@lingui/core/macro';
import type { Overview } from '@argus/contract';
import { Badge, Group, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { ClockIcon, PauseIcon, WarningIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { holdWords, jobsText, queueName, STUCK, WAITS_WORDS } from './home-words.ts';
import classes from './home.module.css';

/** What waits, where, and what keeps it. */
export function Waiting({ waiting }: { waiting: Overview['waiting'] }) {
  const customer = useCustomer();
  const { queues, on_hold, paused_tasks } = waiting;
  // what cannot go on by itself comes first
  const ordered = queues.toSorted((a, b) => Number(STUCK.has(b.waits_for)) - Number(STUCK.has(a.waits_for)));
  const nothing = queues.length + on_hold.length + paused_tasks.count === 0;
  return (
    <Panel
      title={t`What waits`}
      actions={
        <TextLink to="/$customer/queue" params={{ customer }} size="sm">
          {t`The queue`}
        </TextLink>
      }
    >
      {nothing && <Text size="sm" c="dimmed">{t`Nothing waits: jobs start as soon as they are made.`}</Text>}
      <ul className={classes.list}>
        {ordered.map((queue) => (
          <li key={queue.host_id ?? queue.labels.join(' ')}>
            <Queue queue={queue} />
          </li>
        ))}
        {on_hold.map(({ reason_code, jobs }) => (
          <li key={reason_code}>
            <div className={classes.row}>
              <Group gap="xs">
                <TextLink
                  to="/$customer/jobs"
                  params={{ customer }}
                  search={{ lifecycle: 'onhold' }}
                  fw={600}
                >
                  {holdWords(reason_code)}
                </TextLink>
                <Badge color="yellow" variant="light" leftSection={<PauseIcon size={12} />}>
                  {t`On hold`}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                {jobsText(jobs)}
              </Text>
            </div>
          </li>
        ))}
        {paused_tasks.count > 0 && (
          <li>
            <PausedTasks paused={paused_tasks} />
          </li>
        )}
      </ul>
    </Panel>
  );
}

function Queue({ queue }: { queue: Overview['waiting']['queues'][number] }) {
  const customer = useCustomer();
  const { waits_for, reason, first, jobs } = queue;
  const { name } = first;
  const stuck = STUCK.has(waits_for);
  return (
    <div className={classes.row}>
      <div>
        <Group gap="xs">
          <Text fw={600} size="sm">
            {queueName(queue)}
          </Text>
          <Badge
            color={stuck ? 'orange' : 'gray'}
            variant="light"
            leftSection={stuck ? <WarningIcon size={12} /> : <ClockIcon size={12} />}
          >
            {WAITS_WORDS[waits_for]}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" lineClamp={3}>
          {sentence(reason)}
        </Text>
      </div>
      <Text size="sm" component="div">
        {jobsText(jobs)}
        {' · '}
        <TextLink
          to="/$customer/jobs/$jobId"
          params={{ customer, jobId: first.id }}
          size="sm"
          underline="always"
          aria-label={t`First of them: ${name}`}
        >
          {t`first of them`}
        </TextLink>
      </Text>
    </div>
  );
}

function PausedTasks({ paused }: { paused: Overview['waiting']['paused_tasks'] }) {
  const customer = useCustomer();
  const { count, tasks } = paused;
  const more = count - tasks.length;
  return (
    <div className={classes.row}>
      <Group gap="xs">
        <Badge color="yellow" variant="light" leftSection={<PauseIcon size={12} />}>
          {plural(count, { one: '# task is paused', other: '# tasks are paused' })}
        </Badge>
        {tasks.map(({ id, name }) => (
          <TextLink key={id} to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
            {name}
          </TextLink>
        ))}
        {more > 0 && (
          <Text size="sm" c="dimmed">
            {t`and ${more} more`}
          </Text>
        )}
      </Group>
    </div>
  );
}
