import { ArgusError, dynamicArguments, type JobSummary, type WorkflowRun } from '@argus/contract';
import { hashToken, sameBytes } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { visibleTo } from '../access/index.ts';
import type { Files } from '../files/index.ts';
import {
  idempotencyKey,
  isMaskedAs,
  jobFilesFor,
  onceForKey,
  readRun,
  starterOfCaller,
  type EarlierFiles,
  type Starter,
} from '../jobs/index.ts';
import { openDefinitions, type TaskQueries } from '../tasks/index.ts';
import { loadRun } from './facts.ts';
import { workflowOutlook } from './outlook.ts';
import { usedBy, type WorkflowQueries, type WorkflowRow } from './queries.ts';
import { inheritedBy } from './resume.ts';
import type { RunQueries, RunRow } from './run-queries.ts';
import { runSummary, runView } from './run-view.ts';
import type { RunStarter } from './start.ts';

type RunOperations =
  | 'runWorkflow'
  | 'runWorkflowBySecret'
  | 'getWorkflowOutlook'
  | 'listWorkflowRuns'
  | 'getWorkflowRun'
  | 'listWorkflowRunJobs'
  | 'cancelWorkflowRun'
  | 'resumeWorkflowRun';

const LIST_DEFAULT = 100;

export interface RunRouteServices {
  queries: WorkflowQueries;
  runs: RunQueries;
  tasks: Pick<TaskQueries, 'find'>;
  files: Pick<Files, 'receive'>;
  /** Where the files of earlier jobs and runs are found. */
  earlier: EarlierFiles;
  starter: RunStarter;
  visible(caller: Actor, id: string): Promise<WorkflowRow>;
  /** Jobs by id, as far as a caller may see them. */
  jobsOf(caller: Actor, ids: readonly string[]): Promise<JobSummary[]>;
  /** E-mails of the members that a run is assigned to. */
  assigned(customerId: string, entries: readonly string[]): Promise<string[]>;
  /** A run is to be looked at. */
  kick(): void;
}

type StartCall = Pick<Context, 'request' | 'upload'> & {
  body: unknown;
  query: Record<string, unknown>;
  /** Who may give files of earlier runs; a secret key may not. */
  seer?: Actor;
};

/** Runs of workflows: starting, looking, stopping, going on. */
export function runRoutes(
  platform: Platform,
  { queries, runs, tasks, files, earlier, starter, visible, jobsOf, assigned, kick }: RunRouteServices,
): Pick<Handlers, RunOperations> {
  const { db, box } = platform;

  async function bySecret(
    { id, secret }: { id: string; secret: string },
    { namedCustomer, address }: Pick<Context, 'namedCustomer' | 'address'>,
  ): Promise<WorkflowRow> {
    const known = /^[0-9a-f]{24}$/.test(id) ? await queries.find(id) : undefined;
    if (known === undefined || !sameBytes(hashToken(secret), known.secret_hash)) {
      await platform.throttle.wrongSecret(address);
      throw new ArgusError('wrong_secret');
    }
    if (namedCustomer !== undefined && namedCustomer !== known.customer_name)
      throw new ArgusError('wrong_secret');
    return known;
  }

  /** A run of a workflow, where a caller may know of it. */
  async function seenRun(caller: Actor, id: string, runId: string): Promise<RunRow | undefined> {
    const run = await runs.find(runId);
    return run?.customer_id === caller.customer.id &&
      run.workflow_id === id &&
      visibleTo(caller, { taskId: run.workflow_id, acls: run.acls, userId: run.user_id })
      ? run
      : undefined;
  }

  /** A run of the workflow that the path names, that a caller may know of. */
  async function visibleRun(caller: Actor, { id, run: runId }: { id: string; run: string }): Promise<RunRow> {
    const run = await seenRun(caller, id, runId);
    if (run === undefined) throw new ArgusError('not_found');
    return run;
  }

  const earlierFiles = (caller: Actor, workflow: WorkflowRow) =>
    jobFilesFor(earlier, caller, {
      startedWith: async (id) => (await seenRun(caller, workflow.id, id))?.arguments,
    });

  async function view(run: RunRow): Promise<WorkflowRun> {
    const graph = await runs.graph(run.workflow_id, run.version);
    if (graph === undefined) throw new ArgusError('not_found');
    const [loaded, names] = await Promise.all([
      loadRun(run, graph, { runs, box }),
      queries.names(run.customer_id, usedBy(graph)),
    ]);
    return runView(run, graph, loaded, names);
  }

  async function viewOf(id: string): Promise<WorkflowRun> {
    const run = await runs.find(id);
    if (run === undefined) throw new ArgusError('not_found');
    return view(run);
  }

  /** Files that come with it are stored once it is known who may run what. Where no run came of it they go again. */
  async function start(
    workflow: WorkflowRow,
    { body, upload, ...call }: StartCall,
    by: Starter,
    scope: string,
  ): Promise<WorkflowRun> {
    if (upload === undefined) return startWith(workflow, { body, ...call }, by, scope);
    const received = await files.receive(upload, workflow);
    try {
      return await startWith(workflow, { body: received.body, ...call }, by, scope);
    } catch (error) {
      await received.takeBack();
      throw error;
    }
  }

  async function startWith(
    workflow: WorkflowRow,
    { body, query, request, seer }: Omit<StartCall, 'upload'>,
    by: Starter,
    scope: string,
  ): Promise<WorkflowRun> {
    const count = dynamicArguments(openDefinitions(box, workflow.task_arguments)).length;
    const { given, priority, assignee } = readRun(body, query, count);
    const assignees = await assigned(workflow.customer_id, assignee);
    const make = async (id?: string) =>
      viewOf(
        await starter.byHand(
          workflow,
          {
            given,
            jobFiles: seer && earlierFiles(seer, workflow),
            priority,
            assignees,
            ...(id !== undefined && { id }),
          },
          by,
        ),
      );
    const key = idempotencyKey(request, workflow.customer_id, scope, [
      workflow.id,
      given,
      priority,
      assignees,
    ]);
    if (key === undefined) return make();
    return onceForKey(db, key, make, async (id) => {
      const run = await runs.find(id);
      return run && view(run);
    });
  }

  return {
    async getWorkflowOutlook({ caller, params }) {
      const workflow = await visible(caller, params.id);
      return workflowOutlook({ db, queries, runs, tasks }, caller, workflow);
    },

    async runWorkflow({ caller, params, fromPage, address, ...call }) {
      const workflow = await visible(caller, params.id);
      return start(
        workflow,
        { ...call, seer: caller },
        starterOfCaller(caller, fromPage, address),
        caller.tokenId,
      );
    },

    async runWorkflowBySecret({ params, namedCustomer, address, ...call }) {
      const workflow = await bySecret(params, { namedCustomer, address });
      const by: Starter = { origin: 'secret', userId: null, name: 'secret key', address };
      return start(workflow, call, by, workflow.id);
    },

    async listWorkflowRuns({ caller, params, query, request, reply }) {
      const workflow = await visible(caller, params.id);
      const limit = query.limit ?? LIST_DEFAULT;
      const rows = await runs.list(workflow.id, query.cursor ?? null, limit);
      pageLink(request, reply, rows, limit);
      return rows
        .filter(({ acls, user_id }) => visibleTo(caller, { taskId: workflow.id, acls, userId: user_id }))
        .map(runSummary);
    },

    getWorkflowRun: async ({ caller, params }) => view(await visibleRun(caller, params)),

    async listWorkflowRunJobs({ caller, params }) {
      const run = await visibleRun(caller, params);
      return jobsOf(
        caller,
        run.steps.flatMap(({ kind, id }) => (kind === 'job' ? id : [])),
      );
    },

    async cancelWorkflowRun({ caller, params, note }) {
      const run = await visibleRun(caller, params);
      const isStopped = await runs.stop(run.id, { by: caller.name, why: 'canceled' });
      // asked before, it still goes on: nothing more is to be done, and nothing is wrong
      if (!isStopped && run.finished_at !== null) throw new ArgusError('already_ended');
      note({ target: { type: 'run', id: run.id }, details: { workflow: run.workflow_id, name: run.name } });
      kick();
      return undefined;
    },

    async resumeWorkflowRun({ caller, params, body, fromPage, address, note }) {
      const run = await visibleRun(caller, params);
      const workflow = await visible(caller, params.id);
      if (run.finished_at === null)
        throw new ArgusError('conflict', 'Only a run that is over can be resumed: cancel it first.');
      if (workflow.paused !== null)
        throw new ArgusError('conflict', 'The workflow is paused: resume it first.');
      // where a step asks people for its arguments a run may have none
      if (
        run.arguments.length > 0 &&
        !isMaskedAs(run.arguments, dynamicArguments(openDefinitions(box, workflow.task_arguments)))
      )
        throw new ArgusError(
          'conflict',
          'The arguments of the workflow have changed since: run it with new values.',
        );
      const graph = await runs.graph(run.workflow_id, run.version);
      if (graph === undefined) throw new ArgusError('not_found');
      if (run.state === 'success' && body?.from === undefined)
        throw new ArgusError('conflict', 'Every step ended well: name in `from` the steps to run again.');
      const id = await starter.byHand(
        workflow,
        {
          given: [],
          resumed: {
            from: run.id,
            version: run.version,
            arguments: run.arguments,
            inherited: inheritedBy(graph, run.steps, body?.from),
          },
          assignees: run.assignees,
        },
        starterOfCaller(caller, fromPage, address),
      );
      note({
        target: { type: 'run', id: run.id },
        details: { workflow: run.workflow_id, name: run.name, run: id },
      });
      return viewOf(id);
    },
  };
}
