import type { Database } from '../../platform/database.ts';

export type LiveQueries = ReturnType<typeof liveQueries>;

export function liveQueries({ query }: Database) {
  return {
    /** The organizations that these jobs, or runs of workflows, belong to. */
    customersOf: async ({ jobs, runs }: { jobs: readonly string[]; runs: readonly string[] }) => {
      const rows = await query<{ customer_id: string }>(
        'customers_of_changed',
        `select customer_id from jobs where id = any($1::text[])
         union select customer_id from workflow_runs where id = any($2::text[])`,
        [jobs, runs],
      );
      return rows.map(({ customer_id }) => customer_id);
    },
  };
}
