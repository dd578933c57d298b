import type { DeliveryState } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { factsOf, subjectLine } from './facts.ts';
import type { NotificationQueries } from './queries.ts';
import { addressRecipients, channelRecipients, memberRecipients, type Ways } from './recipients.ts';
import { outboxQueries, putDeliveries } from './statements/outbox.ts';

/** What somebody wrote, and to whom it goes. */
export interface Letter {
  customerId: string;
  /** The same key puts the same message to the same recipient once, for the 30 days that deliveries are kept. */
  once: string;
  to: {
    /** Ids of channels of the organization; unknown ones are left out. */
    channels?: readonly string[];
    /** Ids of users, each told as their settings say; who is no member is left out. */
    members?: readonly string[];
    /** E-mail addresses of anybody. */
    addresses?: readonly string[];
  };
  /** Made one line of 200 characters at most. */
  subject: string;
  /** Plain text. */
  body: string;
  /** Names and values, each on one line, that stand before the text. */
  fields?: [string, string][];
  /** The job that the message links to. */
  jobId?: string;
  /** What that job waits for people to do: it is what the link is for. */
  asks?: 'approval' | 'input';
  /** The job whose work the deliveries are: `settled` and `resultOf` go by it. */
  forJobId?: string;
}

/** How the deliveries of a job are. `isSettled`: none of them waits or is being sent; true too where there are none. */
export interface LetterResult {
  isSettled: boolean;
  counts: Record<DeliveryState, number>;
  /** Why those that were not sent were not, each reason once. */
  reasons: string[];
}

export interface Letters {
  /**
   * Puts a message into the outbox, one delivery for each way to each recipient, and answers the ids of those that are
   * new: none where the key was used before. With the `query` of a transaction (`hotTransaction`) they are there when it
   * is committed, and found within a second; without, they are sent at once. Sending never waits for, and is never waited
   * for by, a job: see `resultOf` and `settled` of `createNotifications`.
   */
  put(letter: Letter, query?: Database['query']): Promise<string[]>;
  /**
   * How the deliveries of `forJobId` went. Who waits for them is called by `settled` when the last of them is settled,
   * and looks by this from time to time, since the call may be lost in a crash. A delivery is settled after a day at most,
   * quiet hours aside.
   */
  resultOf(forJobId: string): Promise<LetterResult>;
}

export function createLetters(
  { db }: { db: Database },
  {
    queries,
    can,
    kick,
  }: { queries: Pick<NotificationQueries, 'knownChannels' | 'knownMembers'>; can: Ways; kick(): void },
): Letters {
  const outbox = outboxQueries(db);
  return {
    async put({ customerId, once, to, subject, body, fields = [], jobId, asks, forJobId }, query) {
      const [channels, members] = await Promise.all([
        queries.knownChannels(customerId, to.channels ?? []),
        queries.knownMembers(customerId, to.members ?? []),
      ]);
      const recipients = [
        ...channelRecipients(channels),
        ...memberRecipients(members, can),
        ...addressRecipients(to.addresses ?? []),
      ];
      const facts = factsOf({ kind: 'message', body, fields, job_id: jobId ?? null, asks: asks ?? null });
      const made = await putDeliveries(
        query ?? db.query,
        customerId,
        recipients.map((recipient) => ({
          ...recipient,
          id: newId(),
          once_key: `m${once}:${recipient.target}`,
          rule_id: null,
          subject: subjectLine(subject),
          facts,
          is_failure: false,
          for_job_id: forJobId ?? null,
        })),
      );
      if (query === undefined && made.length > 0) kick();
      return made;
    },

    async resultOf(forJobId) {
      const rows = await outbox.ofJob(forJobId);
      const counts = { waiting: 0, sending: 0, sent: 0, failed: 0, suppressed: 0 };
      for (const { state, count } of rows) counts[state] = count;
      return {
        isSettled: counts.waiting + counts.sending === 0,
        counts,
        reasons: rows.flatMap(({ reasons }) => reasons ?? []),
      };
    },
  };
}
