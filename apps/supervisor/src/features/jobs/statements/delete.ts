import type { Database } from '../../../platform/database.ts';
import { COUNT_DOOMED } from './count.ts';

/** Jobs deleted by one statement: small enough not to hold up dispatch. */
const BATCH = 500;

/** Of a job: no run that goes on is made of it, which would rest on how it ended. */
export const IS_NOT_NEEDED = `(run_id is null or not exists (select 1 from workflow_runs r where r.id = run_id and r.finished_at is null))`;

const DELETE = `
  with doomed as (
    select id from jobs where customer_id = $1 and finished_at is not null and finished_at < coalesce($4, now())
      and ($2::text[] is null or task_id = any($2)) and ($3::text[] is null or lifecycle = any($3)) and id <> all($5) and ${IS_NOT_NEEDED}
    limit ${BATCH}
  ), logs as (
    delete from log_chunks where job_id = any(array(select id from doomed))
  ), ${COUNT_DOOMED}
  delete from jobs where id = any(array(select id from doomed)) returning id`;

export interface EndedJobs {
  customerId: string;
  /** null: of every task. */
  tasks: readonly string[] | null;
  /** null: whatever ended. */
  lifecycles: readonly string[] | null;
  /** Only what ended before; null: until now. */
  before: Date | null;
  /** Ids that stay all the same. */
  except: readonly string[];
}

/** Deletes ended jobs and their logs, batch by batch. Answers how many. */
export async function deleteEnded(
  db: Database,
  { customerId, tasks, lifecycles, before, except }: EndedJobs,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { length } = await db.query('delete_ended', DELETE, [
      customerId,
      tasks,
      lifecycles,
      before,
      except,
    ]);
    deleted += length;
    if (length < BATCH) return deleted;
  }
}
