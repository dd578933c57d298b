import { approvalsNeeded, ArgusError, type Approval, type Inputs } from '@argus/contract';
import type { AskPeople } from '../jobs/index.ts';
import type { PendingQueries } from './queries.ts';
import { namedIn } from './rules.ts';

export interface AskParts {
  queries: Pick<PendingQueries, 'nextOf' | 'startersOf'>;
  /** The members that entries name, each once. */
  people(customerId: string, entries: readonly string[]): Promise<{ user_id: string; email: string }[]>;
}

/** Finds who is asked. Throws `cannot_run` where that is nobody: a job that waits for nobody would wait for ever. */
export function peopleAsker({ queries, people }: AskParts): AskPeople {
  return async (task, kind, { starter, assignees, previous, causes }) => {
    const settings = (kind === 'approval' ? task.settings.approval : task.settings.inputs) as
      | Approval
      | Inputs;
    const entries = async (): Promise<readonly string[]> => {
      switch (settings.who) {
        case 'fixed':
          return settings.people;
        case 'starter':
          return starter.userId === null ? settings.people : [starter.userId];
        case 'assigned':
          return assignees.length > 0 ? assignees : settings.people;
        case 'next':
          return namedIn(await queries.nextOf(previous), kind);
      }
    };
    const named = await entries();
    const isApproval = 'needed' in settings;
    const noSelf = isApproval && settings.no_self;
    // to start something that starts it is to start it
    const starters = noSelf ? await queries.startersOf(causes) : [];
    const asked = (await people(task.customer_id, named)).filter(
      // who may not decide is not asked
      ({ user_id }) => !(noSelf && (user_id === starter.userId || starters.includes(user_id))),
    );
    if (asked.length === 0)
      throw new ArgusError(
        'cannot_run',
        `Nobody can be asked: ${WHY[settings.who]}${named.length > 0 ? ` (${named.slice(0, 5).join(', ')})` : ''}.`,
      );
    return {
      kind,
      people: asked,
      needed: isApproval ? approvalsNeeded(settings, asked.length) : 1,
      deadline: settings.deadline,
      settings: {
        message: settings.message,
        reason: isApproval ? settings.reason : 'never',
        no_self: noSelf,
        ...(starters.length > 0 && { starters }),
        on_deadline: isApproval ? settings.on_deadline : 'timeout',
        ...(settings.channels && { channels: settings.channels }),
      },
    };
  };
}

const WHY: Record<Approval['who'], string> = {
  fixed: 'the task names no member who may act',
  starter: 'no member started it, and the task names nobody else',
  assigned: 'the run has no `assignee`, and the task names nobody else',
  next: 'the job before names no member in its `next`',
};
