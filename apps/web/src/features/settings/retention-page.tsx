import { ArgusApiError } from '@argus/client';
import type { Retention, RetentionPreview } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { toasts } from '../../ui/toasts.ts';
import { useState, type SubmitEvent } from 'react';
import { useApi, useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatBytes } from '../../ui/format.ts';
import { WarningIcon } from '../../ui/icons.tsx';
import { dateText, numberText } from '../../ui/locale.ts';
import { Facts, Loaded, Page, Panel } from '../../ui/page.tsx';

const TYPING_MS = 300;
/** The server counts no further. */
const MANY = 1_000_000;
const DAYS_MAX = 36_500;

/** How long things are kept, with what goes before it goes. */
export function RetentionPage() {
  const retention = useApi('getRetention', {});
  return (
    <Page title={t`Retention`}>
      <Text size="sm" maw={720}>
        {t`Ended jobs go with their logs, files and values when they are as old as their task says, or as old as is settled here, whichever comes first. Jobs that wait or run never go.`}
      </Text>
      <Loaded query={retention}>
        {(now) => (
          <>
            <Panel title={t`Kept now`}>
              <Kept retention={now} />
            </Panel>
            <Panel title={t`Keep at most`}>
              <RetentionForm key={`${now.job_days} ${now.audit_days}`} retention={now} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function countText(count: number): string {
  if (count <= MANY) return numberText(count);
  const many = numberText(MANY);
  return t`more than ${many}`;
}

function Kept({ retention: { jobs, runs, audit, disk } }: { retention: Retention }) {
  const kept = ({ count, oldest }: Retention['jobs']) => {
    const number = countText(count);
    if (oldest === null) return number;
    const day = dateText(oldest);
    return t`${number}, since ${day}`;
  };
  return (
    <Facts
      facts={[
        [t`Ended jobs`, kept(jobs)],
        [t`Ended runs of workflows`, kept(runs)],
        [t`Records of the audit log`, kept(audit)],
        ...(disk
          ? ([
              [t`Database of the whole server`, formatBytes(disk.database_bytes)],
              [t`Logs of the whole server`, formatBytes(disk.log_bytes)],
              [t`Files of the whole server`, formatBytes(disk.file_bytes)],
            ] as const)
          : []),
      ]}
    />
  );
}

type Days = number | string;
const daysOf = (days: Days) => (days === '' ? null : Number(days));

function RetentionForm({ retention }: { retention: Retention }) {
  const [jobs, setJobs] = useState<Days>(retention.job_days ?? '');
  const [audit, setAudit] = useState<Days>(retention.audit_days ?? '');
  const [confirming, { open, close }] = useDisclosure(false);
  const wanted = { job_days: daysOf(jobs), audit_days: daysOf(audit) };
  const [asked] = useDebouncedValue(`${wanted.job_days} ${wanted.audit_days}`, TYPING_MS);
  const isSettled = asked === `${wanted.job_days} ${wanted.audit_days}`;
  const isChanged = wanted.job_days !== retention.job_days || wanted.audit_days !== retention.audit_days;
  const preview = useApi(
    'previewRetention',
    {
      query: {
        ...(wanted.job_days !== null && { job_days: wanted.job_days }),
        ...(wanted.audit_days !== null && { audit_days: wanted.audit_days }),
      },
    },
    { enabled: isSettled },
  );
  const update = useChange('updateRetention', ['getRetention', 'previewRetention']);
  const save = () =>
    update.mutate(
      { body: wanted },
      {
        onSuccess: () => {
          close();
          toasts.show({ color: 'green', message: t`Saved.` });
        },
      },
    );
  const found = isSettled ? preview.data : undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (found && found.jobs + found.runs + found.audit === 0) save();
    else open();
  };
  const errorOf = (name: string) =>
    update.error instanceof ArgusApiError
      ? update.error.errors.find(({ field }) => field === name)?.message
      : undefined;
  const input = (
    label: string,
    description: string,
    name: string,
    value: Days,
    set: (days: Days) => void,
  ) => (
    <NumberInput
      label={label}
      description={description}
      suffix={` ${t`days`}`}
      placeholder={t`no limit`}
      min={1}
      max={DAYS_MAX}
      clampBehavior="strict"
      allowDecimal={false}
      allowNegative={false}
      value={value}
      onChange={set}
      error={errorOf(name)}
    />
  );
  return (
    <form onSubmit={submit} aria-label={t`Keep at most`}>
      <Stack maw={520}>
        {input(
          t`Ended jobs and runs`,
          t`Empty: as long as each task says. A task may say less, not more.`,
          'job_days',
          jobs,
          setJobs,
        )}
        {input(t`Audit log`, t`Empty: for ever.`, 'audit_days', audit, setAudit)}
        {isChanged && found && <Goes preview={found} />}
        {isChanged && <ErrorNotice error={preview.error} />}
        <Group>
          <Button type="submit" disabled={!isChanged || !isSettled} loading={update.isPending}>
            {t`Save`}
          </Button>
        </Group>
      </Stack>
      <Modal opened={confirming} onClose={close} title={t`Delete for good?`}>
        <Stack>
          {found && <Goes preview={found} />}
          <Text size="sm">{t`It begins within minutes, and what is gone cannot be brought back.`}</Text>
          <ErrorNotice error={update.error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              {t`Keep`}
            </Button>
            <Button color="red" loading={update.isPending} onClick={save}>
              {t`Save and delete`}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </form>
  );
}

/** What would go with the days that are typed. */
function Goes({ preview: { jobs, runs, audit } }: { preview: RetentionPreview }) {
  if (jobs + runs + audit === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        {t`With these days nothing goes now.`}
      </Text>
    );
  return (
    <Alert color="orange" variant="light" icon={<WarningIcon />} role="status">
      <Trans>With these days there go now:</Trans>
      <ul>
        {jobs > 0 && <li>{jobsText(jobs)}</li>}
        {runs > 0 && <li>{runsText(runs)}</li>}
        {audit > 0 && <li>{recordsText(audit)}</li>}
      </ul>
    </Alert>
  );
}

const jobsText = (count: number) => {
  const number = countText(count);
  return plural(count, { one: `${number} job with its log`, other: `${number} jobs with their logs` });
};
const runsText = (count: number) => {
  const number = countText(count);
  return plural(count, { one: `${number} run of a workflow`, other: `${number} runs of workflows` });
};
const recordsText = (count: number) => {
  const number = countText(count);
  return plural(count, {
    one: `${number} record of the audit log`,
    other: `${number} records of the audit log`,
  });
};
