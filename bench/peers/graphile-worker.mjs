import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

/** `plain` as its manual begins; `batched` with its local queue, and with ends that are written together. */
export const variants = {
  plain: { concurrentJobs: 24 },
  batched: {
    concurrentJobs: 400,
    localQueue: { size: 500 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  },
};

export async function open({ postgres }, variant) {
  // a line for each job would cost more than the job
  const logger = new Logger(() => () => undefined);
  const utils = await makeWorkerUtils({ connectionString: postgres, logger });
  await utils.migrate();
  const pool = new pg.Pool({ connectionString: postgres, max: 2 });
  return {
    add: () => utils.addJob('noop', {}),
    addMany: (count) =>
      utils.addJobs(Array.from({ length: count }, () => ({ identifier: 'noop', payload: {} }))),
    async work(handle) {
      const runner = await run({
        preset: { worker: { connectionString: postgres, maxPoolSize: 30, ...variants[variant] } },
        logger,
        noHandleSignals: true,
        taskList: { noop: async () => handle() },
      });
      return () => runner.stop();
    },
    async left() {
      const { rows } = await pool.query('select count(*)::integer as left from graphile_worker.jobs');
      return rows[0].left;
    },
    async close() {
      await utils.release();
      await pool.end();
    },
  };
}
