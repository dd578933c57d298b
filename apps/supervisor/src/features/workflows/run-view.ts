import {
  isFired,
  progressOf,
  type WorkflowGraph,
  type WorkflowRun,
  type WorkflowRunStep,
  type WorkflowRunSummary,
} from '@argus/contract';
import { matches } from '../../platform/pattern.ts';
import { inputFiles, shownArguments, starterOf } from '../jobs/index.ts';
import type { Loaded } from './facts.ts';
import type { RunRow, RunSummaryRow, StepRow } from './run-queries.ts';
import type { Names } from './view.ts';

/** Of an output so much is shown with a run: the job has it whole. */
const SHOWN_BYTES = 8192;
const tools = { matches };

export function runSummary(run: RunSummaryRow): WorkflowRunSummary {
  return {
    id: run.id,
    customer: run.customer_name,
    workflow_id: run.workflow_id,
    workflow: { id: run.workflow_id, name: run.name },
    name: run.name,
    version: run.version,
    lifecycle: run.lifecycle,
    state: run.state,
    reason_code: run.reason_code,
    reason: run.reason,
    origin: run.origin,
    cause: run.cause,
    user: starterOf(run),
    parent:
      run.parent_id === null || run.parent_step === null
        ? null
        : { run_id: run.parent_id, step: run.parent_step },
    resumed_from: run.resumed_from,
    stop_requested: run.stop_requested && {
      at: iso(run.stop_requested.at),
      by: run.stop_requested.by,
      why: run.stop_requested.why,
    },
    creation_date: run.created_at.toISOString(),
    started_at: run.started_at?.toISOString() ?? null,
    finished_at: run.finished_at?.toISOString() ?? null,
  };
}

/** A run with each step: what it is, where it stands, what went in and came out. */
export function runView(run: RunRow, graph: WorkflowGraph, loaded: Loaded, names: Names): WorkflowRun {
  const { facts, rows } = loaded;
  const progress = progressOf(graph, facts, tools);
  const skipped = new Set(progress.skipped);
  const isOver = run.finished_at !== null;
  return {
    ...runSummary(run),
    task_arguments_values: shownArguments(run.arguments),
    files: inputFiles(run.arguments),
    output: run.output,
    steps: graph.steps.map((step): WorkflowRunStep => {
      const row = rows.get(step.id);
      const used = (step.task ?? step.workflow) as string;
      const from = graph.edges.filter((edge) => edge.to === step.id && isFired(edge, facts, tools));
      return {
        id: step.id,
        name: step.name ?? names.get(used)?.name ?? step.id,
        task_id: step.task ?? null,
        workflow_id: step.workflow ?? null,
        // what has not run when its run is over never will
        status:
          row === undefined
            ? skipped.has(step.id) || isOver
              ? 'skipped'
              : 'waiting'
            : row.finished === null
              ? 'running'
              : 'ended',
        inherited: step.id in run.inherited,
        from: [...new Set(from.map((edge) => edge.from))],
        ...ofRow(row),
      };
    }),
    edges: graph.edges.map((edge) => ({
      ...edge,
      taken: facts.ended.has(edge.from)
        ? isFired(edge, facts, tools)
        : skipped.has(edge.from) || isOver
          ? false
          : null,
    })),
    can_resume: isOver && run.state !== 'success',
  };
}

function ofRow(
  row: StepRow | undefined,
): Omit<WorkflowRunStep, 'id' | 'name' | 'task_id' | 'workflow_id' | 'status' | 'inherited' | 'from'> {
  if (row === undefined)
    return {
      job_id: null,
      run_id: null,
      lifecycle: null,
      state: null,
      reason_code: null,
      reason: null,
      event: null,
      attempt: 0,
      input: [],
      output: [],
      output_bytes: 0,
      creation_date: null,
      started_at: null,
      finished_at: null,
    };
  return {
    job_id: row.kind === 'job' ? row.id : null,
    run_id: row.kind === 'run' ? row.id : null,
    lifecycle: row.lifecycle,
    state: row.state,
    reason_code: row.reason_code,
    reason: row.reason,
    event: row.finished === null ? null : row.event,
    attempt: row.attempt,
    input: shownArguments(row.arguments ?? []),
    output: shown(row.output ?? []),
    output_bytes: row.output_bytes,
    creation_date: iso(row.created),
    started_at: row.started === null ? null : iso(row.started),
    finished_at: row.finished === null ? null : iso(row.finished),
  };
}

function shown(output: readonly string[]): string[] {
  let left = SHOWN_BYTES;
  return output.flatMap((text) => {
    if (left <= 0) return [];
    const part = text.slice(0, left);
    left -= text.length;
    return [part];
  });
}

function iso(time: string): string {
  return new Date(time).toISOString();
}
