import type { Client } from '@argus/client';
import { Command } from 'commander';
import { tokenClient } from '../instance.ts';

export function jobCommand(): Command {
  const job = new Command('job').description('follow and cancel jobs');
  job
    .command('log <job>')
    .description('follow a job’s log to its end; ends with 0 only when the job succeeds')
    .action(async (id: string) => followToEnd(await tokenClient(), id));
  job
    .command('cancel <job>')
    .description('stop a job with its whole process tree')
    .action(async (id: string) => {
      const client = await tokenClient();
      await client.cancelJob({ params: { id } });
      const { state, reason } = await client.waitForJob(id);
      process.stdout.write(`${state}: ${reason ?? ''}\n`);
    });
  return job;
}

/** Copies the log to stdout and stderr as it comes, and the end to stderr; the exit code tells success. */
export async function followToEnd(client: Client, id: string): Promise<void> {
  for await (const event of client.followLog(id)) {
    if (event.type === 'log')
      (event.piece.stream === 'stderr' ? process.stderr : process.stdout).write(event.piece.text);
    if (event.type === 'end') {
      process.stderr.write(`${event.job.state}: ${event.job.reason ?? ''}\n`);
      process.exitCode = event.job.state === 'success' ? 0 : 1;
    }
  }
}
