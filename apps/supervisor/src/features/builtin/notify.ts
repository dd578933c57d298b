import { filledMessage, type Message } from '@argus/contract';
import type { Notifications } from '../notifications/index.ts';
import type { BuiltinEnd, BuiltinJob } from './queries.ts';
import { sorted } from './rules.ts';

export interface NotifyParts {
  letters: Notifications['letters'];
  /** The members that entries name, each once. */
  people(customerId: string, entries: readonly string[]): Promise<{ user_id: string; email: string }[]>;
}

/** Puts the message of a job into the outbox; called again it puts nothing more. */
export async function putMessage(
  { letters, people }: NotifyParts,
  job: BuiltinJob,
  message: Message,
  { values, labels }: { values: readonly string[]; labels: readonly (string | undefined)[] },
): Promise<void> {
  const { subject, body, recipients } = filledMessage(message, values, labels);
  const members = await people(job.customer_id, recipients);
  await letters.put({
    customerId: job.customer_id,
    once: `job:${job.id}`,
    to: { ...sorted(recipients, members), members: members.map(({ user_id }) => user_id) },
    subject: subject || job.name,
    body,
    jobId: job.id,
    forJobId: job.id,
  });
}

/** How a message went; undefined while it is under way. */
export async function endOfMessage(
  letters: Notifications['letters'],
  jobId: string,
): Promise<BuiltinEnd | undefined> {
  const { isSettled, counts, reasons } = await letters.resultOf(jobId);
  if (!isSettled) return undefined;
  const { sent, failed } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isSent = sent > 0 && failed === 0;
  const told =
    all === 0
      ? 'there is nobody to tell: no recipient is a member, an address or a channel (a role names those who have just that role)'
      : `sent to ${sent} of ${all}`;
  return {
    lifecycle: 'finished',
    state: isSent ? 'success' : 'failure',
    reason_code: isSent ? 'sent' : 'not_sent',
    reason: [told, ...(isSent ? [] : reasons)].join('; ').slice(0, 1000),
    output: [`${sent}`],
    delay: null,
  };
}
