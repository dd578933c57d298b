import type { Handlers } from '../../platform/http/operations.ts';
import { visibleTo } from '../access/index.ts';
import type { EventQueries } from './queries.ts';

export function eventRoutes(queries: EventQueries): Pick<Handlers, 'listEvents'> {
  return {
    async listEvents({ caller, query }) {
      const rows = await queries.list(caller.customer.id, query);
      return rows
        .filter(({ emitter_id, acls }) => visibleTo(caller, { taskId: emitter_id, acls }))
        .map(({ acls: _acls, ...event }) => event);
    },
  };
}
