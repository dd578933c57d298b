import { t } from '@lingui/core/macro';
import { ActionIcon, Popover, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { apiKey, clientOf, useCustomer } from '../../api/hooks.ts';
import { BellIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { useProfile } from '../../api/session.ts';
import { desktopState, pushHere, showOutside } from './desktop.ts';
import classes from './notifications.module.css';

const Inbox = lazy(() => import('./inbox.tsx').then((module) => ({ default: module.Inbox })));

const LOOK_MS = 15_000;
const SHOWN = 10;

/** Keeps this browser's pushes this person's, and opens here what was chosen among them. */
function usePushes(customer: string): void {
  const router = useRouter();
  const { id: user } = useProfile();
  useEffect(() => {
    if (user === null || pushHere.read() === undefined) return;
    // away from the server, or refused: the next page tries again
    void import('./push.ts').then(({ renewPush }) => renewPush(clientOf(customer), user)).catch(() => {});
  }, [customer, user]);
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const open = ({ data }: MessageEvent<{ open?: string } | null>) => {
      if (data?.open?.startsWith('/app/')) router.history.push(data.open);
    };
    navigator.serviceWorker.addEventListener('message', open);
    return () => navigator.serviceWorker.removeEventListener('message', open);
  }, [router]);
}

/** How many messages one has not read, and the newest of them. */
export function Bell() {
  const customer = useCustomer();
  const navigate = useNavigate();
  const [opened, { toggle, close }] = useDisclosure(false);
  const input = { query: { limit: SHOWN } };
  const mine = useQuery({
    queryKey: apiKey(customer, 'listMyNotifications', input),
    queryFn: ({ signal }) => clientOf(customer).listMyNotifications({ ...input, signal }),
    refetchInterval: LOOK_MS,
    // out of sight it is worth asking only where something can be shown even so
    refetchIntervalInBackground: desktopState() === 'granted',
  });
  const items = mine.data?.notifications;
  useEffect(() => {
    if (items === undefined) return;
    showOutside(items, ({ job_id }) => {
      if (job_id !== null)
        void navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: job_id } });
    });
  }, [items, customer, navigate]);
  usePushes(customer);
  const unread = mine.data?.unread ?? 0;
  const count = unread > 99 ? '99+' : String(unread);
  return (
    <Popover opened={opened} onChange={close} position="bottom-end" width={320} trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          className={classes.bell}
          aria-label={unread === 0 ? t`Notifications` : t`Notifications: ${count} new`}
          onClick={toggle}
        >
          <BellIcon size={20} />
          {unread > 0 && (
            <span className={classes.count} aria-hidden="true">
              {count}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t`Notifications`}>
        <Stack gap="sm">
          <div className={classes.list}>
            <Suspense>
              <Inbox limit={SHOWN} onOpen={close} />
            </Suspense>
          </div>
          <TextLink to="/$customer/settings/my-notifications" params={{ customer }} size="sm" onClick={close}>
            {t`All of them, and how you are told`}
          </TextLink>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
