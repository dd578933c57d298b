import { createOutbox, type Outbox } from '../../platform/outbox.ts';
import type { Platform } from '../../platform/platform.ts';
import { startSharedChore } from '../../platform/chore.ts';
import type { Deciding } from './decide.ts';
import { linkFor } from './link.ts';
import type { PendingQueries, PendingRow } from './queries.ts';

const DEADLINES_MS = 1000;

/** A message to one person. */
export interface PersonalMessage {
  /** Sent at most once for this key. */
  key: string;
  customerId: string;
  userId: string;
  email: string;
  subject: string;
  text: string;
  jobId: string;
}

/** A message to channels, which many may read: so it leads to the page of the job alone, and to nobody's own link. */
export interface ChannelMessage {
  /** Sent at most once to each of them for this key. */
  key: string;
  customerId: string;
  channels: readonly string[];
  subject: string;
  fields: [string, string][];
  text: string;
  jobId: string;
  asks: PendingRow['kind'];
}

/** Of many who are asked so many are named. */
const NAMED = 10;

/** Tells people what waits for them, and channels that it does. */
export function createTeller(
  { log, box, publicUrl }: Pick<Platform, 'log' | 'box' | 'publicUrl'>,
  {
    queries,
    tell,
    tellChannels,
  }: {
    queries: PendingQueries;
    tell(message: PersonalMessage): Promise<unknown>;
    tellChannels(message: ChannelMessage): Promise<unknown>;
  },
): Outbox {
  return createOutbox<PendingRow>(log, {
    // before the server listens nobody knows where links lead
    pending: async (minAgeS) => (publicUrl() === '' ? [] : queries.untold(minAgeS)),
    carryOut: (row) =>
      Promise.all([
        ...channelMessages(row).map(tellChannels),
        ...row.people.map(({ user_id, email, in_place_of }) =>
          tell({
            key: `pending:${row.job_id}:${user_id}`,
            customerId: row.customer_id,
            userId: user_id,
            email,
            jobId: row.job_id,
            ...messageFor(row, linkFor(box, publicUrl(), row.job_id, user_id), in_place_of),
          }),
        ),
      ]),
    done: queries.told,
    putOff: (rows) => queries.tellLater(rows.map(({ job_id }) => job_id)),
    purpose: 'tell people what waits for them',
  });
}

/** Ends what nobody decided in time, once a second. */
export function startDeadlines({ db, log }: Pick<Platform, 'db' | 'log'>, deciding: Deciding): Disposable {
  return startSharedChore(
    { db, log },
    {
      name: 'what nobody decided in time',
      everyMs: DEADLINES_MS,
      run: deciding.settleOverdue,
      failed: 'could not end what nobody decided in time',
    },
  );
}

function channelMessages(row: PendingRow): ChannelMessage[] {
  const { job_id, customer_id, kind, name, started_by, people, settings, deadline } = row;
  const { channels = [], message } = settings;
  if (channels.length === 0) return [];
  const asked = people.slice(0, NAMED).map(({ email }) => email);
  const more = people.length - asked.length;
  return [
    {
      key: `pending:${job_id}`,
      customerId: customer_id,
      channels,
      subject: `${name} ${kind === 'approval' ? 'waits for approval' : 'waits for input'}`,
      fields: [
        ['Asked', [...asked, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')],
        ['Started by', started_by],
        ['Until', deadline === null ? '' : minuteText(deadline)],
      ],
      text: message,
      jobId: job_id,
      asks: kind,
    },
  ];
}

function minuteText(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function messageFor(
  { kind, name, started_by, settings, deadline, customer_name }: PendingRow,
  link: string,
  inPlaceOf: string | undefined,
): { subject: string; text: string } {
  const until = deadline === null ? '' : `\nUntil ${minuteText(deadline)}.`;
  const what = kind === 'approval' ? 'asks for your approval' : 'waits for your input';
  return {
    subject: `${name} ${what}`,
    text: `${name} (${customer_name}) ${what}. It was started by ${started_by}.${until}${inPlaceOf === undefined ? '' : `\nYou are asked in place of ${inPlaceOf}.`}
${settings.message && `\n${settings.message}\n`}
${kind === 'approval' ? `Look at it and decide here; the link is yours alone, and opening it decides nothing:\n\n${link}\n\nOr sign in, and decide on the page of the job:` : 'Fill it in on the page of the job:'}
`,
  };
}
