import { ArgusError, atLeast, type NamedValue, type Schedule, type ScheduleCreate } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { pageLink } from '../../platform/http/paging.ts';
import { newId } from '../../platform/ids.ts';
import type { Platform } from '../../platform/platform.ts';
import { visibleTo } from '../access/index.ts';
import { changes } from '../audit/index.ts';
import type { AutomaticOutcome, AutomaticStart } from '../jobs/index.ts';
import type { StoredDefinition } from '../tasks/index.ts';
import { occurrencesIn } from './occurrences.ts';
import type { OutcomeQueries } from './outcome-queries.ts';
import type { Scheduled, ScheduleQueries, ScheduleRow } from './queries.ts';
import { previewOf, scheduleValues, timesOf } from './save.ts';
import { nextAfter, parseMoment, parseTimezone } from './times.ts';
import { scheduleView } from './view.ts';

type ScheduleOperations =
  | 'listSchedules'
  | 'listOccurrences'
  | 'restoreSchedule'
  | 'runSchedule'
  | 'getSchedule'
  | 'updateSchedule'
  | 'deleteSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'previewSchedule'
  | 'listTaskSchedules'
  | 'createTaskSchedule'
  | 'listWorkflowSchedules'
  | 'createWorkflowSchedule';

/** A task or a workflow that a caller may know of. Throws `not_found` for anything else. */
export type FindScheduled = (
  caller: Actor,
  of: Scheduled,
) => Promise<{ customer_id: string; task_arguments: readonly StoredDefinition[] }>;

export function scheduleRoutes(
  platform: Pick<Platform, 'box'>,
  {
    queries,
    outcomes,
    find,
    start,
  }: {
    queries: ScheduleQueries;
    outcomes: OutcomeQueries;
    find: FindScheduled;
    start(of: Scheduled, start: AutomaticStart): Promise<AutomaticOutcome>;
  },
): Pick<Handlers, ScheduleOperations> {
  const isVisible = (
    caller: Actor,
    { task_id, workflow_id, of_acls }: Pick<ScheduleRow, 'task_id' | 'workflow_id' | 'of_acls'>,
  ) => visibleTo(caller, { taskId: task_id ?? (workflow_id as string), acls: of_acls });

  async function visible(caller: Actor, id: string): Promise<ScheduleRow> {
    const row = await queries.find(id);
    if (row === undefined || row.customer_id !== caller.customer.id || !isVisible(caller, row))
      throw new ArgusError('not_found');
    return row;
  }

  const view = async (caller: Actor, id: string) => scheduleView(platform, await visible(caller, id));
  const target = (id: string) => ({ type: 'schedule', id });
  const seal = (given: unknown) => platform.box.seal(JSON.stringify(given));

  /** A triggered run is of its trigger: it can be canceled, and nothing else. */
  async function changeable(caller: Actor, id: string): Promise<ScheduleRow> {
    const row = await visible(caller, id);
    if (row.kind === 'grace')
      throw new ArgusError('conflict', 'This is a triggered run that waits: delete it to cancel it.');
    return row;
  }

  async function listOf(caller: Actor, of: Scheduled): Promise<Schedule[]> {
    await find(caller, of);
    return (await queries.of(of)).map((row) => scheduleView(platform, row));
  }

  async function create(
    caller: Actor,
    of: Scheduled,
    body: ScheduleCreate,
    note: Context['note'],
  ): Promise<Schedule> {
    const { customer_id, task_arguments } = await find(caller, of);
    const values = scheduleValues(platform, body, { old: undefined, definitions: task_arguments });
    const id = newId();
    await queries.insert(values, {
      id,
      customer_id,
      task_id: of.type === 'task' ? of.id : null,
      workflow_id: of.type === 'workflow' ? of.id : null,
      given_cipher: seal(values.given),
      created_by: caller.name,
    });
    note({
      target: target(id),
      details: { [of.type]: of.id, name: values.name, repeatEvery: values.repeat_every },
    });
    return view(caller, id);
  }

  return {
    async listSchedules({ caller, query, request, reply }) {
      const rows = await queries.list(caller.customer.id, query.cursor ?? '', query.limit ?? null);
      if (query.limit !== undefined) pageLink(request, reply, rows, query.limit);
      return rows.filter((row) => isVisible(caller, row)).map((row) => scheduleView(platform, row));
    },

    listOccurrences({ caller, query }) {
      const { from, to, timezone, task, tag, host, schedule, per_day } = query;
      return occurrencesIn(outcomes, {
        from,
        to,
        timezone: parseTimezone(timezone || 'UTC'),
        perDay: per_day,
        filter: {
          customerId: caller.customer.id,
          of: task ?? null,
          tag: tag ?? null,
          host: host ?? null,
          schedule: schedule ?? null,
        },
        isVisible: (row) => isVisible(caller, row),
      });
    },

    getSchedule: ({ caller, params }) => view(caller, params.id),

    listTaskSchedules: ({ caller, params }) => listOf(caller, { type: 'task', id: params.id }),
    createTaskSchedule: ({ caller, params, body, note }) =>
      create(caller, { type: 'task', id: params.id }, body, note),
    listWorkflowSchedules: ({ caller, params }) => listOf(caller, { type: 'workflow', id: params.id }),
    createWorkflowSchedule: ({ caller, params, body, note }) =>
      create(caller, { type: 'workflow', id: params.id }, body, note),

    async updateSchedule({ caller, params, body, note }) {
      const old = await changeable(caller, params.id);
      const values = scheduleValues(platform, body, { old, definitions: old.task_arguments });
      await queries.update(old.id, values, seal(values.given));
      const updated = await view(caller, old.id);
      const { task_arguments: _old, ...before } = scheduleView(platform, old);
      const { task_arguments: _new, ...after } = updated;
      note({ details: { ...ofRow(old), changed: changes(before, after) } });
      return updated;
    },

    async deleteSchedule({ caller, params, note }) {
      const row = await visible(caller, params.id);
      if (row.kind !== 'grace' && !atLeast(caller.role, 'admin')) throw new ArgusError('forbidden');
      const numRemoved = await queries.delete(row.id);
      if (numRemoved === 0) throw new ArgusError('not_found');
      note({ details: { ...ofRow(row), kind: row.kind, name: row.name } });
      return { numRemoved };
    },

    async runSchedule({ caller, params, note }) {
      const row = await changeable(caller, params.id);
      const of: Scheduled =
        row.task_id === null
          ? { type: 'workflow', id: row.workflow_id as string }
          : { type: 'task', id: row.task_id };
      const given = row.given_cipher && (JSON.parse(platform.box.open(row.given_cipher)) as NamedValue[]);
      const outcome = await start(of, {
        once: `n${newId()}`,
        origin: 'schedule',
        startedBy: caller.name,
        ...(caller.userId !== null && { userId: caller.userId }),
        cause: { type: 'schedule', schedule_id: row.id, due: new Date().toISOString() },
        depth: row.depth,
        scheduleId: row.id,
        values: () => given ?? [],
      });
      note({ details: { ...ofRow(row), name: row.name } });
      const id = 'job' in outcome ? outcome.job : null;
      return of.type === 'task' ? { job_id: id, run_id: null } : { job_id: null, run_id: id };
    },

    async restoreSchedule({ caller, params, note }) {
      if (!(await queries.restore(caller.customer.id, params.id))) throw new ArgusError('not_found');
      const row = await visible(caller, params.id);
      // what was due in the meantime passed without a run
      if (row.paused === null) {
        const next = nextAfter(timesOf(row), Date.now());
        await queries.setNext(row.id, next === undefined ? null : new Date(next.at));
      }
      note({ details: { ...ofRow(row), name: row.name } });
      return view(caller, row.id);
    },

    async pauseSchedule({ caller, params }) {
      const row = await changeable(caller, params.id);
      if (row.paused === null)
        await queries.setPaused(
          row.id,
          { at: new Date().toISOString(), by: caller.name },
          { next_run_at: row.next_run_at },
        );
      return view(caller, row.id);
    },

    async resumeSchedule({ caller, params, body }) {
      const row = await changeable(caller, params.id);
      const date = body?.runDate;
      const runDate =
        date === undefined || date === null
          ? row.run_date
          : new Date(parseMoment(date, row.timezone, 'runDate'));
      const next = nextAfter(timesOf({ ...row, run_date: runDate }), Date.now());
      if (next === undefined)
        throw new ArgusError('conflict', 'Its date has passed: send another one as runDate.');
      await queries.setPaused(row.id, null, {
        next_run_at: new Date(next.at),
        ...(runDate !== null && { run_date: runDate }),
      });
      return view(caller, row.id);
    },

    previewSchedule: async ({ body }) => previewOf(body),
  };
}

function ofRow({ task_id, workflow_id }: ScheduleRow): Record<string, string> {
  return task_id === null ? { workflow: workflow_id as string } : { task: task_id };
}
