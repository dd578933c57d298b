import { t } from '@lingui/core/macro';
import type { Decision as Verdict, Pending } from '@argus/contract';
import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { CheckIcon, CrossIcon } from '../../ui/icons.tsx';
import { needsReason } from './pending-words.ts';
import classes from './pending.module.css';
import { useDecide } from './use-decide.ts';

interface DecisionProps {
  pending: Pending;
  /** Whether the reason can be written at once; else its field comes where it is of use. */
  withReason?: boolean;
}

/** Approve or reject. A decision cannot be taken back, so what is most likely a mistake takes two steps. */
export function Decision({ pending, withReason = false }: DecisionProps) {
  const [asking, setAsking] = useState<Verdict>();
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const decide = useDecide(pending);
  const { task, reason: rule } = pending;
  const { name } = task;
  const field = withReason || asking !== undefined;

  const choose = (decision: Verdict) => {
    const isOpen = withReason || asking === decision;
    const isNeeded = needsReason(rule, decision);
    if (!isOpen && (isNeeded || decision === 'reject')) return setAsking(decision);
    if (isNeeded && reason.trim() === '') return setMissing(true);
    decide.mutate({ decision, reason });
  };
  const back = () => {
    setAsking(undefined);
    setMissing(false);
    decide.reset();
  };
  const button = (decision: Verdict) => (
    <Button
      {...(decision === 'reject' && { color: 'red' })}
      variant={decision === 'reject' && asking === undefined ? 'light' : 'filled'}
      leftSection={decision === 'approve' ? <CheckIcon /> : <CrossIcon />}
      loading={decide.isPending && decide.variables.decision === decision}
      disabled={decide.isPending}
      onClick={() => choose(decision)}
      aria-label={decision === 'approve' ? t`Approve ${name}` : t`Reject ${name}`}
    >
      {decision === 'approve' ? t`Approve` : t`Reject`}
    </Button>
  );

  return (
    <Stack gap="sm">
      {field && (
        <Textarea
          label={reasonLabel(rule, asking)}
          description={t`Everybody who sees the job can read it.`}
          autosize
          minRows={2}
          maxRows={10}
          maxLength={2000}
          maw={620}
          autoFocus={asking !== undefined}
          withAsterisk={asking !== undefined ? needsReason(rule, asking) : rule === 'always'}
          value={reason}
          error={isMissing && t`is needed: say why`}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setMissing(false);
          }}
        />
      )}
      <ErrorNotice error={decide.error} />
      <Group gap="xs" className={classes.decide}>
        {(asking === undefined || asking === 'approve') && button('approve')}
        {(asking === undefined || asking === 'reject') && button('reject')}
        {asking !== undefined && (
          <Button variant="default" onClick={back} disabled={decide.isPending}>
            {t`Back`}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function reasonLabel(rule: Pending['reason'], asking: Verdict | undefined): string {
  if (asking !== undefined && needsReason(rule, asking))
    return asking === 'approve' ? t`Why do you approve it?` : t`Why do you reject it?`;
  if (asking !== undefined) return t`Reason (optional)`;
  if (rule === 'always') return t`Reason`;
  return rule === 'on_reject' ? t`Reason (needed to reject)` : t`Reason (optional)`;
}
