import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { isEnded, type Job } from '@argus/contract';
import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatDuration } from '../../ui/format.ts';
import { Clock, Duration } from '../../ui/times.tsx';
import { hasBot } from '../../ui/task-types.tsx';
import classes from './stop-trail.module.css';

interface Part {
  key: string;
  /** When it was, where that is known. */
  at: string | null;
  text: ReactNode;
}

/** How a job was stopped, step by step: by whom, with which signal, and when its last process was gone. */
export function StopTrail({ job }: { job: Job }) {
  if (!isEnded(job.lifecycle)) return null;
  const parts = partsOf(job);
  if (parts.length === 0) return null;
  return (
    <Stack gap={4} mb="sm">
      <Text size="sm" fw={600} id="stop-trail">
        {t`How it was stopped`}
      </Text>
      <ol className={classes.trail} aria-labelledby="stop-trail">
        {parts.map(({ key, at, text }) => (
          <li key={key}>
            <span className={classes.at}>{at === null ? '' : <Clock at={at} />}</span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </Stack>
  );
}

function partsOf(job: Job): Part[] {
  const { stop_requested: asked, reason_code, finished_at } = job;
  const first = firstOf(job);
  if (first === undefined) return [];
  if (!hasBot(job.task.type)) return [first, ended(job, first.at)];
  const wasStopped = reason_code === 'stopped' || reason_code === 'timeout' || reason_code === 'fenced';
  if (!wasStopped) {
    const text =
      reason_code === 'lost'
        ? t`Its bot was not heard of any more: whether the stop reached the script is not known.`
        : asked && finished_at
          ? t`It had ended by itself before the stop could end it.`
          : '';
    return text === '' ? [] : [first, { key: 'missed', at: finished_at, text }];
  }
  return [first, signals(job), ended(job, first.at)];
}

/** What began it. */
function firstOf(job: Job): Part | undefined {
  const { stop_requested: asked, reason_code, started_at, timeout } = job;
  if (reason_code === 'timeout') {
    const limit = formatDuration(timeout * 1_000);
    const at = started_at && new Date(Date.parse(started_at) + timeout * 1_000).toISOString();
    return { key: 'timeout', at, text: t`Its timeout of ${limit} was over.` };
  }
  if (reason_code === 'fenced')
    return { key: 'fence', at: null, text: t`Its bot could not reach the supervisor any more.` };
  if (asked === null) return undefined;
  const { by, at } = asked;
  return { key: 'asked', at, text: <Trans>{by} asked to stop it.</Trans> };
}

/** What its processes got. The bot sends KILL only where TERM was not enough. */
function signals({ signal, exit_code: code }: Job): Part {
  const text =
    signal === 'SIGKILL'
      ? t`The bot sent SIGTERM to all its processes, and later SIGKILL to what had not ended by itself.`
      : signal === 'SIGTERM'
        ? t`The bot sent SIGTERM to all its processes, which ended the script.`
        : signal !== null
          ? t`The bot sent SIGTERM to all its processes; ${signal} ended the script.`
          : code === null
            ? t`The bot stopped all its processes.`
            : t`The bot sent SIGTERM to all its processes; the script exited by itself, with code ${code}.`;
  return { key: 'signals', at: null, text };
}

function ended({ finished_at }: Job, since: string | null): Part {
  return {
    key: 'ended',
    at: finished_at,
    text:
      since === null || finished_at === null ? (
        t`It had ended.`
      ) : (
        <Trans>
          It had ended, <Duration from={since} to={finished_at} /> later.
        </Trans>
      ),
  };
}
