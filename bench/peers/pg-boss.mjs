import pg from 'pg';
import { PgBoss } from 'pg-boss';

const QUEUE = 'noop';

/** One job at a time in each of 24 workers, or batches as long as there are full ones; both woken by NOTIFY. */
export const variants = {
  plain: { localConcurrency: 24, batchSize: 1 },
  batched: { localConcurrency: 4, batchSize: 100, burstWhenBatchFull: true },
};

export async function open({ postgres }, variant) {
  const boss = new PgBoss({ connectionString: postgres, useListenNotify: true, max: 20 });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(QUEUE, { notify: true });
  const pool = new pg.Pool({ connectionString: postgres, max: 2 });
  return {
    add: () => boss.send(QUEUE, {}),
    addMany: (count) =>
      boss.insert(
        QUEUE,
        Array.from({ length: count }, () => ({ data: {} })),
      ),
    async work(handle) {
      const options = {
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
        ...variants[variant],
      };
      await boss.work(QUEUE, options, async (jobs) => {
        jobs.forEach(() => handle());
      });
      return () => boss.offWork(QUEUE);
    },
    async left() {
      const { rows } = await pool.query(
        `select count(*)::integer as left from pgboss.job where name = $1 and state in ('created', 'retry', 'active')`,
        [QUEUE],
      );
      return rows[0].left;
    },
    async close() {
      await boss.stop({ graceful: false });
      await pool.end();
    },
  };
}
