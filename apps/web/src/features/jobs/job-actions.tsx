import { t } from '@lingui/core/macro';
import { isEnded, type Job } from '@argus/contract';
import { Button } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { PauseIcon, PlayIcon, RepeatIcon, StopIcon } from '../../ui/icons.tsx';
import { asksPeople } from '../../ui/job-words.ts';
import { RunDialog } from '../run/run-dialog.tsx';
import type { JobControl } from './use-job-control.ts';
import { useDialog } from '../../ui/use-dialog.ts';

/** The buttons of a job: only those that its lifecycle allows. */
export function JobActions({ job, control }: { job: Job; control: JobControl }) {
  const runs = useMay('user');
  const task = useApi('getTask', { params: { id: job.task_id } });
  const { opened, open, leave } = useDialog('run-again');
  if (!runs) return null;
  const { lifecycle } = job;
  const ended = isEnded(lifecycle);
  const stopping = job.stop_requested !== null;
  const problems = task.data?.problems ?? [];
  const paused = task.data?.paused != null;
  const blocked = { disabled: problems.length > 0, title: problems.join(' ') || undefined };
  return (
    <>
      {!ended && (
        <Button
          color="red"
          variant="light"
          leftSection={<StopIcon />}
          onClick={control.cancel}
          disabled={stopping || control.pending}
        >
          {stopping ? t`Stopping…` : t`Cancel`}
        </Button>
      )}
      {lifecycle === 'ready' && (
        <Button
          variant="default"
          leftSection={<PauseIcon />}
          onClick={control.hold}
          disabled={control.pending}
        >
          {t`Hold`}
        </Button>
      )}
      {lifecycle === 'onhold' && !asksPeople(job) && (
        <Button
          leftSection={<PlayIcon />}
          onClick={control.resume}
          disabled={control.pending || paused}
          title={paused ? t`Its task is paused: resume the task.` : undefined}
        >
          {t`Resume`}
        </Button>
      )}
      {/* who is asked may see the job alone, not its task */}
      {!task.error && (
        <>
          <Button variant="default" onClick={open} {...blocked}>
            {t`Run again with other values`}
          </Button>
          <Button
            variant="default"
            leftSection={<RepeatIcon />}
            // what is to be confirmed is asked for in the dialog
            onClick={task.data?.confirm ? open : control.again}
            {...blocked}
            disabled={blocked.disabled || control.pending}
            title={blocked.title ?? t`Runs the task once more, with the same values`}
          >
            {ended ? t`Restart` : t`Repeat`}
          </Button>
        </>
      )}
      {opened && task.data && problems.length === 0 && (
        <RunDialog task={task.data} earlier={job} onClose={leave} />
      )}
    </>
  );
}
