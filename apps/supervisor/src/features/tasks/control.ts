import { ArgusError } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited } from '../access/index.ts';
import { changedAcl, knownEntries, readAclChange, type AclChange } from './acl.ts';
import type { TaskQueries, TaskRow } from './queries.ts';
import { taskView } from './view.ts';

type ControlOperations =
  | 'pauseTask'
  | 'resumeTask'
  | 'changeTaskSecret'
  | 'getTaskCredentials'
  | 'getTaskAcl'
  | 'replaceTaskAcl'
  | 'updateTaskAcl'
  | 'deleteTaskAcl';

export interface ControlServices {
  queries: TaskQueries;
  visible(caller: Actor, id: string): Promise<TaskRow>;
  /** Puts the waiting jobs of a paused task on hold. */
  holdWaiting(taskId: string, reason: string): Promise<unknown>;
  /** Lets the jobs go that a pause held. */
  releaseHeld(task: TaskRow): Promise<unknown>;
  /** The e-mail of a member, by e-mail or id; undefined where there is no such member. */
  memberEmail(customerId: string, emailOrId: string): Promise<string | undefined>;
}

/** What can be done with a task beside editing it: pause, secret key, access list. */
export function taskControlRoutes(
  platform: Platform,
  { queries, visible, holdWaiting, releaseHeld, memberEmail }: ControlServices,
): Pick<Handlers, ControlOperations> {
  async function changeAcl(
    caller: Actor,
    id: string,
    change: AclChange,
    note: (facts: { target: { type: string; id: string }; details: Record<string, unknown> }) => void,
  ) {
    assertUnlimited(caller);
    const task = await visible(caller, id);
    const entries = await knownEntries(change, (entry) => memberEmail(caller.customer.id, entry));
    const acl = changedAcl(task.acls, { ...change, entries });
    await queries.setAcl(task.id, acl);
    note({
      target: { type: 'task', id: task.id },
      details: { name: task.name, changed: { acls: { from: task.acls, to: acl } } },
    });
    return { acl };
  }

  return {
    async pauseTask({ caller, params, body, note }) {
      assertUnlimited(caller);
      const task = await visible(caller, params.id);
      const reason = body?.reason ?? '';
      await queries.setPaused(task.id, { at: new Date().toISOString(), by: caller.name, reason });
      await holdWaiting(task.id, `its task was paused by ${caller.name}${reason && `: ${reason}`}`);
      note({ details: { name: task.name, reason } });
      return taskView(platform, await visible(caller, task.id), caller);
    },

    async resumeTask({ caller, params, note }) {
      assertUnlimited(caller);
      const task = await visible(caller, params.id);
      if (task.paused === null) throw new ArgusError('conflict', 'The task is not paused.');
      await queries.setPaused(task.id, null);
      await releaseHeld(task);
      note({ details: { name: task.name } });
      return taskView(platform, await visible(caller, task.id), caller);
    },

    async changeTaskSecret({ caller, params, note }) {
      assertUnlimited(caller);
      const task = await visible(caller, params.id);
      const secret = newSecretKey();
      await queries.setSecret(task.id, { hash: hashToken(secret), cipher: platform.box.seal(secret) });
      note({ target: { type: 'task', id: task.id }, details: { name: task.name } });
      return { id: task.id, secret };
    },

    async getTaskCredentials({ caller, params, note }) {
      const task = await visible(caller, params.id);
      note({ target: { type: 'task', id: task.id }, details: { name: task.name } });
      return { id: task.id, secret: platform.box.open(task.secret_cipher) };
    },

    async getTaskAcl({ caller, params }) {
      return { acl: (await visible(caller, params.id)).acls };
    },

    async replaceTaskAcl({ caller, params, body, query, note }) {
      return changeAcl(caller, params.id, readAclChange('replace', body, query), note);
    },

    async updateTaskAcl({ caller, params, body, query, note }) {
      return changeAcl(caller, params.id, readAclChange('update', body, query), note);
    },

    async deleteTaskAcl({ caller, params, note }) {
      return changeAcl(caller, params.id, { action: 'set', entries: [] }, note);
    },
  };
}
