import { createClient, type Client } from '@argus/client';
import { fetchOrTake } from './early.ts';

const clients = new Map<string, Client>();

/** The client of an organization; the session cookie says who asks. */
export function clientOf(customer: string): Client {
  const known = clients.get(customer) ?? createClient({ customer, fetch: fetchOrTake });
  clients.set(customer, known);
  return known;
}

/** The client for what belongs to no organization: signing in and out, the own profile. */
export const globalClient = createClient({ fetch: fetchOrTake });
