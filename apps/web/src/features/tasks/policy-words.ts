import { RETRY_CAUSES, type RetryCause, type Task } from '@argus/contract';
import { formatDuration } from '../../ui/format.ts';
import { numberText } from '../../ui/locale.ts';

/** Where a task runs: its bot, or what a bot must carry; undefined where it has neither. */
export function whereText({
  hostname,
  host_labels,
}: Pick<Task, 'hostname' | 'host_labels'>): string | undefined {
  if (host_labels.length > 0) return `any with ${host_labels.join(' + ')}`;
  return hostname ?? undefined;
}

/** How its runs are limited and repeated, as far as it is not the default. */
export function policyFacts(task: Task): (readonly [name: string, value: string])[] {
  const { retries, lost_after, on_lost, expires_after, kill_grace } = task;
  const limits = limitsText(task);
  return [
    ['Jobs at the same time', runningText(task)],
    ...fact('Expires', expires_after, (seconds) => `after ${span(seconds)} without a start`),
    ...fact('Tried again', retries, retriesText),
    ...fact('Silent bot given up', lost_after, (seconds) => `after ${span(seconds)}`),
    ...fact('Bot without a server', on_lost, (what) =>
      what === 'stop' ? 'stops the script in time' : 'lets the script run on',
    ),
    ...fact('Limits', limits, (text) => text),
    ...fact('Time to end by itself', kill_grace, (seconds) => span(seconds)),
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
  if (!multitasking) return 'one, on all bots together';
  return max_running === null ? 'as many as there are slots' : `at most ${max_running}, on all bots together`;
}

const CAUSES: Readonly<Record<RetryCause, string>> = { failure: 'failure', timeout: 'timeout', lost: 'loss' };

function retriesText({
  limit,
  on = [...RETRY_CAUSES],
  delay = 10,
  backoff,
}: NonNullable<Task['retries']>): string {
  const times = limit === 1 ? 'once' : `up to ${limit} times`;
  const causes =
    on.length === RETRY_CAUSES.length ? '' : ` on ${on.map((cause) => CAUSES[cause]).join(' or ')}`;
  const waits = delay === 0 ? 'at once' : `after ${span(delay)}`;
  return `${times}${causes}, ${waits}${backoff === 'exponential' && delay > 0 ? ', then twice as long each time' : ''}`;
}

function limitsText({ limits }: Task): string | null {
  const { memory_mb, cpu_seconds, processes, output_mb } = limits;
  const parts = [
    ...(memory_mb == null ? [] : [`${numberText(memory_mb)} MiB of memory`]),
    ...(cpu_seconds == null ? [] : [`${span(cpu_seconds)} of CPU time`]),
    ...(processes == null ? [] : [`${numberText(processes)} processes`]),
    ...(output_mb == null ? [] : [`${numberText(output_mb)} MiB of log`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}

function span(seconds: number): string {
  return formatDuration(seconds * 1000, true);
}
