import type { Queue } from '@argus/contract';
import { Command } from 'commander';
import { tokenClient } from '../instance.ts';
import { columns } from '../columns.ts';

export function queueCommand(): Command {
  return new Command('queue')
    .description('what waits, by queue, why, and how many jobs stand before it')
    .option('--limit <n>', 'jobs at most', '100')
    .action(async ({ limit }: { limit: string }) => {
      const client = await tokenClient();
      const queues = await client.listQueues({ query: { limit: Number(limit) } });
      if (queues.length === 0) process.stdout.write('nothing waits\n');
      for (const queue of queues) process.stdout.write(`${table(queue)}\n`);
    });
}

function table({ hostname, labels, jobs, bots, running, slots }: Queue): string {
  const taken = bots === 0 ? 'no bot takes jobs' : `${running} of ${slots} slots taken`;
  const title = `${hostname ?? `any bot with ${labels.join(' + ')}`}: ${taken}`;
  const rows = jobs.map(({ job, waits_for, reason, jobs_before }) => [
    job.id,
    job.name,
    jobs_before === null ? '-' : String(jobs_before),
    waits_for,
    reason,
  ]);
  return `${title}\n${columns([['JOB', 'TASK', 'BEFORE', 'WAITS FOR', 'REASON'], ...rows])}`;
}
