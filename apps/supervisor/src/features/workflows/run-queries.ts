import type { Cause, Origin, RunLifecycle, State, WorkflowGraph } from '@argus/contract';
import type { Database } from '../../platform/database.ts';
import { filesIn } from '../files/index.ts';
import { HISTORY, RUNS, type DurationRow, type GivenRow, type StoredArgument } from '../jobs/index.ts';

/** A run without what may be large. */
export interface RunSummaryRow {
  id: string;
  customer_id: string;
  customer_name: string;
  workflow_id: string;
  version: number;
  name: string;
  lifecycle: RunLifecycle;
  state: State;
  reason_code: string | null;
  reason: string | null;
  origin: Origin;
  user_id: string | null;
  started_by: string;
  acls: string[];
  cause: Cause | null;
  parent_id: string | null;
  parent_step: string | null;
  resumed_from: string | null;
  stop_requested: { at: string; by: string; why: string; code: string | null } | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

export interface RunRow extends RunSummaryRow {
  arguments: StoredArgument[];
  output: string[];
  priority: number | null;
  /** Members who act for its starter. */
  assignees: string[];
  depth: number;
  /** Steps that ended in an earlier run, with the job or run that they were. */
  inherited: Record<string, string>;
  steps: StepRow[];
}

/** The job or run that a step of a run is. */
export interface StepRow {
  step: string;
  kind: 'job' | 'run';
  id: string;
  lifecycle: string;
  state: State;
  reason_code: string | null;
  reason: string | null;
  /** The event that it ended with, or would. */
  event: string;
  attempt: number;
  /** null: too large to come along; `outputs` has it. */
  output: string[] | null;
  output_bytes: number;
  arguments: StoredArgument[] | null;
  created: string;
  started: string | null;
  finished: string | null;
}

/** Outputs up to this size come along; the others only where they are needed. */
const INLINE_BYTES = 8192;

const SUMMARY = `r.id, r.customer_id, c.name as customer_name, r.workflow_id, r.version, r.name, r.lifecycle, r.state, r.reason_code, r.reason, r.origin, r.user_id,
    r.started_by, r.acls, r.cause, r.parent_id, r.parent_step, r.resumed_from, r.stop_requested, r.created_at, r.started_at, r.finished_at`;
const FROM = `from workflow_runs r join customers c on c.id = r.customer_id`;

const step = (of: string, kind: StepRow['kind']) => `
        select jsonb_build_object('step', s.step, 'kind', '${kind}', 'id', o.id, 'lifecycle', o.lifecycle, 'state', o.state, 'reason_code', o.reason_code, 'reason', o.reason,
          'event', ${kind === 'job' ? 'coalesce(o.event_name, ' : '('}case o.state when 'error' then 'failure' else o.state end),
          'attempt', ${kind === 'job' ? 'o.attempt' : '1'},
          'output', case when pg_column_size(o.output) <= ${INLINE_BYTES} then o.output end, 'output_bytes', octet_length(o.output::text),
          'arguments', case when pg_column_size(o.arguments) <= ${INLINE_BYTES} then o.arguments end,
          'created', o.created_at, 'started', o.started_at, 'finished', o.finished_at)
        from ${of}`;

/** Own steps, and those that an earlier run did. */
const STEPS = `coalesce((
      select jsonb_agg(found.step) from (
        ${step(`jobs o cross join lateral (select o.step_id as step) s where o.run_id = r.id`, 'job')}
        union all ${step(`workflow_runs o cross join lateral (select o.parent_step as step) s where o.parent_id = r.id`, 'run')}
        union all ${step(`jsonb_each_text(r.inherited) s(step, id) join jobs o on o.id = s.id`, 'job')}
        union all ${step(`jsonb_each_text(r.inherited) s(step, id) join workflow_runs o on o.id = s.id`, 'run')}
      ) found(step)
    ), '[]') as steps`;

const COLUMNS = `${SUMMARY}, r.arguments, r.output, r.priority, r.assignees, r.depth, r.inherited, ${STEPS}`;
const ROW = `select ${COLUMNS} ${FROM}`;

/** A run to be made. */
export interface NewRun {
  id: string;
  /** Used once ever; null: always. */
  once: string | null;
  workflow_id: string;
  version: number;
  name: string;
  exclusive: boolean;
  arguments: StoredArgument[];
  origin: Origin;
  user_id: string | null;
  started_by: string;
  address: string;
  acls: string[];
  priority: number | null;
  assignees: string[];
  cause: Cause | null;
  depth: number;
  schedule_id: string | null;
  parent_id: string | null;
  parent_step: string | null;
  resumed_from: string | null;
  inherited: Record<string, string>;
  /** Why it cannot run: it is made as one that has ended. */
  refused: string | null;
}

// a step of a run that is to stop, or is over, is not made: whoever stops it waits for this statement, or this one for them
const CREATE = `
  with given as (
    select * from jsonb_to_record($1::jsonb) as g(id text, once text, workflow_id text, version integer, name text, exclusive boolean, arguments jsonb, origin text,
      user_id text, started_by text, address text, acls text[], priority smallint, cause jsonb, depth smallint, schedule_id text, parent_id text, parent_step text,
      resumed_from text, inherited jsonb, refused text, waits boolean, assignees text[])
  ), fired as (
    insert into firings (key) select once from given where once is not null on conflict do nothing returning key
  ), parent as (
    select id from workflow_runs where id = (select parent_id from given) and lifecycle = 'started' and stop_requested is null for share
  ), made as (
  insert into workflow_runs (id, customer_id, workflow_id, version, name, exclusive, arguments, origin, user_id, started_by, address, acls, priority, cause, depth,
    schedule_id, parent_id, parent_step, resumed_from, inherited, assignees, lifecycle, state, reason_code, reason, started_at, finished_at)
  select g.id, w.customer_id, w.id, g.version, g.name, g.exclusive, g.arguments, g.origin, g.user_id, g.started_by, g.address, g.acls, g.priority, g.cause, g.depth,
    g.schedule_id, g.parent_id, g.parent_step, g.resumed_from, g.inherited, g.assignees, l.lifecycle, case when g.refused is null then 'in_progress' else 'error' end,
    case when g.refused is not null then 'not_startable' end, g.refused, case when l.lifecycle = 'started' then now() end, case when g.refused is not null then now() end
  from given g join workflows w on w.id = g.workflow_id
  cross join lateral (select case when g.refused is not null then 'terminated'
    when g.waits or g.exclusive and exists (select 1 from workflow_runs o where o.workflow_id = w.id and o.exclusive and o.lifecycle = 'started') then 'ready'
    else 'started' end as lifecycle) l
  where (g.once is null or exists (select 1 from fired)) and (g.parent_id is null or exists (select 1 from parent))
  returning id
  ), tied as (
    insert into run_files (run_id, file_id) select made.id, unnest($2::text[]) from made
  )
  select id from made`;

// wakes of a run that is gone come without it
const PENDING = `
  select w.wakes, ${COLUMNS}
  from (
    select run_id, array_agg(id) as wakes from (
      select id, run_id from run_wakes where created_at <= now() - make_interval(secs => $1) order by id limit 200
    ) due group by run_id
  ) w
  left join workflow_runs r on r.id = w.run_id
  left join customers c on c.id = r.customer_id`;

const BEGIN = `
  update workflow_runs r set lifecycle = 'started', started_at = now()
  where r.id = $1 and r.lifecycle = 'ready'
    and not exists (select 1 from workflow_runs o where o.workflow_id = r.workflow_id and o.exclusive and o.lifecycle = 'started')
    and not exists (select 1 from workflow_runs o where o.workflow_id = r.workflow_id and o.lifecycle = 'ready' and o.id < r.id)
  returning id`;

const CANCEL_WAITING = `
  update workflow_runs set lifecycle = 'canceled', state = 'canceled', reason_code = 'canceled', reason = 'canceled by ' || $2 || ' before it began', finished_at = now()
  where id = $1 and lifecycle = 'ready' returning id`;

const REQUEST_STOP = `
  update workflow_runs set stop_requested = jsonb_build_object('at', to_json(now()), 'by', $2::text, 'why', $3::text, 'code', $4::text)
  where id = $1 and lifecycle = 'started' and stop_requested is null returning id`;

const FINISH = `
  update workflow_runs set lifecycle = $2, state = $3, reason_code = $4, reason = $5, output = $6::jsonb, finished_at = now()
  where id = $1 and lifecycle = 'started' returning id`;

const DURATION = `
  select count(*)::integer as runs,
    percentile_disc(0.5) within group (order by ms) as median_ms, percentile_disc(0.9) within group (order by ms) as p90_ms
  from (
    select least(round(extract(epoch from recent.finished_at - recent.started_at) * 1000), 2147483647)::integer as ms from (
      select r.state, r.resumed_from, r.started_at, r.finished_at from workflow_runs r where r.workflow_id = $1 order by r.id desc limit ${HISTORY}
    ) recent
    where recent.state = 'success' and recent.started_at is not null and recent.resumed_from is null limit ${RUNS}
  ) run`;

const GIVEN = `
  select recent.id, recent.created_at, recent.arguments from (
    select r.id, r.user_id, r.origin, r.created_at, r.arguments, r.resumed_from from workflow_runs r where r.workflow_id = $1 order by r.id desc limit ${HISTORY}
  ) recent
  where recent.user_id = $2 and recent.origin in ('user', 'api') and recent.resumed_from is null limit 50`;

/** How a run ends. */
export interface RunEnd {
  lifecycle: 'finished' | 'terminated';
  state: State;
  reason_code: string;
  reason: string;
  output: readonly string[];
}

/** A run that something happened to; `id` is null where it is gone. */
export type Wake = { wakes: number[] } & (RunRow | { [K in keyof RunRow]: null });

export function runQueries(db: Database) {
  return {
    find: async (id: string): Promise<RunRow | undefined> =>
      (await db.hot<RunRow>('find_run', `${ROW} where r.id = $1`, [id]))[0],

    /** The runs of a workflow, newest first. */
    list: (workflowId: string, before: string | null, limit: number) =>
      db.query<RunSummaryRow>(
        'list_runs',
        `select ${SUMMARY} ${FROM} where r.workflow_id = $1 and ($2::text is null or r.id < $2) order by r.id desc limit $3`,
        [workflowId, before, limit],
      ),

    /** How long the last successful runs of a workflow took: those that went all the way. */
    usualDuration: async (workflowId: string): Promise<DurationRow | undefined> =>
      (await db.query<DurationRow>('usual_duration_of_runs', DURATION, [workflowId]))[0],

    /** What somebody gave a workflow, the newest first. */
    givenBy: (workflowId: string, userId: string) =>
      db.query<GivenRow>('given_to_workflow', GIVEN, [workflowId, userId]),

    /** The run that another one would wait for, where one runs at a time: the last that has not ended. */
    lastUnfinished: async (workflowId: string): Promise<string | undefined> =>
      (
        await db.query<{ id: string }>(
          'last_unfinished_run',
          `select id from workflow_runs where workflow_id = $1 and lifecycle in ('ready', 'started') order by id desc limit 1`,
          [workflowId],
        )
      )[0]?.id,

    /** Whole outputs, by job or run. */
    outputs: async (ids: readonly string[]): Promise<Map<string, string[]>> => {
      const rows = await db.query<{ id: string; output: string[] }>(
        'outputs_of_steps',
        `select id, output from jobs where id = any($1) union all select id, output from workflow_runs where id = any($1)`,
        [ids],
      );
      return new Map(rows.map(({ id, output }) => [id, output]));
    },

    /** Its files are its own with the same statement. False where its key was used before, its parent goes on no more, or the workflow is gone. */
    create: async (run: NewRun, waits: boolean): Promise<boolean> =>
      (
        await db.query('create_run', CREATE, [
          JSON.stringify({ ...run, waits }),
          [...new Set(run.arguments.flatMap(filesIn).map(({ file }) => file))],
        ])
      ).length > 0,

    /** Runs to be looked at, each once. */
    pending: (seconds: number) => db.hot<Wake>('pending_runs', PENDING, [seconds]),

    looked: (wakes: readonly number[]) =>
      db.hot('runs_looked_at', 'delete from run_wakes where id = any($1::bigint[])', [wakes]),

    putOff: (wakes: readonly number[]) =>
      db.hot(
        'put_runs_off',
        `update run_wakes set created_at = now() + interval '1 minute' where id = any($1::bigint[])`,
        [wakes],
      ),

    /** Lets a waiting run begin, where it is its turn. Throws a unique violation where another was first. */
    begin: async (id: string): Promise<boolean> => (await db.query('begin_run', BEGIN, [id])).length > 0,

    /** Cancels a run that waits, or asks one that has begun to stop; false where it ended, or was asked before. */
    stop: async (
      id: string,
      { by, why, code = null }: { by: string; why: string; code?: string | null },
    ): Promise<boolean> => {
      const canceled = await db.query('cancel_waiting_run', CANCEL_WAITING, [id, by]);
      if (canceled.length > 0) return true;
      return (await db.query('request_stop_of_run', REQUEST_STOP, [id, by, why, code])).length > 0;
    },

    finish: async (
      id: string,
      { lifecycle, state, reason_code, reason, output }: RunEnd,
    ): Promise<boolean> => {
      const values = [id, lifecycle, state, reason_code, reason, JSON.stringify(output)];
      return (await db.query('finish_run', FINISH, values)).length > 0;
    },

    /** What deliveries of webhooks started, newest first. */
    ofDeliveries: (ids: readonly string[]) =>
      db.query<
        Pick<RunRow, 'id' | 'workflow_id' | 'name' | 'lifecycle' | 'state' | 'acls' | 'user_id'> & {
          delivery_id: string;
        }
      >(
        'runs_of_deliveries',
        `select r.cause ->> 'delivery_id' as delivery_id, r.id, r.workflow_id, w.name, r.lifecycle, r.state, r.acls, r.user_id
         from workflow_runs r join workflows w on w.id = r.workflow_id
         where (r.cause ->> 'delivery_id') = any($1) and r.parent_id is null order by r.id desc limit 1000`,
        [ids],
      ),

    /** Runs of workflows past their keeping. Answers how many. */
    deletePast: async (limit: number): Promise<number> => {
      const rows = await db.query(
        'delete_past_runs',
        `delete from workflow_runs where id = any(array(
           select r.id from workflow_runs r join workflows w on w.id = r.workflow_id join customers c on c.id = w.customer_id
           where r.finished_at < now() - make_interval(days => least(w.retention_days, c.retention_days)) limit $1)) returning id`,
        [limit],
      );
      return rows.length;
    },

    /** Of a run its workflow and the environments of its version. */
    envsOf: async (id: string): Promise<{ workflow_id: string; env_cipher: Buffer | null } | undefined> =>
      (
        await db.hot<{ workflow_id: string; env_cipher: Buffer | null }>(
          'envs_of_run',
          `select r.workflow_id, v.env_cipher from workflow_runs r
           join workflow_versions v on v.workflow_id = r.workflow_id and v.version = r.version where r.id = $1`,
          [id],
        )
      )[0],

    /** The graph of a version. */
    graph: async (workflowId: string, version: number) =>
      (
        await db.query<{ graph: WorkflowGraph }>(
          'graph_of_version',
          'select graph from workflow_versions where workflow_id = $1 and version = $2',
          [workflowId, version],
        )
      )[0]?.graph,
  };
}

export type RunQueries = ReturnType<typeof runQueries>;
