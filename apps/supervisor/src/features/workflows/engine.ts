import {
  argumentsOfStep,
  artifactsFor,
  endOfRun,
  FileValue,
  progressOf,
  takenFrom,
  type Progress,
  type RunPolicy,
  type WorkflowGraph,
  type WorkflowStep,
} from '@argus/contract';
import { isUniqueViolation } from '../../platform/database.ts';
import { createOutbox, type Outbox } from '../../platform/outbox.ts';
import { matches } from '../../platform/pattern.ts';
import type { Platform } from '../../platform/platform.ts';
import { step as mark } from '../../platform/step.ts';
import type { StoredArtifact } from '../files/index.ts';
import type { AutomaticOutcome, AutomaticStart, StartAutomatically } from '../jobs/index.ts';
import { loadRun, type Loaded } from './facts.ts';
import type { RunEnd, RunQueries, RunRow, StepRow, Wake } from './run-queries.ts';
import type { RunStarter } from './start.ts';

const GRAPHS_KEPT = 200;
/** Whoever starts a run like this has been asked for its arguments. */
const BY_HAND: ReadonlySet<string> = new Set(['user', 'api', 'secret']);
const NOT_STARTABLE = 'not_startable';

const tools = { matches };

export interface EngineParts {
  runs: RunQueries;
  starter: Pick<RunStarter, 'automatically'>;
  startTask: StartAutomatically;
  /** Seconds that a started step waits; undefined where there is no such task. */
  graceOf(taskId: string): Promise<number | undefined>;
  /** The whole artifacts of an attempt of a job. */
  artifactsOf(jobId: string, attempt: number): Promise<StoredArtifact[]>;
  stopJob(id: string, by: { by: string; why: string }): Promise<unknown>;
  /** A run ended, and something may listen to it. */
  ended(): void;
}

/**
 * Carries runs on. What comes next depends on nothing but how the steps of a run ended, and each step has a key of its own:
 * whoever looks, however often, starts no step twice, and a supervisor that dies is followed by another.
 */
export function createEngine(
  { log, box, bus }: Pick<Platform, 'log' | 'box' | 'bus'>,
  { runs, starter, startTask, graceOf, artifactsOf, stopJob, ended }: EngineParts,
): Outbox {
  const graphs = new Map<string, WorkflowGraph>();

  /** Versions never change. */
  async function graphOf(workflowId: string, version: number): Promise<WorkflowGraph | undefined> {
    const key = `${workflowId}.${version}`;
    const known = graphs.get(key) ?? (await runs.graph(workflowId, version));
    if (known === undefined) return undefined;
    if (graphs.size >= GRAPHS_KEPT) graphs.clear();
    graphs.set(key, known);
    return known;
  }

  async function look(run: Wake): Promise<void> {
    if (run.id === null || run.finished_at !== null) return;
    const { id } = run;
    if (run.lifecycle === 'ready') {
      // its turn may have come; if not, the end of the run before it says so
      await runs.begin(id).catch((error: unknown) => {
        if (!isUniqueViolation(error)) throw error;
      });
      return;
    }
    const graph = await graphOf(run.workflow_id, run.version);
    if (graph !== undefined) await advance(run, graph);
    bus.publish(`run:${id}`);
  }

  async function advance(run: RunRow, graph: WorkflowGraph): Promise<void> {
    const missing = Object.keys(run.inherited).find((step) => !run.steps.some((row) => row.step === step));
    if (missing !== undefined)
      return finish(run, failure(`step "${missing}" was done by a job that is deleted`, []));
    const loaded = await loadRun(run, graph, { runs, box });
    const running = run.steps.filter(({ finished }) => finished === null);
    if (run.stop_requested !== null) {
      const { by, why } = run.stop_requested;
      await Promise.all(running.map((row) => stop(row, { by, why })));
      if (running.length === 0) await finish(run, stopped(run.stop_requested));
      return;
    }
    const progress = progressOf(graph, loaded.facts, tools);
    const outcomes = await Promise.all(progress.start.map((next) => startStep(run, graph, loaded, next)));
    const gone = progress.start.find((_next, place) => outcomes[place]?.kind === 'gone');
    if (gone !== undefined) {
      // what runs is stopped first: a run that is over has nothing that goes on
      const why = `step "${gone.step}" cannot run: its task or workflow was deleted`;
      await runs.stop(run.id, { by: 'Argus', why, code: NOT_STARTABLE });
      return;
    }
    if (progress.isOver) await finish(run, await endOf(graph, loaded, progress));
  }

  async function startStep(
    run: RunRow,
    graph: WorkflowGraph,
    loaded: Loaded,
    { step: id, from }: Progress['start'][number],
  ): Promise<AutomaticOutcome> {
    const step = graph.steps.find((one) => one.id === id) as WorkflowStep;
    const whole = await withArtifacts(
      await withOutputs(loaded, takenFrom(step, from)),
      new Set(artifactsFor(step, from).map((one) => one.step)),
    );
    const base: Omit<AutomaticStart, 'step' | 'depth'> = {
      once: `r${run.id}:${id}`,
      origin: 'workflow',
      startedBy: run.started_by,
      userId: run.user_id,
      cause: {
        type: 'workflow',
        workflow_id: run.workflow_id,
        workflow_name: run.name,
        run_id: run.id,
        step: id,
      },
      values: argumentsOfStep(step, from, whole.facts, {
        run: { id: run.id, name: run.name },
        idOf: (one) => loaded.rows.get(one)?.id ?? null,
      }),
    };
    const priority = step.priority ?? run.priority;
    const acls = run.acls;
    if (step.workflow !== undefined)
      return starter.automatically(step.workflow, {
        ...base,
        depth: run.depth + 1,
        parent: { run_id: run.id, step_id: id, acls, priority, assignees: run.assignees },
      });
    const taskId = step.task as string;
    const grace = step.grace_time ?? (await graceOf(taskId));
    if (grace === undefined) return { kind: 'gone' };
    const outcome = await startTask(taskId, {
      ...base,
      depth: run.depth,
      step: {
        run_id: run.id,
        step_id: id,
        policy: policyOf(step),
        timeout: step.timeout ?? null,
        priority: priority ?? null,
        delay: grace,
        acls,
        assignees: run.assignees,
        previous: from.flatMap((one) => loaded.rows.get(one)?.id ?? []),
        isGiven: from.length === 0 && BY_HAND.has(run.origin) && run.arguments.length > 0,
      },
    });
    mark('run.step-started');
    return outcome;
  }

  async function withOutputs(loaded: Loaded, needed: ReadonlySet<string>): Promise<Loaded> {
    const large = [...needed].flatMap((step) => {
      const row = loaded.rows.get(step);
      return row !== undefined && row.output === null ? row : [];
    });
    if (large.length === 0) return loaded;
    const outputs = await runs.outputs(large.map(({ id }) => id));
    const ended = new Map(loaded.facts.ended);
    for (const { step, id } of large) {
      const end = ended.get(step);
      if (end !== undefined) ended.set(step, { ...end, output: outputs.get(id) ?? [] });
    }
    return { ...loaded, facts: { ...loaded.facts, ended } };
  }

  /** With the files that jobs left in their last attempt; a run that is a step leaves none itself. */
  async function withArtifacts(loaded: Loaded, needed: ReadonlySet<string>): Promise<Loaded> {
    const ended = new Map(loaded.facts.ended);
    for (const step of needed) {
      const row = loaded.rows.get(step);
      const end = ended.get(step);
      if (end === undefined || row?.kind !== 'job') continue;
      const left = await artifactsOf(row.id, row.attempt);
      ended.set(step, {
        ...end,
        artifacts: Object.fromEntries(left.map((one) => [one.name, new FileValue({ ...one, id: one.file })])),
      });
    }
    return { ...loaded, facts: { ...loaded.facts, ended } };
  }

  function stop({ kind, id }: StepRow, by: { by: string; why: string }): Promise<unknown> {
    return kind === 'job' ? stopJob(id, by) : runs.stop(id, by);
  }

  async function endOf(graph: WorkflowGraph, loaded: Loaded, progress: Progress): Promise<RunEnd> {
    const { facts } = await withOutputs(loaded, new Set(progress.last));
    const end = endOfRun(graph, facts, progress, (step) => loaded.rows.get(step)?.reason ?? null);
    return { lifecycle: 'finished', ...end };
  }

  async function finish(run: RunRow, end: RunEnd): Promise<void> {
    if (!(await runs.finish(run.id, end))) return;
    mark('run.finished');
    bus.publish(`run:${run.id}`);
    ended();
  }

  return createOutbox<Wake>(log, {
    pending: (minAgeS) => runs.pending(minAgeS),
    carryOut: look,
    done: (some) => runs.looked(some.flatMap(({ wakes }) => wakes)),
    putOff: (some) => runs.putOff(some.flatMap(({ wakes }) => wakes)),
    purpose: 'carry on a run of a workflow',
  });
}

function policyOf({ retries }: WorkflowStep): RunPolicy | null {
  if (retries === undefined) return null;
  return { retries: typeof retries === 'number' ? { limit: retries } : retries };
}

function failure(reason: string, output: readonly string[]): RunEnd {
  return { lifecycle: 'finished', state: 'failure', reason_code: 'step_failed', reason, output };
}

function stopped({ by, why, code }: NonNullable<RunRow['stop_requested']>): RunEnd {
  return code === NOT_STARTABLE
    ? { lifecycle: 'terminated', state: 'error', reason_code: 'not_startable', reason: why, output: [] }
    : {
        lifecycle: 'terminated',
        state: 'canceled',
        reason_code: 'canceled',
        reason: `stopped by ${by}`,
        output: [],
      };
}
