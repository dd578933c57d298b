import { aclAdmits, ArgusError, type AclSubject } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';

/** What an access rule looks at, of a task or a job. */
export interface Visibility {
  taskId: string;
  acls: readonly string[];
  /** Who started a job sees it. */
  userId?: string | null;
}

/** Whether an object exists for a caller: lists leave out, and single reads answer 404, what this denies. */
export function visibleTo(actor: Actor, { taskId, acls, userId }: Visibility): boolean {
  if (actor.tasks !== null && !actor.tasks.includes(taskId)) return false;
  if (userId != null && userId === actor.userId) return true;
  return aclAdmits(acls, actor satisfies AclSubject);
}

/** A token limited to some tasks reaches nothing but tasks, their jobs and logs. */
export function assertUnlimited(actor: Actor): void {
  if (actor.tasks !== null) throw new ArgusError('forbidden', 'This token is limited to some tasks.');
}
