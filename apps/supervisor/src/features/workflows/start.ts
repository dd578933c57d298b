import { ArgusError, CHAIN_MAX, dynamicArguments, inputOfRun, resolveArguments } from '@argus/contract';
import { isStillReferenced, isUniqueViolation } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Files } from '../files/index.ts';
import {
  sealArguments,
  type AutomaticOutcome,
  type AutomaticStart,
  type JobFiles,
  type Starter,
} from '../jobs/index.ts';
import { openDefinitions } from '../tasks/index.ts';
import type { WorkflowQueries, WorkflowRow } from './queries.ts';
import type { NewRun, RunQueries } from './run-queries.ts';

export interface RunOptions {
  /** Values as sent. */
  given: readonly unknown[];
  /** Finds the files of earlier runs among them. Throws `invalid_arguments` where one cannot be had. */
  jobFiles?: JobFiles | undefined;
  priority?: number | undefined;
  id?: string;
  assignees?: readonly string[];
  resumed?: {
    from: string;
    version: number;
    arguments: NewRun['arguments'];
    inherited: Record<string, string>;
  };
}

/** The step of another run that a run is. */
export interface ParentStep {
  run_id: string;
  step_id: string;
  acls: readonly string[];
  priority: number | null;
  assignees: readonly string[];
}

export interface RunStarter {
  /** Makes a run; answers its id. Throws `cannot_run`, or `invalid_arguments` that names each wrong value. */
  byHand(workflow: WorkflowRow, options: RunOptions, starter: Starter): Promise<string>;
  /** Makes a run that no person asked for: where it cannot run, one that has ended says why. */
  automatically(
    workflowId: string,
    start: Omit<AutomaticStart, 'step'> & { parent?: ParentStep },
  ): Promise<AutomaticOutcome>;
}

export function runStarter(
  { box }: Pick<Platform, 'box'>,
  {
    queries,
    runs,
    files,
    made,
  }: {
    queries: WorkflowQueries;
    runs: RunQueries;
    files: Pick<Files, 'settle'>;
    /** A run was made: somebody should look at it. */
    made(): void;
  },
): RunStarter {
  const base = {
    once: null,
    user_id: null,
    address: '',
    priority: null,
    assignees: [],
    cause: null,
    depth: 0,
    schedule_id: null,
    parent_id: null,
    parent_step: null,
    resumed_from: null,
    inherited: {},
    refused: null,
    arguments: [],
  } satisfies Partial<NewRun>;

  async function create(run: NewRun): Promise<boolean> {
    let isMade: boolean;
    try {
      isMade = await runs.create(run, false);
    } catch (error) {
      if (isStillReferenced(error))
        throw new ArgusError('conflict', 'A file of these arguments is gone: send it again.');
      // another run of the workflow began in this moment
      if (!isUniqueViolation(error) || !run.exclusive) throw error;
      isMade = await runs.create(run, true);
    }
    if (isMade) made();
    return isMade;
  }

  async function sealed(
    workflow: WorkflowRow,
    given: readonly unknown[],
    jobFiles?: JobFiles,
  ): Promise<NewRun['arguments']> {
    if (workflow.paused !== null)
      throw new ArgusError('cannot_run', `It was paused by ${workflow.paused.by}: ${workflow.paused.reason}`);
    const definitions = openDefinitions(box, workflow.task_arguments);
    // who is asked for them may give them later
    if (workflow.first_asks && given.length === 0) return [];
    const jobFile = await jobFiles?.(definitions, given);
    const { values, errors } = resolveArguments(definitions, given, { matches, ...(jobFile && { jobFile }) });
    if (errors.length > 0)
      throw new ArgusError(
        'invalid_arguments',
        errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
        errors,
      );
    const kept = await files.settle(workflow.customer_id, values);
    return sealArguments(box, dynamicArguments(definitions), inputOfRun(definitions, kept));
  }

  return {
    async byHand(
      workflow,
      { given, jobFiles, priority, id = newId(), assignees = [], resumed },
      { origin, userId, name, address },
    ) {
      await create({
        ...base,
        id,
        workflow_id: workflow.id,
        version: resumed?.version ?? workflow.version,
        name: workflow.name,
        exclusive: !workflow.multitasking,
        acls: workflow.acls,
        arguments: resumed?.arguments ?? (await sealed(workflow, given, jobFiles)),
        origin,
        user_id: userId,
        started_by: name,
        address,
        priority: priority ?? null,
        assignees: [...assignees],
        ...(resumed && { resumed_from: resumed.from, inherited: resumed.inherited }),
      });
      return id;
    },

    async automatically(workflowId, start) {
      const workflow = await queries.find(workflowId);
      if (workflow === undefined) return { kind: 'gone' };
      const { once, origin, startedBy, cause, depth, scheduleId = null, userId = null, parent } = start;
      const id = newId();
      const run: NewRun = {
        ...base,
        id,
        once,
        workflow_id: workflow.id,
        version: workflow.version,
        name: workflow.name,
        exclusive: !workflow.multitasking,
        acls: [...new Set([...workflow.acls, ...(parent?.acls ?? [])])],
        origin,
        user_id: userId,
        started_by: startedBy,
        cause,
        depth,
        schedule_id: scheduleId,
        parent_id: parent?.run_id ?? null,
        parent_step: parent?.step_id ?? null,
        priority: parent?.priority ?? null,
        assignees: [...(parent?.assignees ?? [])],
      };
      let reason: string | null = null;
      let values: NewRun['arguments'] = [];
      try {
        if (depth > CHAIN_MAX)
          reason = `it would be the ${CHAIN_MAX + 1}st automatic start in a row: that is taken for a loop`;
        else
          values = await sealed(
            workflow,
            workflow.first_asks ? [] : start.values(openDefinitions(box, workflow.task_arguments)),
          );
      } catch (error) {
        if (!(error instanceof ArgusError)) throw error;
        reason = `it could not start: ${error.message}`;
      }
      if (!(await create({ ...run, arguments: values, refused: reason }))) return { kind: 'again' };
      return reason === null ? { kind: 'started', job: id } : { kind: 'refused', job: id, reason };
    },
  };
}
