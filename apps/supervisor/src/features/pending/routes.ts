import { ArgusError, atLeast, invalid } from '@argus/contract';
import { prefersHtml } from '../../platform/http/accept.ts';
import { languageFor } from '../../platform/http/language.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { visibleTo } from '../access/index.ts';
import { sendFile, type Files } from '../files/index.ts';
import { jobView, readRun, shownFiles, visibleJob, type JobQueries } from '../jobs/index.ts';
import type { Acting, Deciding, Person } from './decide.ts';
import { isSigned } from './link.ts';
import { sendApproval } from './page.ts';
import type { PendingQueries, PendingRow } from './queries.ts';
import { pendingView } from './view.ts';

type PendingOperations =
  | 'listPending'
  | 'getPending'
  | 'approveJob'
  | 'rejectJob'
  | 'giveJobInput'
  | 'delegateJob'
  | 'getApprovalFile'
  | 'showApproval'
  | 'decideByLink';

export interface PendingServices {
  queries: PendingQueries;
  jobs: JobQueries;
  deciding: Deciding;
  files: Pick<Files, 'read'>;
  /** The members that entries name. */
  people(customerId: string, entries: readonly string[]): Promise<Person[]>;
}

/** What waits for people: seeing it, deciding over it, giving arguments. */
export function pendingRoutes(
  { box, throttle }: Pick<Platform, 'box' | 'throttle'>,
  { queries, jobs, deciding, files, people }: PendingServices,
): Pick<Handlers, PendingOperations> {
  async function visible(caller: Actor, id: string): Promise<PendingRow> {
    const job = await visibleJob(jobs, caller, id);
    const row = await queries.find(job.id);
    if (row === undefined) throw new ArgusError('not_found', 'This job asks nobody for anything.');
    return row;
  }

  const acting = ({
    caller,
    fromPage,
    address,
  }: {
    caller: Actor;
    fromPage: boolean;
    address: string;
  }): Acting => ({
    userId: caller.userId,
    email: caller.email ?? caller.name,
    via: fromPage ? 'page' : 'api',
    address,
  });

  /** One member, by e-mail or id: a role or a tag names several. */
  async function memberOf(caller: Actor, field: 'to' | 'from', entry: string): Promise<Person> {
    const found = await people(caller.customer.id, [entry]);
    const [one] = found;
    if (one === undefined || found.length > 1)
      throw invalid(field, 'is no single member of this organization');
    return one;
  }

  /** The person and the approval of a link. A wrong one tells nothing, whatever is wrong with it. */
  async function byLink(
    link: { id: string; user: string; key: string },
    { namedCustomer, address }: Pick<Context, 'namedCustomer' | 'address'>,
  ): Promise<{ row: PendingRow; email: string }> {
    const row = isSigned(box, link) ? await queries.find(link.id) : undefined;
    if (row === undefined || (namedCustomer !== undefined && namedCustomer !== row.customer_name)) {
      await throttle.wrongSecret(address);
      throw new ArgusError('wrong_secret');
    }
    // a link outlives neither its membership nor its request
    const [person] = await people(row.customer_id, [link.user]);
    if (person === undefined) throw new ArgusError('wrong_secret');
    return { row, email: person.email };
  }

  return {
    async listPending({ caller, query }) {
      const rows = await queries.list(caller.customer.id, query.all === true ? null : (caller.userId ?? ''));
      return rows
        .filter(({ task_id, acls, user_id }) => visibleTo(caller, { taskId: task_id, acls, userId: user_id }))
        .map((row) => pendingView(row, caller.userId))
        .filter(({ is_mine }) => query.all === true || is_mine);
    },

    getPending: async ({ caller, params }) => pendingView(await visible(caller, params.id), caller.userId),

    async approveJob({ caller, params, body, note, ...call }) {
      const row = await visible(caller, params.id);
      await deciding.decide(row.job_id, acting({ caller, ...call }), 'approve', body?.reason ?? '');
      note({ details: { task: row.task_id, name: row.name, ...(body?.reason && { reason: body.reason }) } });
      return undefined;
    },

    async rejectJob({ caller, params, body, note, ...call }) {
      const row = await visible(caller, params.id);
      await deciding.decide(row.job_id, acting({ caller, ...call }), 'reject', body?.reason ?? '');
      note({ details: { task: row.task_id, name: row.name, ...(body?.reason && { reason: body.reason }) } });
      return undefined;
    },

    async giveJobInput({ caller, params, body, note, ...call }) {
      const row = await visible(caller, params.id);
      const { given } = readRun(body, {}, row.definitions.filter(({ type }) => type !== 'fixed').length);
      await deciding.give(row.job_id, acting({ caller, ...call }), given);
      note({ details: { task: row.task_id, name: row.name } });
      return jobView(await visibleJob(jobs, caller, row.job_id));
    },

    async delegateJob({ caller, params, body, note, ...call }) {
      const row = await visible(caller, params.id);
      if (body.from !== undefined && !atLeast(caller.role, 'admin'))
        throw new ArgusError('forbidden', 'Only admins hand on what is asked of somebody else.');
      const to = await memberOf(caller, 'to', body.to);
      const from = body.from === undefined ? undefined : await memberOf(caller, 'from', body.from);
      await deciding.delegate(row.job_id, acting({ caller, ...call }), from, to);
      note({
        details: { task: row.task_id, name: row.name, to: to.email, from: from?.email ?? caller.email },
      });
      return pendingView(await visible(caller, params.id), caller.userId);
    },

    async getApprovalFile({ params, reply, ...call }) {
      const { row } = await byLink(params, call);
      if (!row.people.some(({ user_id }) => user_id === params.user)) throw new ArgusError('wrong_secret');
      const found = shownFiles(row.arguments).find(({ file }) => file === params.file);
      if (found === undefined) throw new ArgusError('wrong_secret');
      return sendFile(files, found, reply);
    },

    async showApproval({ params, request, reply, ...call }) {
      const { row } = await byLink(params, call);
      const pending = pendingView(row, params.user);
      return prefersHtml(request.headers.accept)
        ? sendApproval(reply, languageFor(request.headers['accept-language']), pending, params.user, {
            address: addressOf(params),
          })
        : pending;
    },

    async decideByLink({ params, body, request, reply, note, ...call }) {
      const { row, email } = await byLink(params, call);
      const wantsPage = prefersHtml(request.headers.accept);
      let notice: string | undefined;
      try {
        const by: Acting = { userId: params.user, email, via: 'link', address: call.address };
        const { decision, reason = '' } = body ?? {};
        if (decision !== 'approve' && decision !== 'reject')
          throw invalid('decision', 'must be approve or reject');
        await deciding.decide(row.job_id, by, decision, reason);
        note({
          actor: email,
          customerId: row.customer_id,
          target: { type: 'job', id: row.job_id },
          details: { task: row.task_id, name: row.name, decision, ...(reason && { reason }) },
        });
      } catch (error) {
        if (!wantsPage || !(error instanceof ArgusError)) throw error;
        notice = error.errors?.[0]?.message ?? error.message;
      }
      const after = await queries.find(row.job_id);
      if (after === undefined) throw new ArgusError('wrong_secret');
      const pending = pendingView(after, params.user);
      return wantsPage
        ? sendApproval(reply, languageFor(request.headers['accept-language']), pending, params.user, {
            notice,
            address: addressOf(params),
          })
        : pending;
    },
  };
}

/** The path of a link, which its page is at. */
function addressOf({ id, user, key }: { id: string; user: string; key: string }): string {
  return `/job/${[id, 'approval', user, key].map(encodeURIComponent).join('/')}`;
}
