import type { MyNotifications } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Text } from '@mantine/core';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { said } from '../../api/sentences/said.ts';
import { TextLink } from '../../ui/link.tsx';
import { Loaded } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import classes from './notifications.module.css';

type Item = MyNotifications['notifications'][number];

/** What one was told, newest first; what was not read yet stands out. */
export function Inbox({ limit, onOpen }: { limit: number; onOpen?: () => void }) {
  const mine = useApi('listMyNotifications', { query: { limit } });
  const read = useChange('readNotifications', ['listMyNotifications']);
  return (
    <Loaded query={mine} height={80}>
      {({ unread, notifications }) =>
        notifications.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t`Nothing yet. Open a task and choose “Notify me” to be told how it ends.`}
          </Text>
        ) : (
          <>
            <ul className={classes.inbox} aria-label={t`What you were told`}>
              {notifications.map((item) => (
                <InboxItem key={item.id} item={item} onOpen={onOpen} />
              ))}
            </ul>
            {unread > 0 && (
              <Group mt="sm">
                <Button
                  size="xs"
                  variant="default"
                  loading={read.isPending}
                  onClick={() => read.mutate({ body: {} })}
                >
                  {t`Mark all as read`}
                </Button>
              </Group>
            )}
          </>
        )
      }
    </Loaded>
  );
}

function InboxItem({ item, onOpen }: { item: Item; onOpen?: (() => void) | undefined }) {
  const customer = useCustomer();
  const read = useChange('readNotifications', ['listMyNotifications']);
  const open = () => {
    if (item.read_at === null) read.mutate({ body: { ids: [item.id] } });
    onOpen?.();
  };
  return (
    <li className={classes.item} data-unread={item.read_at === null || undefined}>
      {item.job_id === null ? (
        <Text size="sm">{said(item.subject)}</Text>
      ) : (
        <TextLink
          to="/$customer/jobs/$jobId"
          params={{ customer, jobId: item.job_id }}
          size="sm"
          onClick={open}
        >
          {said(item.subject)}
        </TextLink>
      )}
      <Text size="xs" c="dimmed" component="span">
        <Ago at={item.at} />
        {item.read_at === null && ` · ${t`new`}`}
      </Text>
    </li>
  );
}
