import { Queue, Worker } from 'bullmq';

const QUEUE = 'noop';

/** Both with 100 jobs at a time. Of `synced`, Redis writes each command to the disk before it answers, as PostgreSQL does. */
export const variants = { plain: {}, synced: {} };

export async function open({ redis, redisSynced }, variant) {
  const connection = { host: '127.0.0.1', port: variant === 'synced' ? redisSynced : redis };
  const queue = new Queue(QUEUE, { connection });
  await queue.waitUntilReady();
  const removeOnComplete = true;
  return {
    add: () => queue.add('noop', {}, { removeOnComplete }),
    addMany: (count) =>
      queue.addBulk(
        Array.from({ length: count }, () => ({ name: 'noop', data: {}, opts: { removeOnComplete } })),
      ),
    async work(handle) {
      const worker = new Worker(QUEUE, async () => handle(), { connection, concurrency: 100 });
      worker.on('error', (error) => console.error(error));
      await worker.waitUntilReady();
      return () => worker.close();
    },
    async left() {
      const { waiting, active, prioritized } = await queue.getJobCounts('waiting', 'active', 'prioritized');
      return waiting + active + prioritized;
    },
    close: () => queue.close(),
  };
}
