import { createClient, type Client } from '@argus/client';
import { fetchOrTake } from './early.ts';
import { answerSaid } from './sentences/learned.ts';

const ask: typeof fetch = async (...request) => answerSaid(await fetchOrTake(...request));

const clients = new Map<string, Client>();

/** The client of an organization; the session cookie says who asks. */
export function clientOf(customer: string): Client {
  const known = clients.get(customer) ?? createClient({ customer, fetch: ask });
  clients.set(customer, known);
  return known;
}

/** The client for what belongs to no organization: signing in and out, the own profile. */
export const globalClient = createClient({ fetch: ask });
