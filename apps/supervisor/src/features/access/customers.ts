import { ArgusError, invalid, RESERVED_NAMES, type Customer } from '@argus/contract';
import { isUniqueViolation } from '../../platform/database.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { changes } from '../audit/index.ts';
import type { AccessQueries } from './queries.ts';

type CustomerRow = Omit<Customer, 'created_at'> & { created_at: Date };

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
      const customer = await queries.updateCustomer(params.name, body);
      if (before === undefined || customer === undefined) throw new ArgusError('not_found');
      note({
        target: { type: 'customer', id: customer.id },
        customerId: customer.id,
        details: {
          name: customer.name,
          changed: changes({ display_name: before.display_name, max_running: before.max_running }, body),
        },
      });
      return customerView(customer);
    },
  };
}

function customerView({ id, name, display_name, max_running, created_at }: CustomerRow): Customer {
  return { id, name, display_name, max_running, created_at: created_at.toISOString() };
}
