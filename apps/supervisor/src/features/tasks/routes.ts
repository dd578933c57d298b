import { ArgusError, type Operations, type Task } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited, visibleTo } from '../access/index.ts';
import { changes } from '../audit/index.ts';
import type { EventQueries } from '../events/index.ts';
import type { PoolQueries } from '../pools/index.ts';
import { taskControlRoutes, type ControlServices } from './control.ts';
import { listTasks } from './list.ts';
import type { TaskQueries, TaskRow, TaskValues } from './queries.ts';
import { remoteOptions } from './remote-options.ts';
import { taskValues } from './save.ts';
import { taskView } from './view.ts';

type TaskOperations =
  | 'listTasks'
  | 'createTask'
  | 'getTask'
  | 'replaceTask'
  | 'updateTask'
  | 'copyTask'
  | 'deleteTask'
  | 'listArgumentOptions'
  | keyof ReturnType<typeof taskControlRoutes>;

/**
 * A task that a caller may know of, as it is now or, with `recalled`, as it was a moment ago. Throws `not_found` for
 * anything else.
 */
export async function visibleTask(
  queries: TaskQueries,
  caller: Actor,
  id: string,
  { recalled = false } = {},
): Promise<TaskRow> {
  const task = (recalled ? queries.recall(id) : undefined) ?? (await queries.find(id));
  if (
    task === undefined ||
    task.customer_id !== caller.customer.id ||
    task.trial_of !== null ||
    !visibleTo(caller, { taskId: task.id, acls: task.acls })
  )
    throw new ArgusError('not_found');
  return task;
}

export interface TaskRouteServices extends Omit<ControlServices, 'visible'> {
  events: EventQueries;
  pools: PoolQueries;
  /** Deletes what a task's jobs leave outside their own rows. */
  deleteLogs(taskId: string): Promise<unknown>;
}

export function taskRoutes(
  platform: Platform,
  { queries, events, pools, deleteLogs, ...control }: TaskRouteServices & { queries: TaskQueries },
): Pick<Handlers, TaskOperations> {
  const visible = (caller: Actor, id: string) => visibleTask(queries, caller, id);

  async function update({ caller, params, body, note }: Context<Operations['updateTask']>) {
    assertUnlimited(caller);
    const old = await visible(caller, params.id);
    const values = await taskValues(platform, { queries, events, pools }, caller.customer.id, body, old);
    await queries.update(old.id, values, caller.name);
    const updated = await visible(caller, old.id);
    note({
      details: {
        name: values.name,
        changed: changes(
          compared(taskView(platform, old, caller)),
          compared(taskView(platform, updated, caller)),
        ),
      },
    });
    return taskView(platform, updated, caller);
  }

  async function insert(caller: Actor, values: TaskValues): Promise<string> {
    const secret = newSecretKey();
    return queries.insert(
      caller.customer.id,
      values,
      { hash: hashToken(secret), cipher: platform.box.seal(secret) },
      caller.name,
    );
  }

  return {
    ...taskControlRoutes(platform, { ...control, queries, visible }),

    async listTasks({ caller, query, request, reply }) {
      const { rows, views } = await listTasks(platform.db, { caller, query }, (row) =>
        taskView(platform, row, caller),
      );
      if (query.limit !== undefined && query.sort === undefined) pageLink(request, reply, rows, query.limit);
      return views;
    },

    async createTask({ caller, body, note }) {
      assertUnlimited(caller);
      const values = await taskValues(
        platform,
        { queries, events, pools },
        caller.customer.id,
        body,
        undefined,
      );
      const id = await insert(caller, values);
      note({ target: { type: 'task', id }, details: { name: values.name } });
      return taskView(platform, await visible(caller, id), caller);
    },

    async getTask({ caller, params }) {
      return taskView(platform, await visible(caller, params.id), caller);
    },

    replaceTask: update,
    updateTask: update,

    async copyTask({ caller, params, body, note }) {
      assertUnlimited(caller);
      const task = await visible(caller, params.id);
      const name = body?.name ?? `Copy of ${task.name}`.slice(0, 200);
      // no triggers: a copy that starts by itself would run everything twice
      const values = await taskValues(
        platform,
        { queries, events, pools },
        caller.customer.id,
        { name, triggers: [] },
        task,
      );
      const id = await insert(caller, values);
      note({ target: { type: 'task', id }, details: { name, copy_of: task.id } });
      return taskView(platform, await visible(caller, id), caller);
    },

    async deleteTask({ caller, params, query, note }) {
      assertUnlimited(caller);
      const task = await visible(caller, params.id);
      const busy = () =>
        new ArgusError('conflict', 'A bot is running a job of this task: stop the job first.');
      if (!(await queries.isIdle(task.id))) throw busy();
      const users = await events.usedBy(task.id);
      if (users.length > 0 && query.force !== true)
        throw new ArgusError(
          'conflict',
          `It is a step of ${users.map((name) => `"${name}"`).join(', ')}: change those first, or send force=true.`,
        );
      const started = await events.startedBy(task.id);
      if (started.length > 0 && query.force !== true)
        throw new ArgusError(
          'conflict',
          `It triggers ${started.map((name) => `"${name}"`).join(', ')}: change those first, or send force=true.`,
        );
      await deleteLogs(task.id);
      if (!(await queries.delete(task.id))) throw busy();
      await events.deleteOf(task.id);
      note({ details: { name: task.name } });
      return {};
    },

    async listArgumentOptions({ caller, params, signal }) {
      const task = await visible(caller, params.id);
      return remoteOptions(platform.outbound, task, Number(params.order), { email: caller.email, signal });
    },
  };
}

/** A task as the audit compares it: of the environment the names alone, and nothing that each update changes. */
function compared({
  env = {},
  version: _version,
  last_update: _time,
  ...task
}: Task): Record<string, unknown> {
  return { ...task, env: Object.keys(env) };
}
