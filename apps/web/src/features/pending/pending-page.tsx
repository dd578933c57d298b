import { t } from '@lingui/core/macro';
import type { Pending } from '@argus/contract';
import { Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { FormIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { TypeBadge } from '../../ui/task-types.tsx';
import { Decision } from './decision.tsx';
import { Delegate } from './delegate.tsx';
import { FillInDialog } from './fill-in.tsx';
import { useMyPending } from './pending-count.ts';
import { AskedBy, AskedPeople, AskedValues } from './pending-parts.tsx';
import { approvedBy, quorumText } from './pending-words.ts';
import { useDialogOf } from '../../ui/use-dialog.ts';
import classes from './pending.module.css';

const route = getRouteApi('/$customer/pending');
const REFRESH_MS = 15_000;

/** What waits for who is signed in, and what waits for others. */
export function PendingPage() {
  const { view = 'mine' } = route.useSearch();
  const navigate = route.useNavigate();
  const mine = useMyPending();
  const count = mine.data?.length ?? 0;
  return (
    <Page title={t`My pending actions`}>
      <Tabs
        value={view}
        keepMounted={false}
        onChange={(chosen) =>
          void navigate({ search: chosen === 'others' ? { view: 'others' } : {}, replace: true })
        }
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="mine">{count > 0 ? t`Waits for me (${count})` : t`Waits for me`}</Tabs.Tab>
          <Tabs.Tab value="others">{t`Waits for others`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="mine">
          <Loaded query={mine}>
            {(list) => (list.length === 0 ? <NothingForMe /> : <Entries list={list} />)}
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="others">
          <Others />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function NothingForMe() {
  return (
    <Panel>
      <EmptyState title={t`Nothing waits for you`}>
        {t`When a task asks for your approval or your input, it appears here, and you get a message. An admin makes such tasks: New task, then Approval or Input.`}
      </EmptyState>
    </Panel>
  );
}

function Others() {
  const all = useApi('listPending', { query: { all: true } }, { refetchInterval: REFRESH_MS });
  return (
    <Loaded query={all}>
      {(list) => {
        const others = list.filter(({ is_mine }) => !is_mine);
        if (others.length > 0) return <Entries list={others} />;
        return (
          <Panel>
            <EmptyState title={t`Nothing waits for others`}>
              {t`Of the tasks that you see, none waits for the approval or the input of somebody else.`}
            </EmptyState>
          </Panel>
        );
      }}
    </Loaded>
  );
}

function Entries({ list }: { list: readonly Pending[] }) {
  const { id, open, close } = useDialogOf('fill-in');
  const filling = list.find(({ job_id, is_mine, kind }) => job_id === id && is_mine && kind === 'input');
  return (
    <>
      <ul className={classes.list} aria-label={t`Pending actions`}>
        {list.map((pending) => (
          <li key={pending.job_id}>
            <Entry pending={pending} onFillIn={() => open(pending.job_id)} />
          </li>
        ))}
      </ul>
      {filling && <FillInDialog pending={filling} onClose={close} />}
    </>
  );
}

function Entry({ pending, onFillIn }: { pending: Pending; onFillIn: () => void }) {
  const customer = useCustomer();
  const { kind, task, job_id, message, is_mine, needed } = pending;
  const { name } = task;
  const approved = approvedBy(pending);
  const quorum = kind === 'approval' ? quorumText(pending) : undefined;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <h2 className={classes.head}>
          <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job_id }} inherit>
            {task.name}
          </TextLink>
        </h2>
        <TypeBadge type={kind} size="xs" />
      </Group>
      <AskedBy pending={pending} />
      {message !== '' && (
        <Text size="sm" className={classes.message} lineClamp={6}>
          {message}
        </Text>
      )}
      {kind === 'approval' && <AskedValues pending={pending} />}
      {quorum !== undefined && (
        <Text size="sm" c="dimmed">
          {needed > 1 ? t`${quorum}, ${approved} did so far.` : `${quorum}.`}
        </Text>
      )}
      {!is_mine && <AskedPeople pending={pending} />}
      {is_mine &&
        (kind === 'approval' ? (
          <Decision pending={pending} />
        ) : (
          <Group className={classes.decide}>
            <Button leftSection={<FormIcon />} onClick={onFillIn} aria-label={t`Fill in ${name}`}>
              {t`Fill in`}
            </Button>
          </Group>
        ))}
      <div>
        <Delegate pending={pending} />
      </div>
    </Stack>
  );
}
