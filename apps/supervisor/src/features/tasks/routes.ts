import { aclKeys, ArgusError, seesEverything, type Operations } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import { idPage, pageLink } from '../../platform/http/paging.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited, visibleTo } from '../access/index.ts';
import type { TaskQueries, TaskRow } from './queries.ts';
import { remoteOptions } from './remote-options.ts';
import { taskValues } from './save.ts';
import { taskView } from './view.ts';

type TaskOperations =
  | 'listTasks'
  | 'createTask'
  | 'getTask'
  | 'replaceTask'
  | 'updateTask'
  | 'deleteTask'
  | 'getTaskCredentials'
  | 'listArgumentOptions';

/** A task that a caller may know of. Throws `not_found` for anything else. */
export async function visibleTask(queries: TaskQueries, caller: Actor, id: string): Promise<TaskRow> {
  const task = await queries.find(id);
  if (
    task === undefined ||
    task.customer_id !== caller.customer.id ||
    !visibleTo(caller, { taskId: task.id, acls: task.acls })
  )
    throw new ArgusError('not_found');
  return task;
}

export interface TaskRouteServices {
  queries: TaskQueries;
  /** Deletes what a task's jobs leave outside their own rows. */
  deleteLogs(taskId: string): Promise<unknown>;
}

export function taskRoutes(
  platform: Platform,
  { queries, deleteLogs }: TaskRouteServices,
): Pick<Handlers, TaskOperations> {
  async function update({ caller, params, body, note }: Context<Operations['updateTask']>) {
    assertUnlimited(caller);
    const old = await visibleTask(queries, caller, params.id);
    const values = await taskValues(platform, queries, caller.customer.id, body, old);
    await queries.update(old.id, values, caller.name);
    note({ details: { name: values.name, changed: Object.keys(body) } });
    return taskView(platform, await visibleTask(queries, caller, old.id), caller);
  }

  return {
    async listTasks({ caller, query, request, reply }) {
      const { before: after = '' } = idPage(query, 0);
      const keys = seesEverything(caller.role) ? null : aclKeys(caller);
      const rows = await queries.list(caller.customer.id, {
        keys,
        ids: caller.tasks,
        limit: query.limit ?? null,
        after,
      });
      if (query.limit !== undefined) pageLink(request, reply, rows, query.limit);
      return rows.map((row) => taskView(platform, row, caller));
    },

    async createTask({ caller, body, note }) {
      assertUnlimited(caller);
      const values = await taskValues(platform, queries, caller.customer.id, body, undefined);
      const secret = newSecretKey();
      const id = await queries.insert(
        caller.customer.id,
        values,
        { hash: hashToken(secret), cipher: platform.box.seal(secret) },
        caller.name,
      );
      note({ target: { type: 'task', id }, details: { name: values.name } });
      return taskView(platform, await visibleTask(queries, caller, id), caller);
    },

    async getTask({ caller, params }) {
      return taskView(platform, await visibleTask(queries, caller, params.id), caller);
    },

    replaceTask: update,
    updateTask: update,

    async deleteTask({ caller, params, note }) {
      assertUnlimited(caller);
      const task = await visibleTask(queries, caller, params.id);
      if (!(await queries.isIdle(task.id)))
        throw new ArgusError('conflict', 'A bot is running a job of this task: stop the job first.');
      await deleteLogs(task.id);
      if (!(await queries.delete(task.id)))
        throw new ArgusError('conflict', 'A bot is running a job of this task: stop the job first.');
      note({ details: { name: task.name } });
      return {};
    },

    async getTaskCredentials({ caller, params, note }) {
      const task = await visibleTask(queries, caller, params.id);
      note({ target: { type: 'task', id: task.id }, details: { name: task.name } });
      return { id: task.id, secret: platform.box.open(task.secret_cipher) };
    },

    async listArgumentOptions({ caller, params, signal }) {
      const task = await visibleTask(queries, caller, params.id);
      return remoteOptions(platform.outbound, task, Number(params.order), { email: caller.email, signal });
    },
  };
}
