import { t } from '@lingui/core/macro';
import type { Job, Pending } from '@argus/contract';
import { Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useApi } from '../../api/hooks.ts';
import { useProfile } from '../../api/session.ts';
import { Loaded, Panel } from '../../ui/page.tsx';
import { asksPeople } from '../../ui/job-words.ts';
import { Decision } from './decision.tsx';
import { Delegate } from './delegate.tsx';
import { FillIn } from './fill-in.tsx';
import { AskedBy, AskedPeople, AskedValues } from './pending-parts.tsx';
import { approvedBy, quorumText } from './pending-words.ts';
import classes from './pending.module.css';

/** Others decide meanwhile, which the job itself does not tell before its end. */
const REFRESH_MS = 5_000;

/** What a job asks people for: what is to be done, by whom, and what came of it. */
export function PendingPanel({ job, mayHaveAsked }: { job: Job; mayHaveAsked: boolean }) {
  const waits = asksPeople(job);
  // a script that was given its arguments says no more that it had asked for them
  const [hasWaited] = useState(waits);
  const asks = waits || hasWaited || mayHaveAsked;
  const pending = useApi(
    'getPending',
    { params: { id: job.id } },
    { enabled: asks, ...(waits && { refetchInterval: REFRESH_MS }) },
  );
  const { refetch, isFetched } = pending;
  const { lifecycle } = job;
  useEffect(() => {
    if (asks && isFetched) void refetch();
  }, [lifecycle, asks, isFetched, refetch]);
  // a form whose arguments came with the run asked nobody
  if (!asks || (pending.error && !waits)) return null;
  return (
    <Loaded query={pending} height={160}>
      {(found) => (
        <Panel title={titleOf(found)}>
          <Stack gap="sm">
            <AskedBy pending={found} />
            {found.message !== '' && <Text className={classes.message}>{found.message}</Text>}
            {found.kind === 'approval' && <AskedValues pending={found} />}
            {found.is_mine &&
              (found.kind === 'approval' ? (
                <Decision pending={found} withReason />
              ) : (
                <div className={classes.form}>
                  <FillIn pending={found} />
                </div>
              ))}
            <Standing pending={found} />
            <AskedPeople pending={found} />
            <div>
              <Delegate pending={found} />
            </div>
          </Stack>
        </Panel>
      )}
    </Loaded>
  );
}

function titleOf({ kind, is_open, is_mine }: Pending): string {
  if (kind === 'approval') {
    if (!is_open) return t`Approval`;
    return is_mine ? t`Your approval is asked for` : t`It waits for approval`;
  }
  if (!is_open) return t`Input`;
  return is_mine ? t`Your input is asked for` : t`It waits for input`;
}

/** How far it is, and why there are no buttons where somebody might look for them. */
function Standing({ pending }: { pending: Pending }) {
  const { email } = useProfile();
  const { is_open, is_mine, decisions, kind, needed, no_self } = pending;
  const approved = approvedBy(pending);
  const quorum = kind === 'approval' ? quorumText(pending) : undefined;
  const parts = [
    ...(quorum === undefined ? [] : [needed > 1 ? t`${quorum}, ${approved} did so far.` : `${quorum}.`]),
    ...(is_open && !is_mine
      ? [
          decisions.some((one) => one.email === email)
            ? t`You have decided; others are still asked.`
            : t`You are not among those who are asked.`,
        ]
      : []),
    ...(is_open && no_self ? [t`Who started it may not decide.`] : []),
  ];
  if (parts.length === 0) return null;
  return (
    <Text size="sm" role="status">
      {parts.join(' ')}
    </Text>
  );
}
