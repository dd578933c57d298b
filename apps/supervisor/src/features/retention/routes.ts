import type { Retention } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { changes } from '../audit/index.ts';
import type { RetentionQueries } from './queries.ts';

type RetentionOperations = 'getRetention' | 'previewRetention' | 'updateRetention';

export function retentionRoutes(queries: RetentionQueries): Pick<Handlers, RetentionOperations> {
  async function view({ customer, instanceAdmin }: Actor): Promise<Retention> {
    const [days, now, disk] = await Promise.all([
      queries.days(customer.id),
      queries.now(customer.id),
      instanceAdmin ? queries.disk() : null,
    ]);
    const kept = (count: number, oldest: Date | null) => ({ count, oldest: oldest?.toISOString() ?? null });
    return {
      ...days,
      jobs: kept(now.jobs, now.oldest_job),
      runs: kept(now.runs, now.oldest_run),
      audit: kept(now.audit, now.oldest_audit),
      disk,
    };
  }

  return {
    getRetention: ({ caller }) => view(caller),

    previewRetention: ({ caller, query: { job_days = null, audit_days = null } }) =>
      queries.preview(caller.customer.id, { job_days, audit_days }),

    async updateRetention({ caller, body, note }) {
      const before = await queries.days(caller.customer.id);
      await queries.set(caller.customer.id, body);
      note({
        target: { type: 'customer', id: caller.customer.id },
        details: { changed: changes({ ...before }, body) },
      });
      return view(caller);
    },
  };
}
