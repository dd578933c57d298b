import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Audit } from './record.ts';

export function auditRoutes({ db }: Platform, audit: Audit): Pick<Handlers, 'listAudit'> {
  return {
    async listAudit({ caller, query, request, reply }) {
      await audit.flush();
      const { limit, before } = idPage(query, 100);
      let select = db.kysely.selectFrom('audit').selectAll().where('customer_id', '=', caller.customer.id);
      if (before !== undefined) select = select.where('id', '<', before);
      const rows = await select.orderBy('id', 'desc').limit(limit).execute();
      pageLink(request, reply, rows, limit);
      return rows.map(({ customer_id: _customer, at, ...row }) => ({ ...row, at: at.toISOString() }));
    },
  };
}
