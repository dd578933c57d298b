import { ArgusError, type Operations, type Workflow } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited, visibleTo } from '../access/index.ts';
import { changes } from '../audit/index.ts';
import { workflowControlRoutes, type ControlServices } from './control.ts';
import { usedBy, type WorkflowQueries, type WorkflowRow } from './queries.ts';
import { runRoutes, type RunRouteServices } from './run-routes.ts';
import { workflowValues, type SaveServices } from './save.ts';
import { versionRoutes } from './version-routes.ts';
import { workflowView } from './view.ts';

type WorkflowOperations =
  | 'listWorkflows'
  | 'getWorkflow'
  | 'createWorkflow'
  | 'replaceWorkflow'
  | 'updateWorkflow'
  | 'deleteWorkflow'
  | keyof ReturnType<typeof workflowControlRoutes>
  | keyof ReturnType<typeof runRoutes>
  | keyof ReturnType<typeof versionRoutes>;

/** A workflow that a caller may know of. Throws `not_found` for anything else. */
export async function visibleWorkflow(
  queries: Pick<WorkflowQueries, 'find'>,
  caller: Actor,
  id: string,
): Promise<WorkflowRow> {
  const workflow = await queries.find(id);
  if (
    workflow === undefined ||
    workflow.customer_id !== caller.customer.id ||
    !visibleTo(caller, { taskId: workflow.id, acls: workflow.acls })
  )
    throw new ArgusError('not_found');
  return workflow;
}

/** Workflows as the API answers them. */
export async function workflowViews(
  platform: Pick<Platform, 'box'>,
  queries: Pick<WorkflowQueries, 'names'>,
  caller: Actor,
  rows: readonly WorkflowRow[],
): Promise<Workflow[]> {
  const used = [...new Set(rows.flatMap(({ graph }) => usedBy(graph)))];
  const names = used.length > 0 ? await queries.names(caller.customer.id, used) : new Map();
  return rows.map((row) => workflowView(platform, row, names, caller));
}

export type WorkflowServices = SaveServices & { queries: WorkflowQueries } & Omit<
    RunRouteServices,
    'visible'
  > &
  Pick<ControlServices, 'memberEmail'>;

export function workflowRoutes(
  platform: Platform,
  services: WorkflowServices,
): Pick<Handlers, WorkflowOperations> {
  const { queries, events, memberEmail } = services;
  const visible = (caller: Actor, id: string) => visibleWorkflow(queries, caller, id);

  const views = (caller: Actor, rows: readonly WorkflowRow[]) =>
    workflowViews(platform, queries, caller, rows);

  async function view(caller: Actor, id: string): Promise<Workflow> {
    const [one] = await views(caller, [await visible(caller, id)]);
    return one as Workflow;
  }

  async function update({ caller, params, body, note }: Context<Operations['updateWorkflow']>) {
    assertUnlimited(caller);
    const old = await visible(caller, params.id);
    const [before] = await views(caller, [old]);
    const values = await workflowValues(platform, services, caller.customer.id, body, old);
    await queries.update(old.id, values, caller.name);
    const updated = await view(caller, old.id);
    note({
      details: { name: values.name, changed: changes(compared(before as Workflow), compared(updated)) },
    });
    return updated;
  }

  return {
    ...workflowControlRoutes(platform, { queries, visible, view, memberEmail }),
    ...runRoutes(platform, { ...services, visible }),
    ...versionRoutes(platform, { ...services, visible, view }),

    async listWorkflows({ caller, query, request, reply }) {
      const rows = await queries.list(caller.customer.id, query.cursor ?? '', query.limit ?? null);
      if (query.limit !== undefined) pageLink(request, reply, rows, query.limit);
      return views(
        caller,
        rows.filter(({ id, acls }) => visibleTo(caller, { taskId: id, acls })),
      );
    },

    getWorkflow: ({ caller, params }) => view(caller, params.id),

    async createWorkflow({ caller, body, note }) {
      assertUnlimited(caller);
      const values = await workflowValues(platform, services, caller.customer.id, body, undefined);
      const secret = newSecretKey();
      const id = await queries.insert(
        caller.customer.id,
        values,
        { hash: hashToken(secret), cipher: platform.box.seal(secret) },
        caller.name,
      );
      note({ target: { type: 'workflow', id }, details: { name: values.name } });
      return view(caller, id);
    },

    replaceWorkflow: update,
    updateWorkflow: update,

    async deleteWorkflow({ caller, params, query, note }) {
      assertUnlimited(caller);
      const workflow = await visible(caller, params.id);
      if (query.force !== true) {
        const [started, users] = await Promise.all([
          events.startedBy(workflow.id),
          events.usedBy(workflow.id),
        ]);
        const named = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
        if (users.length > 0)
          throw new ArgusError(
            'conflict',
            `It is a step of ${named(users)}: change those first, or send force=true.`,
          );
        if (started.length > 0)
          throw new ArgusError(
            'conflict',
            `It triggers ${named(started)}: change those first, or send force=true.`,
          );
      }
      if (!(await queries.delete(workflow.id)))
        throw new ArgusError('conflict', 'A run of this workflow goes on: cancel it first.');
      await events.deleteOf(workflow.id);
      note({ details: { name: workflow.name } });
      return {};
    },
  };
}

/** A workflow as the audit compares it: of environments the names alone, and nothing that each update changes. */
function compared({
  env = {},
  steps,
  version: _version,
  last_update: _time,
  ...workflow
}: Workflow): Record<string, unknown> {
  return {
    ...workflow,
    env: Object.keys(env),
    steps: steps.map((step) => ({ ...step, ...(step.env && { env: Object.keys(step.env) }) })),
  };
}
