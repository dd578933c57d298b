import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Emission, Listen } from '../triggers/index.ts';
import { factsOf, subjectOf, type Facts } from './facts.ts';
import type { EndRow, NotificationQueries, RuleRow } from './queries.ts';
import { channelRecipients, mayBeTold, memberRecipients, type Recipient, type Ways } from './recipients.ts';
import { tells, verdictOf, type Verdict } from './rules.ts';
import { putDeliveries } from './statements/outbox.ts';

export interface ListenServices {
  queries: NotificationQueries;
  can: Ways;
  /** The last lines of an attempt's log, as they are stored: masked. */
  lastLines(jobId: string, attempt: number, count: number): Promise<string[]>;
  /** Something is to be sent. */
  put(): void;
}

/** All that is known of an emission, read once for all of its rules. */
interface Known {
  end: EndRow | undefined;
  marks: { tags: string[]; acls: string[] };
}

/**
 * Puts what a rule tells of an emission into the outbox, once for each recipient, and leaves the sending to others:
 * neither a job's end nor what else listens to it waits for a mail server.
 */
export function ruleListener(
  { db }: Pick<Platform, 'db'>,
  { queries, can, lastLines, put }: ListenServices,
): Listen {
  const known = new WeakMap<Emission, Promise<Known>>();

  function knownOf(emission: Emission): Promise<Known> {
    const before = known.get(emission);
    if (before !== undefined) return before;
    const read = readKnown(emission);
    known.set(emission, read);
    return read;
  }

  async function readKnown({ emitter_type, emitter_id, job_id, run_id }: Emission): Promise<Known> {
    const [end, marks] = await Promise.all([
      job_id !== null ? queries.endOfJob(job_id) : run_id !== null ? queries.endOfRun(run_id) : undefined,
      queries.marks(emitter_type, emitter_id),
    ]);
    return { end, marks };
  }

  return async (emission, { id }) => {
    const rule = await queries.listening(id);
    if (rule === undefined) return;
    const { end, marks } = await knownOf(emission);
    if (!isTagged(rule, marks.tags)) return;
    const verdict = verdictOf(end?.state ?? null, emission.name);
    const before: Verdict = end?.before ? verdictOf(end.before, end.before) : null;
    const decision = tells(rule, { event: emission.name, verdict, before });
    if (!decision.tells) return;
    const facts = factsAbout(emission, { end, marks }, rule, decision.isRecovery);
    if (rule.log_lines > 0 && emission.job_id !== null && end?.attempt)
      facts.log = await lastLines(emission.job_id, end.attempt, rule.log_lines);
    const members = await queries.knownMembers(rule.customer_id, rule.members);
    // of every task somebody is told those that they see; of one that was hidden from them the log says so
    const told = members.filter((one) => rule.emitter_id !== null || mayBeTold(facts, marks.acls, one));
    const recipients: Recipient[] = [
      ...channelRecipients(await queries.knownChannels(rule.customer_id, rule.channels)),
      ...memberRecipients(told, can),
    ];
    const deliveries = recipients.map((recipient) => ({
      ...recipient,
      id: newId(),
      once_key: `e${emission.id}:${rule.id}:${recipient.target}`,
      rule_id: rule.id,
      subject: subjectOf(facts),
      facts,
      is_failure: verdict === 'bad',
      for_job_id: null,
    }));
    const made = await putDeliveries(db.query, rule.customer_id, deliveries);
    if (made.length > 0) put();
  };
}

function isTagged({ emitter_id, tag }: RuleRow, tags: readonly string[]): boolean {
  if (emitter_id !== null || tag === null) return true;
  return tags.some((one) => one.toLowerCase() === tag.toLowerCase());
}

function factsAbout(emission: Emission, { end, marks }: Known, rule: RuleRow, recovered: boolean): Facts {
  const { emitter_type: type, emitter_id, emitter_name, name, job_id, run_id, created_at } = emission;
  return factsOf({
    kind: 'event',
    at: created_at.toISOString(),
    emitter: { type, id: emitter_id, name: emitter_name },
    event: name,
    recovered,
    job_id,
    run_id,
    acls: marks.acls,
    rule: { id: rule.id, name: rule.name, personal: rule.user_id !== null },
    ...(end && {
      state: end.state,
      reason: end.reason,
      hostname: end.hostname,
      started_by: end.started_by,
      user_id: end.user_id,
      started_at: end.started_at?.toISOString() ?? null,
      finished_at: end.finished_at?.toISOString() ?? null,
    }),
  });
}
