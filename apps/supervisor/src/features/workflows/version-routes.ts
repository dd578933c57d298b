import { ArgusError, invalid, type Workflow, type WorkflowUpdate } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited } from '../access/index.ts';
import { openEnvs } from './envs.ts';
import { usedBy, type WholeVersionRow, type WorkflowQueries, type WorkflowRow } from './queries.ts';
import { workflowValues, type SaveServices } from './save.ts';
import { versionSummary, versionView } from './view.ts';

export interface VersionServices extends SaveServices {
  queries: WorkflowQueries;
  visible(caller: Actor, id: string): Promise<WorkflowRow>;
  view(caller: Actor, id: string): Promise<Workflow>;
}

/** Versions of workflows: what there is, what each was, making an earlier one the newest. */
export function versionRoutes(
  platform: Platform,
  { visible, view, ...services }: VersionServices,
): Pick<Handlers, 'listWorkflowVersions' | 'getWorkflowVersion' | 'restoreWorkflow'> {
  const { queries } = services;

  async function restored(id: string, version: number): Promise<WholeVersionRow> {
    const found = await queries.version(id, version);
    if (found === undefined) throw invalid('version', 'the workflow has no such version');
    return found;
  }

  return {
    async listWorkflowVersions({ caller, params }) {
      const workflow = await visible(caller, params.id);
      return (await queries.versions(workflow.id)).map(versionSummary);
    },

    async getWorkflowVersion({ caller, params }) {
      const workflow = await visible(caller, params.id);
      const found = await queries.version(workflow.id, params.version);
      if (found === undefined) throw new ArgusError('not_found');
      const names = await queries.names(workflow.customer_id, usedBy(found.graph));
      return versionView(platform, found, names, caller);
    },

    async restoreWorkflow({ caller, params, body, note }) {
      assertUnlimited(caller);
      const workflow = await visible(caller, params.id);
      const earlier = await restored(workflow.id, body.version);
      await assertComplete(queries, workflow.customer_id, earlier);
      const wanted = updateOf(platform, earlier);
      const values = await workflowValues(platform, services, workflow.customer_id, wanted, workflow);
      await queries.update(workflow.id, values, caller.name);
      const now = await view(caller, workflow.id);
      note({ details: { name: workflow.name, restored: body.version, version: now.version } });
      return now;
    },
  };
}

/** A change of a workflow that makes it what it was at a version. */
function updateOf({ box }: Pick<Platform, 'box'>, { graph, env_cipher }: WholeVersionRow): WorkflowUpdate {
  const envs = openEnvs(box, env_cipher);
  return {
    steps: graph.steps.map((step) => {
      const env = envs.steps[step.id];
      return env === undefined ? step : { ...step, env };
    }),
    edges: graph.edges,
    ...(graph.start !== undefined && { start: graph.start }),
    env: envs.env,
  };
}

/** Throws `invalid_input` that names each step whose task or workflow was deleted, and says what to do. */
async function assertComplete(
  queries: Pick<WorkflowQueries, 'names'>,
  customerId: string,
  { version, graph }: WholeVersionRow,
): Promise<void> {
  const names = await queries.names(customerId, usedBy(graph));
  const errors = graph.steps.flatMap(({ id, task, workflow }, index) => {
    if (names.has((task ?? workflow) as string)) return [];
    return task === undefined
      ? { field: `steps[${index}].workflow`, message: `the workflow of step "${id}" was deleted` }
      : { field: `steps[${index}].task`, message: `the task of step "${id}" was deleted` };
  });
  if (errors.length === 0) return;
  const which = errors.map(({ message }) => message).join('; ');
  throw new ArgusError(
    'invalid_input',
    `Version ${version} cannot be restored: ${which}. Open it in the editor and choose others, or take these steps out.`,
    errors,
  );
}
