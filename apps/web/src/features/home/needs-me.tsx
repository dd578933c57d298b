import { t } from '@lingui/core/macro';
import { Group, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { ButtonLink, TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { TypeBadge } from '../../ui/task-types.tsx';
import { Ago, Countdown } from '../../ui/times.tsx';
import { useMyPending } from '../pending/pending-count.ts';
import classes from './home.module.css';

const SHOWN = 5;

/** What waits for whoever looks, where there is something. */
export function NeedsMe() {
  const customer = useCustomer();
  const list = useMyPending().data ?? [];
  if (list.length === 0) return null;
  const more = list.length - SHOWN;
  return (
    <Panel
      title={t`What needs me`}
      actions={
        <ButtonLink to="/$customer/pending" params={{ customer }} size="xs">
          {t`Decide`}
        </ButtonLink>
      }
    >
      <ul className={classes.list}>
        {list.slice(0, SHOWN).map(({ job_id, task, kind, message, since, deadline }) => (
          <li key={job_id}>
            <div className={classes.row}>
              <div>
                <Group gap="xs">
                  <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job_id }} fw={600}>
                    {task.name}
                  </TextLink>
                  <TypeBadge type={kind} size="xs" />
                </Group>
                {message !== '' && (
                  <Text size="sm" c="dimmed" lineClamp={1}>
                    {message}
                  </Text>
                )}
              </div>
              <Text size="sm" c="dimmed" component="div">
                {deadline === null ? <Ago at={since} /> : <Countdown to={deadline} />}
              </Text>
            </div>
          </li>
        ))}
      </ul>
      {more > 0 && <Text size="sm" c="dimmed">{t`… and ${more} more.`}</Text>}
    </Panel>
  );
}
