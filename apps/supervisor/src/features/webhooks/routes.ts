import { ArgusError, type DeliverySummary, type Operations } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { visibleTo } from '../access/index.ts';
import { changes } from '../audit/index.ts';
import type { EventQueries } from '../events/index.ts';
import type { JobQueries } from '../jobs/index.ts';
import type { RunQueries } from '../workflows/index.ts';
import { contentOf } from './content.ts';
import { deliverer } from './deliver.ts';
import type { DeliveryRow, WebhookQueries, WebhookRow } from './queries.ts';
import { sealed, webhookValues } from './save.ts';
import { newSecret } from './signature.ts';
import { triggerRoutes } from './trigger-routes.ts';
import { deliveryView, summaryView, urlOf, webhookView } from './view.ts';

type WebhookOperations =
  | 'listWebhooks'
  | 'createWebhook'
  | 'getWebhook'
  | 'replaceWebhook'
  | 'updateWebhook'
  | 'deleteWebhook'
  | 'pauseWebhook'
  | 'resumeWebhook'
  | 'getWebhookCredentials'
  | 'changeWebhookSecret'
  | 'listDeliveries'
  | 'getDelivery'
  | 'resendDelivery'
  | keyof ReturnType<typeof triggerRoutes>;

export interface WebhookServices {
  queries: WebhookQueries;
  events: EventQueries;
  jobs: Pick<JobQueries, 'ofDeliveries'>;
  runs: Pick<RunQueries, 'ofDeliveries'>;
  /** Something is to be started. */
  emitted(): void;
}

export function webhookRoutes(
  platform: Platform,
  { queries, events, jobs, runs, emitted }: WebhookServices,
): Pick<Handlers, WebhookOperations> {
  const { box } = platform;
  const isVisible = (caller: Actor, { id, acls }: WebhookRow) => visibleTo(caller, { taskId: id, acls });
  const deliver = deliverer(queries, emitted);

  async function visible(caller: Actor, id: string): Promise<WebhookRow> {
    const row = await queries.find(id);
    if (row === undefined || row.customer_id !== caller.customer.id || !isVisible(caller, row))
      throw new ArgusError('not_found');
    return row;
  }

  const view = async (caller: Actor, id: string) => webhookView(platform, await visible(caller, id));
  const target = (id: string) => ({ type: 'webhook', id });
  const pausedBy = ({ name }: Actor) => ({ at: new Date().toISOString(), by: name });

  async function update({ caller, params, body, note }: Context<Operations['updateWebhook']>) {
    const old = await visible(caller, params.id);
    const { values, secret } = webhookValues(platform, body, old);
    const isPaused = old.paused !== null;
    const paused =
      body.enable === undefined || body.enable === !isPaused ? undefined : isPaused ? null : pausedBy(caller);
    await queries.update(old.id, values, { secret, paused });
    const updated = await view(caller, old.id);
    const { last_update: _old, last_delivery: _last, ...before } = webhookView(platform, old);
    const { last_update: _new, last_delivery: _later, ...after } = updated;
    note({
      details: { name: updated.name, changed: changes(before, after), ...(secret && { secret: 'changed' }) },
    });
    return updated;
  }

  /** What these deliveries started, of what the caller may see. */
  async function startedBy(caller: Actor, rows: readonly DeliveryRow[]) {
    const ids = rows.filter(({ listeners }) => listeners > 0).map(({ id }) => id);
    const [ofJobs, ofRuns] =
      ids.length === 0 ? [[], []] : await Promise.all([jobs.ofDeliveries(ids), runs.ofDeliveries(ids)]);
    const found = [
      ...ofRuns.map((row) => ({ ...row, type: 'workflow_run' as const, taskId: row.workflow_id })),
      // what a run made of it is told with the run
      ...ofJobs.map((row) => ({ ...row, type: 'job' as const, taskId: row.task_id, workflow_id: null })),
    ];
    const seen = found.filter(({ taskId, acls, user_id }) =>
      visibleTo(caller, { taskId, acls, userId: user_id }),
    );
    const byDelivery = Map.groupBy(seen, ({ delivery_id }) => delivery_id);
    return (id: string): DeliverySummary['started'] =>
      (byDelivery.get(id) ?? [])
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map(({ type, id, workflow_id, name, lifecycle, state }) => ({
          type,
          id,
          workflow_id,
          name,
          lifecycle,
          state,
        }));
  }

  async function deliveryOf(webhookId: string, id: string) {
    const row = await queries.delivery(webhookId, id);
    if (row === undefined) throw new ArgusError('not_found');
    return row;
  }

  return {
    ...triggerRoutes(platform, { queries, deliver, visible }),

    async listWebhooks({ caller, query, request, reply }) {
      const rows = await queries.list(caller.customer.id, query.cursor ?? '', query.limit ?? null);
      if (query.limit !== undefined) pageLink(request, reply, rows, query.limit);
      return rows.filter((row) => isVisible(caller, row)).map((row) => webhookView(platform, row));
    },

    async createWebhook({ caller, body, note }) {
      const { values, secret } = webhookValues(platform, body, undefined);
      const id = await queries.insert(
        caller.customer.id,
        values,
        secret ?? sealed(box, newSecret(values.auth)),
        body.enable === false ? pausedBy(caller) : null,
      );
      note({ target: target(id), details: { name: values.name, auth: values.auth } });
      return view(caller, id);
    },

    getWebhook: ({ caller, params }) => view(caller, params.id),
    replaceWebhook: update,
    updateWebhook: update,

    async deleteWebhook({ caller, params, query, note }) {
      const row = await visible(caller, params.id);
      const started = await events.startedBy(row.id);
      if (started.length > 0 && query.force !== true)
        throw new ArgusError(
          'conflict',
          `It starts ${started.map((name) => `"${name}"`).join(', ')}: change those first, or send force=true.`,
        );
      if ((await queries.delete(row.id)) === 0) throw new ArgusError('not_found');
      await events.deleteOf(row.id);
      note({ details: { name: row.name } });
      return webhookView(platform, row);
    },

    async pauseWebhook({ caller, params, note }) {
      const row = await visible(caller, params.id);
      if (row.paused === null) await queries.setPaused(row.id, pausedBy(caller));
      note({ details: { name: row.name } });
      return view(caller, row.id);
    },

    async resumeWebhook({ caller, params, note }) {
      const row = await visible(caller, params.id);
      await queries.setPaused(row.id, null);
      note({ details: { name: row.name } });
      return view(caller, row.id);
    },

    async getWebhookCredentials({ caller, params, note }) {
      const row = await visible(caller, params.id);
      note({ target: target(row.id), details: { name: row.name } });
      const secret = box.open(row.secret_cipher);
      return { id: row.id, secret, url: urlOf(platform, row, secret) };
    },

    async changeWebhookSecret({ caller, params, note }) {
      const row = await visible(caller, params.id);
      const secret = newSecret(row.auth);
      await queries.setSecret(row.id, sealed(box, secret));
      note({ target: target(row.id), details: { name: row.name } });
      return { id: row.id, secret, url: urlOf(platform, row, secret) };
    },

    async listDeliveries({ caller, params, query, request, reply }) {
      const webhook = await visible(caller, params.id);
      const { limit, before } = idPage(query, 100);
      const rows = await queries.deliveries(webhook.id, before, limit);
      pageLink(request, reply, rows, limit);
      const started = await startedBy(caller, rows);
      return rows.map((row) => summaryView(row, started(row.id)));
    },

    async getDelivery({ caller, params }) {
      const webhook = await visible(caller, params.id);
      const row = await deliveryOf(webhook.id, params.delivery);
      return deliveryView(row, (await startedBy(caller, [row]))(row.id));
    },

    async resendDelivery({ caller, params, address, note }) {
      const webhook = await visible(caller, params.id);
      const row = await deliveryOf(webhook.id, params.delivery);
      if (row.outcome === 'refused')
        throw new ArgusError(
          'conflict',
          'It was refused, so nobody knows who sent it: have its sender send it again.',
        );
      const { id } = await deliver(webhook, {
        headers: row.headers,
        query: row.query,
        content: contentOf(row.body_kind, row.body),
        size: row.size,
        address,
        sentBy: caller.name,
        resentOf: row.id,
        once: undefined,
      });
      note({ target: target(webhook.id), details: { name: webhook.name, delivery: row.id, as: id } });
      return summaryView(await deliveryOf(webhook.id, id), []);
    },
  };
}
