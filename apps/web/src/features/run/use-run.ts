import type { ArgumentDefinition } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { runWithFiles } from '../../api/upload.ts';
import { filesOf, multipartOf, type FormValue } from '../../ui/argument-form/values.ts';

interface Wanted {
  /** Its id. */
  task: string;
  definitions: readonly ArgumentDefinition[];
  /** The ended job that is repeated. */
  restarts: string | undefined;
  /** Others give the values. */
  asksOthers: boolean;
  /** Local date and time of a run that is planned. */
  runAt: string | undefined;
  options: Readonly<Record<string, string | number | readonly string[]>>;
  onClose: () => void | Promise<void>;
}

/** Runs a task, or plans it, and leads to the job or to the schedule. `sent`: how much of its files is, 0 to 1. */
export function useRun({ task, definitions, restarts, asksOthers, runAt, options, onClose }: Wanted) {
  const customer = useCustomer();
  const navigate = useNavigate();
  const client = useClient();
  const cache = useQueryClient();
  const [sent, setSent] = useState<number | null>(null);
  const upload = useRef<AbortController>(null);
  // a dialog that is closed sends no more
  useEffect(() => () => upload.current?.abort(), []);

  const plan = async (values: readonly (FormValue | null)[], at: string) => {
    if (values.some((value) => filesOf(value).length > 0))
      throw new Error(t`A run for later cannot keep files: run it now, or let its script fetch them.`);
    return client.createTaskSchedule({
      params: { id: task },
      body: { runDate: new Date(at).toISOString(), task_arguments: [...values] },
    });
  };
  const start = (values: (FormValue | null)[]) => {
    if (asksOthers) return client.runTask({ params: { id: task }, body: options });
    if (values.every((value) => filesOf(value).length === 0)) {
      const body = { ...options, task_arguments: values };
      return restarts === undefined
        ? client.runTask({ params: { id: task }, body })
        : client.restartJob({ params: { id: restarts }, body });
    }
    setSent(0);
    upload.current = new AbortController();
    const target =
      restarts === undefined
        ? ({ method: 'POST', path: `/task/${task}/job` } as const)
        : ({ method: 'PUT', path: `/job/${restarts}/restart` } as const);
    return runWithFiles(customer, target, multipartOf(definitions, values, options), {
      signal: upload.current.signal,
      onProgress: setSent,
    });
  };

  const run = useMutation({
    mutationFn: async (values: (FormValue | null)[]): Promise<{ job: string } | { schedule: string }> =>
      runAt === undefined ? { job: (await start(values)).id } : { schedule: (await plan(values, runAt)).id },
    onSuccess: async (made) => {
      void cache.invalidateQueries({ queryKey: ['listJobs', customer] });
      void cache.invalidateQueries({ queryKey: ['getTaskOutlook', customer] });
      // first, or the way back would open the dialog again
      await onClose();
      if ('job' in made)
        void navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: made.job } });
      else {
        void cache.invalidateQueries({ queryKey: ['listSchedules', customer] });
        const params = { customer, scheduleId: made.schedule };
        void navigate({ to: '/$customer/schedules/$scheduleId', params });
      }
    },
    onError: () => setSent(null),
  });
  return { run, sent };
}
