import { isEnded, type Job } from '@argus/contract';
import { useNavigate } from '@tanstack/react-router';
import { useChange, useCustomer } from '../../api/hooks.ts';

/** What can be done with a job, whether it is being done, and what the server said against it. */
export function useJobControl(job: Job) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const cancel = useChange('cancelJob', ['listJobs', 'getJob', 'getQueueEntry']);
  const hold = useChange('holdJob', ['listJobs', 'getJob', 'getQueueEntry']);
  const resume = useChange('resumeJob', ['listJobs', 'getJob', 'getQueueEntry']);
  const restart = useChange('restartJob', ['listJobs']);
  const repeat = useChange('repeatJob', ['listJobs']);
  const input = { params: { id: job.id } };
  const all = [cancel, hold, resume, restart, repeat];
  const onSuccess = ({ id }: Job) =>
    void navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: id } });
  /** An error of what was tried before has nothing to say about what is tried now. */
  const fresh = (act: () => void) => () => {
    for (const { reset } of all) reset();
    act();
  };
  return {
    cancel: fresh(() => cancel.mutate(input)),
    hold: fresh(() => hold.mutate(input)),
    resume: fresh(() => resume.mutate(input)),
    /** Runs the task with the same values, masked ones too, and leads to the new job. */
    again: fresh(() => (isEnded(job.lifecycle) ? restart : repeat).mutate(input, { onSuccess })),
    pending: all.some(({ isPending }) => isPending),
    error: all.find(({ error }) => error !== null)?.error,
  };
}

export type JobControl = ReturnType<typeof useJobControl>;
