import {
  ArgusError,
  invalid,
  resolveArguments,
  type ArgumentDefinition,
  type Decision,
} from '@argus/contract';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import { step } from '../../platform/step.ts';
import type { Files } from '../files/index.ts';
import { openArguments, outputOf, sealArguments } from '../jobs/index.ts';
import { openDefinitions } from '../tasks/index.ts';
import type { PendingEnd, PendingQueries, PendingRow } from './queries.ts';
import { judge, whyNotDelegate } from './rules.ts';

/** Who acts, and how. */
export interface Acting {
  userId: string | null;
  email: string;
  via: 'page' | 'api' | 'link';
  address: string;
}

/** A member. */
export interface Person {
  user_id: string;
  email: string;
}

export interface DecideParts {
  queries: PendingQueries;
  files: Pick<Files, 'keep'>;
  /** Jobs wait for this bot, or in this pool. */
  wake(queue: string): void;
  /** A job ended. */
  ended(): void;
  /** Somebody is to be told. */
  asked(): void;
}

export interface Deciding {
  /** Throws `forbidden`, `conflict` or `invalid_input` where it cannot be counted. */
  decide(jobId: string, by: Acting, decision: Decision, reason: string): Promise<void>;
  /** Gives a job its arguments. Throws `invalid_arguments` that names each wrong value. */
  give(jobId: string, by: Acting, given: readonly unknown[]): Promise<void>;
  /**
   * Asks another member in the place of one who is asked. Throws `forbidden`, `conflict` or `invalid_input` where that
   * cannot be.
   */
  delegate(jobId: string, by: Acting, from: Person | undefined, to: Person): Promise<void>;
  /** Ends what nobody decided in time. */
  settleOverdue(): Promise<void>;
}

export function deciding(
  { box, bus, metrics }: Pick<Platform, 'box' | 'bus' | 'metrics'>,
  { queries, files, wake, ended, asked }: DecideParts,
): Deciding {
  const over = (jobId: string, state: string) => {
    metrics.jobsEnded.inc({ state });
    bus.publish(`job:${jobId}`);
    ended();
  };

  /** The arguments, and who had the last word: what the next one can use. */
  function outputFor(row: PendingRow, last: object | undefined): string[] {
    const definitions = openDefinitions(box, row.definitions);
    const values = outputOf(definitions, openArguments(box, row.arguments));
    return last === undefined ? values : [...values, JSON.stringify(last)];
  }

  return {
    async decide(jobId, by, decision, given) {
      const reason = given.trim();
      const end = await queries.inTurn(jobId, async (row, tx): Promise<PendingEnd | undefined> => {
        if (row === undefined || row.kind !== 'approval')
          throw new ArgusError('conflict', 'This job asks for no approval.');
        const { people, needed, settings, decisions } = row;
        const asked = {
          people,
          needed,
          settings,
          decisions,
          is_open: row.lifecycle === 'onhold',
          starter: row.user_id,
        };
        const judged = judge(asked, { userId: by.userId, decision, reason });
        if (judged.kind === 'refused')
          throw judged.code === 'invalid_input'
            ? invalid('reason', judged.message)
            : new ArgusError(judged.code, judged.message);
        const user_id = by.userId as string;
        if (!(await tx.note({ job_id: jobId, user_id, decision, reason, ...by })))
          throw new ArgusError('conflict', 'You have decided already.');
        const { verdict } = judged;
        if (verdict === undefined) return undefined;
        const approved = verdict === 'approve';
        const end: PendingEnd = {
          lifecycle: 'finished',
          state: approved ? 'success' : 'failure',
          reason_code: approved ? 'approved' : 'rejected',
          reason: `${approved ? 'approved' : 'rejected'} by ${by.email}${reason && `: ${reason}`}`,
          output: outputFor(row, { id: user_id, email: by.email, username: by.email, decision, reason }),
        };
        await tx.end(end);
        return end;
      });
      step('pending.decided');
      if (end === undefined) bus.publish(`job:${jobId}`);
      else over(jobId, end.state);
    },

    async give(jobId, by, given) {
      const done = await queries.inTurn(jobId, async (row, tx) => {
        if (row === undefined || row.kind !== 'input')
          throw new ArgusError('conflict', 'This job waits for no arguments.');
        if (by.userId === null || !row.people.some(({ user_id }) => user_id === by.userId))
          throw new ArgusError('forbidden', 'You are not among those who were asked.');
        if (row.lifecycle !== 'onhold')
          throw new ArgusError('conflict', 'Its arguments were given already, or it was canceled.');
        const definitions = openDefinitions(box, row.definitions);
        const kept = await files.keep(row.customer_id, jobId, checked(definitions, given));
        const sealed = sealArguments(box, definitions, kept);
        await tx.note({ job_id: jobId, user_id: by.userId, decision: 'input', reason: '', ...by });
        if (row.type !== 'input') {
          await tx.go(sealed);
          return { queue: row.pool ?? row.host_id };
        }
        await tx.keep(sealed);
        await tx.end({
          lifecycle: 'finished',
          state: 'success',
          reason_code: 'completed',
          reason: `filled in by ${by.email}`,
          output: outputOf(definitions, kept),
        });
        return { queue: null };
      });
      if (done.queue === null) return over(jobId, 'success');
      bus.publish(`job:${jobId}`);
      wake(done.queue);
    },

    async delegate(jobId, by, from, to) {
      await queries.inTurn(jobId, async (row, tx) => {
        if (row === undefined) throw new ArgusError('conflict', 'This job asks nobody for anything.');
        const { people, settings, decisions } = row;
        const own = from === undefined;
        const old = own ? by.userId : from.user_id;
        const why = whyNotDelegate(
          { people, settings, decisions, is_open: row.lifecycle === 'onhold', starter: row.user_id },
          { from: old, to: to.user_id, own },
        );
        if (why !== undefined)
          throw 'field' in why ? invalid(why.field, why.message) : new ArgusError(why.code, why.message);
        await tx.ask({
          kind: row.kind,
          people: people.map((one) =>
            one.user_id === old ? { user_id: to.user_id, email: to.email, in_place_of: one.email } : one,
          ),
        });
      });
      bus.publish(`job:${jobId}`);
      asked();
    },

    async settleOverdue() {
      for (const row of await queries.overdue()) {
        const end = endOfTime(row, outputFor(row, undefined));
        if (await queries.end(row.job_id, end)) over(row.job_id, end.state);
      }
    },
  };
}

function checked(definitions: readonly ArgumentDefinition[], given: readonly unknown[]) {
  const { values, errors } = resolveArguments(definitions, given, { matches });
  if (errors.length > 0)
    throw new ArgusError(
      'invalid_arguments',
      errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
      errors,
    );
  return values;
}

function endOfTime({ settings, deadline }: PendingRow, output: string[]): PendingEnd {
  const until = `${deadline?.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  switch (settings.on_deadline) {
    case 'approve':
      return {
        lifecycle: 'finished',
        state: 'success',
        reason_code: 'deadline',
        reason: `nobody decided until ${until}: approved, as its task says`,
        output,
      };
    case 'reject':
      return {
        lifecycle: 'finished',
        state: 'failure',
        reason_code: 'deadline',
        reason: `nobody decided until ${until}: rejected, as its task says`,
        output,
      };
    default:
      return {
        lifecycle: 'terminated',
        state: 'timeout',
        reason_code: 'deadline',
        reason: `nobody acted until ${until}`,
        output: [],
      };
  }
}
