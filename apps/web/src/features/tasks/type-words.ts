import type { Approval, Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { formatDuration } from '../../ui/format.ts';
import { whereText } from './policy-words.ts';

type Fact = readonly [name: string, value: string];

const WHO: Readonly<Record<Approval['who'], string>> = {
  fixed: '',
  starter: t`whoever started it`,
  assigned: t`whom the run is assigned to`,
  next: t`whom the job before it names`,
};

/** Who is asked, in words. */
export function askedText({ who, people }: Pick<Approval, 'who' | 'people'>): string {
  const named = people.join(', ');
  if (who === 'fixed') return named || t`nobody yet`;
  const first = WHO[who];
  return named === '' || who === 'next' ? first : t`${first}, otherwise ${named}`;
}

/** What a task has because of its type. */
export function typeFacts(task: Task): Fact[] {
  const { type, approval, inputs, notification, request } = task;
  return [
    ...(approval ? approvalFacts(approval) : []),
    ...(inputs
      ? ([
          [type === 'input' ? t`Filled in by` : t`Where it starts by itself, asks`, askedText(inputs)],
          [t`Time to fill it in`, inputs.deadline === null ? t`no limit` : span(inputs.deadline)],
          ...(inputs.message === '' ? [] : [[t`Message`, inputs.message] as const]),
          ...toldFacts(inputs),
        ] as const)
      : []),
    ...(notification
      ? ([
          [t`Subject`, notification.subject || t`none`],
          [
            t`Recipients`,
            notification.recipients.length === 0 ? t`nobody yet` : String(notification.recipients.length),
          ],
        ] as const)
      : []),
    ...(request
      ? ([
          [t`Calls`, `${request.method} ${request.url || t`(no address yet)`}`],
          [t`Sent from`, whereText(task) ?? t`this server`],
          [t`Success`, successText(request)],
        ] as const)
      : []),
  ];
}

function approvalFacts(approval: Approval): Fact[] {
  const { needed, deadline, on_deadline, reason, no_self, message } = approval;
  const end = {
    timeout: t`it ends as timed out`,
    approve: t`it counts as approved`,
    reject: t`it counts as rejected`,
  }[on_deadline];
  const time = deadline === null ? '' : span(deadline);
  return [
    [t`Asks`, askedText(approval)],
    [t`How many must approve`, t`${needed} of them`],
    [t`Deadline`, time === '' ? t`none` : t`${time}, then ${end}`],
    [t`Reason`, { never: t`optional`, on_reject: t`needed to reject`, always: t`always needed` }[reason]],
    ...(no_self ? [[t`Who started it`, t`may not decide`] as const] : []),
    ...(message === '' ? [] : [[t`Message`, message] as const]),
    ...toldFacts(approval),
  ];
}

function toldFacts({ channels = [] }: Pick<Approval, 'channels'>): Fact[] {
  return channels.length === 0 ? [] : [[t`Channels that are told too`, String(channels.length)]];
}

function successText({ expect_status, expect_pattern }: NonNullable<Task['request']>): string {
  const status = expect_status || '2xx';
  return expect_pattern === ''
    ? t`status ${status}`
    : t`status ${status}, and the answer matches ${expect_pattern}`;
}

function span(seconds: number): string {
  return formatDuration(seconds * 1000, true);
}
