import { ArgusError, holds, type Delivery } from '@argus/contract';
import { isStillReferenced } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { matches } from '../../platform/pattern.ts';
import type { Once, WebhookQueries, WebhookRow } from './queries.ts';
import { bodyForMappings, outputOf, type Content } from './rules.ts';

/** What came in, wherever it came from; headers and query without secrets. */
export interface Incoming {
  headers: Record<string, string>;
  query: Record<string, unknown>;
  content: Content;
  /** Bytes of the body. */
  size: number;
  address: string;
  /** Who sent it, where that is somebody here. */
  sentBy: string | null;
  resentOf: string | null;
  once: Once | undefined;
}

export interface Delivered {
  id: string;
  outcome: Exclude<Delivery['outcome'], 'refused'>;
  /** Whether it is new: else it came before, and this is how it went then. */
  isNew: boolean;
}

export type Deliver = (webhook: WebhookRow, incoming: Incoming) => Promise<Delivered>;

/**
 * Lets a delivery in: it is kept, and what listens is told of it, in one statement. `emitted` is called where something
 * is to be started. Throws `not_found` where the webhook is deleted meanwhile.
 */
export function deliverer(queries: WebhookQueries, emitted: () => void): Deliver {
  return async (webhook, { content, headers, query, size, address, sentBy, resentOf, once }) => {
    const id = newId();
    const shown = { id: webhook.id, name: webhook.name };
    const outcome =
      webhook.paused !== null
        ? 'paused'
        : passes(webhook, { body: content.value, headers, query, webhook: shown })
          ? 'accepted'
          : 'filtered';
    const delivery = {
      id,
      webhook_id: webhook.id,
      address,
      sent_by: sentBy,
      outcome,
      reason: null,
      resent_of: resentOf,
      headers,
      query,
      body_kind: content.kind,
      body: content.text,
      body_cut: false,
      size,
    } as const;
    const about = { body: bodyForMappings(content), headers, query, webhook: shown };
    const listeners = await queries
      .deliver(delivery, { output: outputOf(content), about }, once)
      .catch((error: unknown) => {
        throw isStillReferenced(error) ? new ArgusError('not_found') : error;
      });
    if (listeners === undefined) {
      const first = once && (await queries.seen(webhook.id, once.key));
      if (first === undefined) throw new ArgusError('not_found');
      return { id: first.id, outcome: first.outcome as Delivered['outcome'], isNew: false };
    }
    if (outcome === 'accepted' && listeners > 0) emitted();
    return { id, outcome, isNew: true };
  };
}

function passes({ filter }: WebhookRow, source: Record<string, unknown>): boolean {
  if (filter === null) return true;
  try {
    return holds(filter, source, { matches });
  } catch (error) {
    // lists within texts within lists, as deep as nobody means them
    if (error instanceof RangeError) return false;
    throw error;
  }
}
