import { sql } from 'kysely';
import type { Database } from '../../platform/database.ts';
import { newId } from '../../platform/ids.ts';
import { insertVersion, TASK_ROW, type TaskRow, type TaskValues } from './queries.ts';

/** The tasks that trials of scripts run as: one for each script, in no list, started by nothing. */
export function trialQueries({ kysely }: Database) {
  return {
    /**
     * The task that tries a script, with these values from now on; made where there is none. The row is of the version
     * that this call wrote, whoever else tries the script at the same moment.
     */
    setTrial: (
      customerId: string,
      scriptId: string,
      values: TaskValues,
      secret: { hash: Buffer; cipher: Buffer },
      author: string,
    ): Promise<TaskRow> =>
      kysely.transaction().execute(async (tx) => {
        const { id, version } = await tx
          .insertInto('tasks')
          .values({
            ...values,
            id: newId(),
            customer_id: customerId,
            trial_of: scriptId,
            secret_hash: secret.hash,
            secret_cipher: secret.cipher,
            paused: null,
          })
          .onConflict((on) =>
            on
              .column('trial_of')
              .where('trial_of', 'is not', null)
              .doUpdateSet({ ...values, version: sql`tasks.version + 1`, updated_at: sql`now()` }),
          )
          .returning(['id', 'version'])
          .executeTakeFirstOrThrow();
        await insertVersion(tx, id, version, values, author);
        const { rows } = await sql<TaskRow>`${sql.raw(TASK_ROW)} where t.id = ${id}`.execute(tx);
        return rows[0] as TaskRow;
      }),

    /** The id of the task that tries a script; undefined where it was never tried. */
    trialOf: async (scriptId: string): Promise<string | undefined> =>
      (await kysely.selectFrom('tasks').select('id').where('trial_of', '=', scriptId).executeTakeFirst())?.id,
  };
}

export type TrialQueries = ReturnType<typeof trialQueries>;
