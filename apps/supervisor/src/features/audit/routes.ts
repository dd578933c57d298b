import { invalid } from '@argus/contract';
import type { Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { auditQueries } from './queries.ts';
import type { Audit } from './record.ts';

export function auditRoutes({ db }: Platform, audit: Audit): Pick<Handlers, 'listAudit'> {
  const queries = auditQueries(db);
  return {
    async listAudit({ caller, query, request, reply }) {
      const { actor, action, target, outcome } = query;
      const page = idPage(query, 100);
      const filter = {
        ...page,
        customerId: caller.customer.id,
        ofNobody: caller.instanceAdmin,
        actor,
        action,
        target,
        outcome,
        since: timeOf('since', query.since),
        until: timeOf('until', query.until),
      };
      await audit.flush();
      const rows = await queries.list(filter);
      pageLink(request, reply, rows, page.limit);
      return rows.map(({ customer_id: _customer, at, ...row }) => ({ ...row, at: at.toISOString() }));
    },
  };
}

/** A time of the query; ids hold the years from 1970 to 10889, which is room enough. */
function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  const ms = time.getTime();
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(ms) || ms < 0)
    throw invalid(field, 'must be an ISO 8601 time, like 2026-01-31T08:00:00Z');
  return time;
}
