import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Overview } from '@argus/contract';
import { Group, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { TextLink } from '../../ui/link.tsx';
import { dateTimeText, numberText } from '../../ui/locale.ts';
import { Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago, Countdown, Duration } from '../../ui/times.tsx';
import { counted } from './home-words.ts';
import classes from './home.module.css';

/** The jobs that run, the oldest first: what hangs is on top. */
export function Running({ running }: { running: Overview['running'] }) {
  const customer = useCustomer();
  const { count, jobs } = running;
  const total = counted(count);
  return (
    <Panel
      title={t`What runs`}
      actions={
        <TextLink to="/$customer/jobs" params={{ customer }} search={{ lifecycle: 'started' }} size="sm">
          {count > jobs.length ? t`All ${total}` : t`All of them`}
        </TextLink>
      }
    >
      {jobs.length === 0 ? (
        <Text size="sm" c="dimmed">
          <Trans>
            Nothing runs now.{' '}
            <TextLink to="/$customer/tasks" params={{ customer }} size="sm" underline="always">
              Run a task
            </TextLink>
          </Trans>
        </Text>
      ) : (
        <ul className={classes.list}>
          {jobs.map((job) => (
            <li key={job.id}>
              <div className={classes.row}>
                <Group gap="xs">
                  <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job.id }} fw={600}>
                    {job.name}
                  </TextLink>
                  <StateBadge job={job} />
                </Group>
                <Text size="sm" c="dimmed" component="div">
                  {job.hostname !== null && `${job.hostname} · `}
                  <Duration from={job.started_at ?? job.creation_date} to={null} />
                </Text>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** What starts by itself next. */
export function ComesNext({ schedules }: { schedules: Overview['schedules'] }) {
  const customer = useCustomer();
  const mayAdd = useMay('admin');
  const { next } = schedules;
  return (
    <Panel
      title={t`What comes next`}
      actions={
        <TextLink to="/$customer/schedules" params={{ customer }} size="sm">
          {t`All schedules`}
        </TextLink>
      }
    >
      {next.length === 0 ? (
        <Text size="sm" c="dimmed">
          {mayAdd
            ? t`Nothing is scheduled. Open a task and choose New schedule to run it by itself.`
            : t`Nothing is scheduled. An admin can let tasks run by themselves.`}
        </Text>
      ) : (
        <ul className={classes.list}>
          {next.map(({ id, name, at, of }) => (
            <li key={id}>
              <div className={classes.row}>
                <div>
                  <TextLink
                    to="/$customer/schedules/$scheduleId"
                    params={{ customer, scheduleId: id }}
                    fw={600}
                  >
                    {of.name}
                  </TextLink>
                  {name !== '' && (
                    <Text size="sm" c="dimmed">
                      {name}
                    </Text>
                  )}
                </div>
                <Text size="sm" c="dimmed" component="div">
                  {dateTimeText(at)} · <Countdown to={at} />
                </Text>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Bots that say nothing, where there are any. */
export function SilentBots({ bots }: { bots: Overview['bots'] }) {
  const customer = useCustomer();
  const { silent, silent_count } = bots;
  if (silent.length === 0) return null;
  const more = numberText(silent_count - silent.length);
  return (
    <Panel
      title={t`Bots that do not report`}
      actions={
        <TextLink to="/$customer/bots" params={{ customer }} size="sm">
          {t`All bots`}
        </TextLink>
      }
    >
      <ul className={classes.list}>
        {silent.map(({ id, hostname, last_seen_at }) => (
          <li key={id}>
            <div className={classes.row}>
              <TextLink to="/$customer/bots/$botId" params={{ customer, botId: id }} fw={600}>
                {hostname}
              </TextLink>
              <Text size="sm" c="dimmed" component="div">
                {last_seen_at === null ? (
                  t`was never heard of: start it`
                ) : (
                  <Trans>
                    last heard of <Ago at={last_seen_at} />
                  </Trans>
                )}
              </Text>
            </div>
          </li>
        ))}
      </ul>
      {silent_count > silent.length && <Text size="sm" c="dimmed">{t`… and ${more} more.`}</Text>}
    </Panel>
  );
}
