import type { Approval, Task } from '@argus/contract';
import { formatDuration } from '../../ui/format.ts';
import { whereText } from './policy-words.ts';

type Fact = readonly [name: string, value: string];

const WHO: Readonly<Record<Approval['who'], string>> = {
  fixed: '',
  starter: 'whoever started it',
  assigned: 'whom the run is assigned to',
  next: 'whom the job before it names',
};

/** Who is asked, in words. */
export function askedText({ who, people }: Pick<Approval, 'who' | 'people'>): string {
  const named = people.join(', ');
  if (who === 'fixed') return named || 'nobody yet';
  return named === '' || who === 'next' ? WHO[who] : `${WHO[who]}, otherwise ${named}`;
}

/** What a task has because of its type. */
export function typeFacts(task: Task): Fact[] {
  const { type, approval, inputs, notification, request } = task;
  return [
    ...(approval ? approvalFacts(approval) : []),
    ...(inputs
      ? ([
          [type === 'input' ? 'Filled in by' : 'Where it starts by itself, asks', askedText(inputs)],
          ['Time to fill it in', inputs.deadline === null ? 'no limit' : span(inputs.deadline)],
          ...(inputs.message === '' ? [] : [['Message', inputs.message] as const]),
        ] as const)
      : []),
    ...(notification
      ? ([
          ['Subject', notification.subject || 'none'],
          [
            'Recipients',
            notification.recipients.length === 0 ? 'nobody yet' : String(notification.recipients.length),
          ],
        ] as const)
      : []),
    ...(request
      ? ([
          ['Calls', `${request.method} ${request.url || '(no address yet)'}`],
          ['Sent from', whereText(task) ?? 'this server'],
          ['Success', successText(request)],
        ] as const)
      : []),
  ];
}

function approvalFacts(approval: Approval): Fact[] {
  const { needed, deadline, on_deadline, reason, no_self, message } = approval;
  const end = {
    timeout: 'it ends as timed out',
    approve: 'it counts as approved',
    reject: 'it counts as rejected',
  };
  return [
    ['Asks', askedText(approval)],
    ['How many must approve', `${needed} of them`],
    ['Deadline', deadline === null ? 'none' : `${span(deadline)}, then ${end[on_deadline]}`],
    ['Reason', { never: 'optional', on_reject: 'needed to reject', always: 'always needed' }[reason]],
    ...(no_self ? [['Who started it', 'may not decide'] as const] : []),
    ...(message === '' ? [] : [['Message', message] as const]),
  ];
}

function successText({ expect_status, expect_pattern }: NonNullable<Task['request']>): string {
  const status = `status ${expect_status || '2xx'}`;
  return expect_pattern === '' ? status : `${status}, and the answer matches ${expect_pattern}`;
}

function span(seconds: number): string {
  return formatDuration(seconds * 1000, true);
}
