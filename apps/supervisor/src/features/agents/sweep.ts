import { startSharedChore } from '../../platform/chore.ts';
import type { Platform } from '../../platform/platform.ts';
import { cancelUndelivered, endOverdue } from '../jobs/index.ts';

/** What an agent may take beyond a job's timeout to say that it ended, as in the reference system. */
const OVERDUE_AFTER_S = 60;
const SWEEP_EVERY_MS = 5_000;

/** Ends what agents will not end: jobs past their timeout, and canceled ones that no agent ever got. */
export function startAgentSweep(
  { db, bus, log }: Pick<Platform, 'db' | 'bus' | 'log'>,
  wake: (hostId: string) => void,
  { overdueAfterSeconds = OVERDUE_AFTER_S, everyMs = SWEEP_EVERY_MS } = {},
): Disposable {
  async function sweep(): Promise<void> {
    const overdue = await endOverdue(db, overdueAfterSeconds);
    for (const { id, host_id } of overdue)
      log.warn({ job: id, host: host_id }, 'an agent did not report the end of a job in time');
    for (const { id, host_id } of [...overdue, ...(await cancelUndelivered(db, null))]) {
      bus.publish(`job:${id}`);
      wake(host_id);
    }
  }

  return startSharedChore(
    { db, log },
    {
      name: 'overdue jobs of agents',
      everyMs,
      run: sweep,
      failed: 'could not look for overdue jobs of agents',
    },
  );
}
