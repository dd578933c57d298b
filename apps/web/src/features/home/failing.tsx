import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Overview } from '@argus/contract';
import { Group, Text } from '@mantine/core';
import { useCustomer } from '../../api/hooks.ts';
import { sentence } from '../../api/sentences/said.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Ago } from '../../ui/times.tsx';
import { inARowText } from './home-words.ts';
import classes from './home.module.css';

/** Tasks whose latest jobs failed: since when, how often, why. */
export function Failing({ failing }: { failing: Overview['failing'] }) {
  const customer = useCustomer();
  const { days, count, tasks } = failing;
  const more = count - tasks.length;
  return (
    <Panel
      title={t`What fails`}
      actions={
        <TextLink to="/$customer/jobs" params={{ customer }} search={{ state: 'failure' }} size="sm">
          {t`All failures`}
        </TextLink>
      }
    >
      {tasks.length === 0 ? (
        <Text size="sm" c="dimmed">{t`No task failed the last time it ran (in the last ${days} days).`}</Text>
      ) : (
        <ul className={classes.list}>
          {tasks.map(({ task: { id, name }, in_a_row, since, last }) => (
            <li key={id}>
              <div className={classes.row}>
                <div>
                  <Group gap="xs">
                    <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} fw={600}>
                      {name}
                    </TextLink>
                    <StateBadge job={last} />
                  </Group>
                  {last.reason && (
                    <Text size="sm" c="dimmed" lineClamp={2}>
                      {sentence(last.reason)}
                    </Text>
                  )}
                </div>
                <Text size="sm" component="div">
                  {inARowText(in_a_row)}
                  {' · '}
                  <Trans>
                    since <Ago at={since} />
                  </Trans>
                  {' · '}
                  <TextLink
                    to="/$customer/jobs/$jobId"
                    params={{ customer, jobId: last.id }}
                    size="sm"
                    underline="always"
                    aria-label={t`Last job of ${name}`}
                  >
                    {t`last job`}
                  </TextLink>
                </Text>
              </div>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && <Text size="sm" c="dimmed">{t`… and ${more} more tasks.`}</Text>}
    </Panel>
  );
}
