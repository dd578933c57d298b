import { RETRY_CAUSES, type RetryCause, type Task } from '@argus/contract';
import { plural, t } from '@lingui/core/macro';
import { formatDuration } from '../../ui/format.ts';
import { numberText } from '../../ui/locale.ts';

/** Where a task runs: its bot, or what a bot must carry; undefined where it has neither. */
export function whereText({
  hostname,
  host_labels,
}: Pick<Task, 'hostname' | 'host_labels'>): string | undefined {
  const labels = host_labels.join(' + ');
  if (labels !== '') return t`any with ${labels}`;
  return hostname ?? undefined;
}

/** How its runs are limited and repeated, as far as it is not the default. */
export function policyFacts(task: Task): (readonly [name: string, value: string])[] {
  const { retries, lost_after, on_lost, expires_after, kill_grace } = task;
  const limits = limitsText(task);
  return [
    [t`Jobs at the same time`, runningText(task)],
    ...fact(t`Expires`, expires_after, (seconds) => {
      const time = span(seconds);
      return t`after ${time} without a start`;
    }),
    ...fact(t`Tried again`, retries, retriesText),
    ...fact(t`Silent bot given up`, lost_after, (seconds) => {
      const time = span(seconds);
      return t`after ${time}`;
    }),
    ...fact(t`Bot without a server`, on_lost, (what) =>
      what === 'stop' ? t`stops the script in time` : t`lets the script run on`,
    ),
    ...fact(t`Limits`, limits, (text) => text),
    ...fact(t`Time to end by itself`, kill_grace, (seconds) => span(seconds)),
  ];
}

function fact<T>(
  name: string,
  value: T | null,
  tell: (value: T) => string,
): (readonly [name: string, value: string])[] {
  return value === null ? [] : [[name, tell(value)]];
}

function runningText({ multitasking, max_running }: Task): string {
  if (!multitasking) return t`one, on all bots together`;
  return max_running === null
    ? t`as many as there are slots`
    : t`at most ${max_running}, on all bots together`;
}

const CAUSES: Readonly<Record<RetryCause, string>> = {
  failure: t`failure`,
  timeout: t`timeout`,
  lost: t`loss`,
};

function retriesText({
  limit,
  on = [...RETRY_CAUSES],
  delay = 10,
  backoff,
}: NonNullable<Task['retries']>): string {
  const times = plural(limit, { one: 'once', other: 'up to # times' });
  const listed = on.map((cause) => CAUSES[cause]).join(t` or `);
  const often = on.length === RETRY_CAUSES.length ? times : t`${times} on ${listed}`;
  const time = span(delay);
  if (delay === 0) return t`${often}, at once`;
  return backoff === 'exponential'
    ? t`${often}, after ${time}, then twice as long each time`
    : t`${often}, after ${time}`;
}

function limitsText({ limits }: Task): string | null {
  const { memory_mb, cpu_seconds, processes, output_mb } = limits;
  const parts = [
    ...some(memory_mb, numberText, (size) => t`${size} MiB of memory`),
    ...some(cpu_seconds, span, (time) => t`${time} of CPU time`),
    ...some(processes, numberText, (count) => t`${count} processes`),
    ...some(output_mb, numberText, (size) => t`${size} MiB of log`),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function some(
  value: number | null | undefined,
  write: (value: number) => string,
  tell: (written: string) => string,
): string[] {
  return value == null ? [] : [tell(write(value))];
}

function span(seconds: number): string {
  return formatDuration(seconds * 1000, true);
}
