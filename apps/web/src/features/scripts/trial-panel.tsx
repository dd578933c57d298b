import { ArgusApiError } from '@argus/client';
import { isEnded, type Job, type Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import {
  ActionIcon,
  Alert,
  Anchor,
  Button,
  Code,
  Collapse,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useProfile } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { sentence } from '../../api/sentences/said.ts';
import { CrossIcon, PlayIcon, PlusIcon, StopIcon, WarningIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { Duration } from '../../ui/times.tsx';
import { useJobStream } from '../jobs/use-job-stream.ts';
import { usualRunAs } from './editor/languages.ts';
import classes from './scripts.module.css';
import { TrialLog } from './trial-log.tsx';
import { keepTrialSettings, trialSettingsOf, type TrialSettings } from './trial-settings.ts';

interface TrialPanelProps {
  script: Script;
  /** What is tried; without content the newest version. */
  filename: string;
  content: string | undefined;
  /** The job that is shown, from the page's address. */
  jobId: string | undefined;
  onJob: (id: string) => void;
  /** Set to what starts a trial: the page's Ctrl+Enter. */
  onReady: (run: () => void) => void;
}

/** Runs what stands in the editor, with sample arguments, and shows what becomes of it. */
export function TrialPanel({ script, filename, content, jobId, onJob, onReady }: TrialPanelProps) {
  const user = useProfile().email ?? '';
  const bots = useApi('listHosts', {}, { refetchInterval: 5_000 });
  const attempt = useChange('tryScript', ['listJobs']);
  const [kept] = useState(() => trialSettingsOf(user, script.id));
  const [settings, setSettings] = useState<TrialSettings>(
    kept ?? { hostId: null, runAs: usualRunAs(filename, content ?? ''), values: [], env: '', timeout: '' },
  );
  const isOwn = useRef(kept !== undefined);
  const change = (part: Partial<TrialSettings>) => {
    isOwn.current = true;
    setSettings((before) => ({ ...before, ...part }));
  };
  useLikeItsTask(script, isOwn, (found) => setSettings((before) => ({ ...before, ...found })));

  const usable = (bots.data ?? []).filter(({ disabled }) => !disabled);
  const hostId =
    usable.find(({ id }) => id === settings.hostId)?.id ??
    usable.find(({ status }) => status === 'online')?.id ??
    usable[0]?.id ??
    null;
  const [waitsForBots, setWaitsForBots] = useState(false);
  const run = useEffectEvent(() => {
    if (attempt.isPending) return;
    // whoever is quicker than the list of bots has chosen none
    setWaitsForBots(bots.isPending);
    if (bots.isPending) return;
    keepTrialSettings(user, script.id, { ...settings, hostId });
    attempt.mutate(
      {
        params: { id: script.id },
        body: {
          filename,
          ...(content !== undefined && { content }),
          host_id: hostId,
          run_as: settings.runAs,
          task_arguments: settings.values,
          env: settings.env,
          timeout: settings.timeout === '' ? null : settings.timeout,
        },
      },
      { onSuccess: ({ id }) => onJob(id) },
    );
  });
  useEffect(() => {
    // nothing is handed back: an effect's answer runs as the page is left
    onReady(() => run());
  }, [onReady]);
  useEffect(() => {
    if (waitsForBots && !bots.isPending) run();
  }, [waitsForBots, bots.isPending]);
  const problems = attempt.error instanceof ArgusApiError ? attempt.error.errors : [];
  const problemOf = (field: string) => problems.find((one) => one.field === field)?.message;
  const envProblem = problems.find(({ field }) => field.startsWith('env'))?.message;
  const [more, { toggle }] = useDisclosure(false);
  return (
    <Panel
      title={t`Try it`}
      actions={
        <Button
          leftSection={<PlayIcon />}
          onClick={() => run()}
          loading={attempt.isPending || waitsForBots}
          disabled={bots.isSuccess && hostId === null}
          aria-keyshortcuts="Control+Enter"
          title={t`Runs what is in the editor, saved or not (Ctrl+Enter)`}
        >
          {jobId === undefined ? t`Run` : t`Run again`}
        </Button>
      }
    >
      <Stack gap="sm">
        {bots.isSuccess && hostId === null && (
          <Alert color="orange" icon={<WarningIcon />}>
            <Trans>There is no bot that could run it: enrol one under Bots first.</Trans>
          </Alert>
        )}
        <Group gap="sm" align="flex-start" grow preventGrowOverflow={false}>
          <Select
            label={t`Bot`}
            data={usable.map(({ id, hostname, status }) => ({
              value: id,
              label: status === 'online' ? hostname : t`${hostname} (${status})`,
            }))}
            value={hostId}
            onChange={(value) => change({ hostId: value })}
            allowDeselect={false}
            error={problemOf('host_id')}
            miw={130}
          />
          <TextInput
            label={t`Run As`}
            // verbatim: what stands in place of the script
            placeholder="%script%"
            spellCheck={false}
            value={settings.runAs}
            onChange={(event) => change({ runAs: event.currentTarget.value })}
            error={problemOf('run_as')}
            miw={160}
          />
        </Group>
        <Values values={settings.values} onChange={(values) => change({ values })} />
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={toggle}
          aria-expanded={more}
          w="fit-content"
        >
          {more ? t`Fewer settings` : t`Environment and timeout`}
        </Anchor>
        <Collapse expanded={more}>
          <Stack gap="sm">
            <Textarea
              label={t`Environment`}
              description={t`NAME=value lines. They are not remembered: they may hold secrets.`}
              autosize
              minRows={2}
              spellCheck={false}
              value={settings.env}
              onChange={(event) => change({ env: event.currentTarget.value })}
              error={envProblem}
            />
            <NumberInput
              label={t`Execution Timeout`}
              description={t`Seconds; empty: 600.`}
              min={1}
              max={86_400}
              allowDecimal={false}
              value={settings.timeout}
              onChange={(value) => change({ timeout: typeof value === 'number' ? value : '' })}
              error={problemOf('timeout')}
            />
          </Stack>
        </Collapse>
        <ErrorNotice
          error={attempt.error}
          shownFields={['host_id', 'run_as', 'timeout', ...problems.map(({ field }) => field)]}
        />
        {jobId === undefined ? (
          <Text size="sm" c="dimmed">
            <Trans>
              Ctrl+Enter runs what is in the editor, saved or not, and its log appears here. No task is made
              for it, and nothing is saved.
            </Trans>
          </Text>
        ) : (
          <Trial key={jobId} id={jobId} />
        )}
      </Stack>
    </Panel>
  );
}

/** Begins with how the first task that uses a script runs it, where nobody has chosen otherwise. */
function useLikeItsTask(
  script: Script,
  isOwn: { current: boolean },
  take: (found: Partial<TrialSettings>) => void,
): void {
  const uses = useApi('listScriptTasks', { params: { id: script.id } });
  const first = uses.data?.find(({ type }) => type === 'script')?.id;
  const task = useApi('getTask', { params: { id: first ?? '' } }, { enabled: first !== undefined });
  const found = task.data;
  const use = useEffectEvent(() => {
    if (found === undefined || isOwn.current) return;
    isOwn.current = true;
    take({
      hostId: found.host_id,
      runAs: found.run_as,
      timeout: found.timeout ?? '',
      values: found.task_arguments.map(({ value }) => (typeof value === 'string' ? value : '')),
    });
  });
  useEffect(() => use(), [found]);
}

function Values({ values, onChange }: { values: string[]; onChange: (values: string[]) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const add = () => {
    onChange([...values, '']);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('input:last-of-type')?.focus());
  };
  return (
    <Stack gap={6} ref={list} role="group" aria-label={t`Sample arguments`}>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          <Trans>Sample arguments</Trans>
        </Text>
        <Button size="compact-xs" variant="default" leftSection={<PlusIcon size={12} />} onClick={add}>
          <Trans>Add argument</Trans>
        </Button>
      </Group>
      {values.map((value, place) => {
        const number = place + 1;
        return (
          // an argument has no identity but its place
          <Group key={place} gap={6} wrap="nowrap">
            <Code>{number}</Code>
            <TextInput
              aria-label={t`Argument ${number}`}
              className={classes.value}
              spellCheck={false}
              size="xs"
              value={value}
              onChange={(event) => onChange(values.with(place, event.currentTarget.value))}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t`Remove argument ${number}`}
              onClick={() => onChange(values.toSpliced(place, 1))}
            >
              <CrossIcon size={14} />
            </ActionIcon>
          </Group>
        );
      })}
    </Stack>
  );
}

function Trial({ id }: { id: string }) {
  const job = useApi('getJob', { params: { id } });
  if (job.error) return <ErrorNotice error={job.error} />;
  return job.data === undefined ? null : <TrialJob job={job.data} />;
}

function TrialJob({ job }: { job: Job }) {
  const customer = useCustomer();
  const growth = useJobStream(job);
  const cancel = useChange('cancelJob', ['getJob']);
  const ended = isEnded(job.lifecycle);
  const isStopping = job.stop_requested !== null;
  const { exit_code: code, started_at: started, finished_at: finished } = job;
  return (
    <Stack gap="xs">
      <Group gap="sm" role="status" aria-label={t`Result`}>
        <StateBadge job={job} />
        {code !== null && (
          <Text size="sm">
            <Trans>exit code {code}</Trans>
          </Text>
        )}
        {started !== null && (
          <Text size="sm" c="dimmed">
            <Duration from={started} to={finished} />
          </Text>
        )}
        <TextLink to="/$customer/jobs/$jobId" params={{ customer, jobId: job.id }} size="sm">
          <Trans>Open the job</Trans>
        </TextLink>
        {!ended && (
          <Button
            size="compact-sm"
            color="red"
            variant="light"
            leftSection={<StopIcon size={12} />}
            disabled={isStopping || cancel.isPending}
            onClick={() => cancel.mutate({ params: { id: job.id } })}
          >
            {isStopping ? t`Stopping…` : t`Cancel`}
          </Button>
        )}
      </Group>
      {ended && job.reason && job.reason !== `exit code ${code}` && (
        <Text size="sm">{sentence(job.reason)}</Text>
      )}
      <ErrorNotice error={cancel.error} />
      <TrialLog key={job.attempt} job={job} growth={growth} />
      {job.output.length > 0 && (
        <div>
          <Text size="sm" fw={500} mb={4}>
            <Trans>Outputs</Trans>
          </Text>
          {job.output.map((value, place) => (
            // an output has no identity but its place
            <Code key={place} block className={classes.output}>
              {value}
            </Code>
          ))}
        </div>
      )}
    </Stack>
  );
}
