import type { Delivery, DeliverySummary, Webhook } from '@argus/contract';
import type { Platform } from '../../platform/platform.ts';
import type { DeliveryRow, WebhookRow, WholeDeliveryRow } from './queries.ts';

/** Where deliveries go; `secret` is part of it where it is what they are known by. */
export function urlOf(
  { publicUrl }: Pick<Platform, 'publicUrl'>,
  { id, customer_name, auth }: Pick<WebhookRow, 'id' | 'customer_name' | 'auth'>,
  secret: string,
): string {
  const trigger = `${publicUrl()}/${customer_name}/webhook/${id}/trigger`;
  return auth === 'secret' ? `${trigger}/secret/${secret}` : `${trigger}/signed`;
}

/** A webhook as the API answers it. */
export function webhookView(platform: Pick<Platform, 'publicUrl'>, row: WebhookRow): Webhook {
  return {
    id: row.id,
    customer: row.customer_name,
    name: row.name,
    description: row.description,
    tags: row.tags,
    acls: row.acls,
    auth: row.auth,
    tolerance: row.tolerance,
    filter: row.filter,
    paused: row.paused,
    enable: row.paused === null,
    url: row.auth === 'secret' ? null : urlOf(platform, row, ''),
    last_delivery:
      row.last_at === null || row.last_outcome === null
        ? null
        : { at: row.last_at.toISOString(), outcome: row.last_outcome },
    creation_date: row.created_at.toISOString(),
    last_update: row.updated_at.toISOString(),
  };
}

export function summaryView(row: DeliveryRow, started: DeliverySummary['started']): DeliverySummary {
  return {
    id: row.id,
    webhook_id: row.webhook_id,
    at: row.at.toISOString(),
    address: row.address,
    sent_by: row.sent_by,
    outcome: row.outcome,
    reason: row.reason,
    listeners: row.listeners,
    started,
    resent_of: row.resent_of,
    body_kind: row.body_kind,
    size: row.size,
  };
}

export function deliveryView(row: WholeDeliveryRow, started: DeliverySummary['started']): Delivery {
  const { headers, query, body, body_cut } = row;
  return { ...summaryView(row, started), headers, query, body, body_cut };
}
