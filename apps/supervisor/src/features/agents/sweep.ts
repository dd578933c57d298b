import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { endUnreported } from '../dispatch/index.ts';
import { cancelUndelivered, overdueAttempts, type AttemptState } from '../jobs/index.ts';
import { overdueVerdict } from './rules.ts';

/** What an agent may take beyond a job's timeout to say that it ended, as in the reference system. */
const OVERDUE_AFTER_S = 60;
const SWEEP_EVERY_MS = 5_000;

export interface AgentSweepParts {
  wake(hostId: string): void;
  freed(attempt: AttemptState, back: boolean): void;
}

/** Ends what agents will not end: attempts past their timeout, and canceled jobs that no agent ever got. */
export function startAgentSweep(
  platform: Pick<Platform, 'db' | 'bus' | 'log' | 'metrics'>,
  { wake, freed }: AgentSweepParts,
  { overdueAfterSeconds = OVERDUE_AFTER_S, everyMs = SWEEP_EVERY_MS } = {},
): Disposable {
  const { db, bus } = platform;
  async function sweep(): Promise<void> {
    const overdue = (await overdueAttempts(db, overdueAfterSeconds)).map((attempt) => ({
      attempt,
      verdict: overdueVerdict(attempt, overdueAfterSeconds),
    }));
    for (const { host_id } of await endUnreported(platform, overdue, freed)) wake(host_id);
    for (const { id, host_id } of await cancelUndelivered(db, null)) {
      bus.publish(`job:${id}`);
      wake(host_id);
    }
  }

  return startSharedChore(platform, {
    name: 'overdue jobs of agents',
    everyMs,
    run: sweep,
    failed: 'could not look for overdue jobs of agents',
  });
}
