import { ArgusError, invalid, RESERVED_NAMES } from '@argus/contract';
import { isUniqueViolation } from '../../platform/database.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { changes } from '../audit/index.ts';
import type { AccessQueries } from './queries.ts';

type CustomerOperations = 'listCustomers' | 'createCustomer' | 'updateCustomer';

export function customerRoutes(queries: AccessQueries): Pick<Handlers, CustomerOperations> {
  return {
    async listCustomers() {
      return (await queries.customers()).map(customerView);
    },

    async createCustomer({ caller, body, note }) {
      if (RESERVED_NAMES.includes(body.name)) throw invalid('name', 'is the name of a route; choose another');
      const customer = await queries
        .insertCustomer(body.name, body.display_name ?? body.name)
        .catch((error: unknown) => {
          throw isUniqueViolation(error)
            ? new ArgusError('conflict', `There is an organization "${body.name}" already.`)
            : error;
        });
      if (caller.userId !== null) await queries.insertMember(customer.id, caller.userId, 'owner');
      note({
        target: { type: 'customer', id: customer.id },
        customerId: customer.id,
        details: { name: body.name },
      });
      return customerView(customer);
    },

    async updateCustomer({ params, body, note }) {
      const before = await queries.customerByName(params.name);
      const customer = await queries.renameCustomer(params.name, body.display_name);
      if (before === undefined || customer === undefined) throw new ArgusError('not_found');
      note({
        target: { type: 'customer', id: customer.id },
        customerId: customer.id,
        details: { name: customer.name, changed: changes({ display_name: before.display_name }, body) },
      });
      return customerView(customer);
    },
  };
}

function customerView({
  id,
  name,
  display_name,
  created_at,
}: {
  id: string;
  name: string;
  display_name: string;
  created_at: Date;
}) {
  return { id, name, display_name, created_at: created_at.toISOString() };
}
