import type { Overview } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited } from '../access/index.ts';
import { jobsByIds, listQueues, UNRESPONSIVE_AFTER_MS } from '../jobs/index.ts';
import { COUNTED, FAILING_DAYS, overviewQueries } from './queries.ts';

const QUEUES = 12;

export function overviewRoutes({ db }: Pick<Platform, 'db'>): Pick<Handlers, 'getOverview'> {
  const queries = overviewQueries(db);

  async function waiting(caller: Actor): Promise<Overview['waiting']['queues']> {
    const queues = await listQueues(db, { caller, query: { limit: QUEUES } });
    return queues.flatMap(({ host_id, hostname, labels, waiting: count, jobs }) => {
      const first = jobs.find(({ waits_for }) => waits_for !== 'person');
      if (first === undefined) return [];
      const { job, waits_for, reason } = first;
      // what is not due yet is not counted in the line, but waits as well
      const all = Math.min(COUNTED, Math.max(count, 1));
      return [{ host_id, hostname, labels, jobs: all, waits_for, reason, first: job }];
    });
  }

  return {
    async getOverview({ caller }): Promise<Overview> {
      assertUnlimited(caller);
      const { id } = caller.customer;
      const [running, queues, onHold, paused, failing, next, bots, steps] = await Promise.all([
        queries.running(caller),
        waiting(caller),
        queries.onHold(caller),
        queries.pausedTasks(caller),
        queries.failing(caller),
        queries.next(caller),
        queries.bots(id, UNRESPONSIVE_AFTER_MS),
        queries.firstSteps(id),
      ]);
      const jobs = await jobsByIds(db, caller, [...running.ids, ...failing.map(({ last_id }) => last_id)]);
      const byId = new Map(jobs.map((job) => [job.id, job]));
      return {
        now: new Date().toISOString(),
        running: { count: running.count, jobs: running.ids.flatMap((one) => byId.get(one) ?? []) },
        waiting: { queues, on_hold: onHold, paused_tasks: paused },
        failing: {
          days: FAILING_DAYS,
          count: failing[0]?.count ?? 0,
          tasks: failing.flatMap(({ task_id, name, in_a_row, since, last_id }) => {
            const last = byId.get(last_id);
            return last ? [{ task: { id: task_id, name }, in_a_row, since: since.toISOString(), last }] : [];
          }),
        },
        schedules: {
          count: next[0]?.count ?? 0,
          next: next.map(({ at, of_id, of_name, count: _count, ...row }) => ({
            ...row,
            at: at.toISOString(),
            of: { id: of_id, name: of_name },
          })),
        },
        bots: {
          ...bots,
          silent: bots.silent.map(({ last_seen_at, ...bot }) => ({
            ...bot,
            last_seen_at: last_seen_at === null ? null : new Date(last_seen_at).toISOString(),
          })),
        },
        first_steps: steps,
      };
    },
  };
}
