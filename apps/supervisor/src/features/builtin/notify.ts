import type { Message } from '@argus/contract';
import type { Notifications } from '../notifications/index.ts';
import type { BuiltinEnd, BuiltinJob } from './queries.ts';
import { filled, sorted } from './rules.ts';

export interface NotifyParts {
  letters: Notifications['letters'];
  /** The members that entries name, each once. */
  people(customerId: string, entries: readonly string[]): Promise<{ user_id: string; email: string }[]>;
}

/** Arguments of these labels stand in for what the task says, as existing tasks have them. */
const OVERRIDES = ['subject', 'body', 'recipients'] as const;

/** Puts the message of a job into the outbox; called again it puts nothing more. */
export async function putMessage(
  { letters, people }: NotifyParts,
  job: BuiltinJob,
  message: Message,
  { values, labels }: { values: readonly string[]; labels: readonly (string | undefined)[] },
): Promise<void> {
  const given = Object.fromEntries(
    OVERRIDES.map((name) => {
      const place = labels.findIndex((label) => label?.toLowerCase() === name);
      return [name, place < 0 ? '' : (values[place] ?? '')];
    }),
  ) as Record<(typeof OVERRIDES)[number], string>;
  const fill = (text: string) => filled(text, values, labels, 'text');
  const recipients = given.recipients === '' ? message.recipients.map(fill) : listOf(given.recipients);
  const members = await people(job.customer_id, recipients);
  await letters.put({
    customerId: job.customer_id,
    once: `job:${job.id}`,
    to: { ...sorted(recipients, members), members: members.map(({ user_id }) => user_id) },
    subject: given.subject || fill(message.subject) || job.name,
    body: given.body || fill(message.body),
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

/** One address, several with commas, or a JSON list. */
function listOf(text: string): string[] {
  if (text.trimStart().startsWith('[')) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.filter((one) => typeof one === 'string');
    } catch {
      // it is no JSON: read as a list with commas
    }
  }
  return text
    .split(/[,;\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
