import { Command } from 'commander';
import { CliError, dataDir, runningServer, tokenClient } from '../instance.ts';

/** A server in good order is gone after 8 s; this waits a little longer. */
const GONE_AFTER_MS = 12_000;
const LOOK_EVERY_MS = 50;

export function stopCommand(): Command {
  return new Command('stop')
    .description('stop the server on this machine; running scripts go on and are picked up at the next start')
    .option('--jobs', 'end the running jobs first')
    .action(async ({ jobs }: { jobs?: boolean }) => {
      const running = await runningServer();
      if (running === undefined) throw new CliError(`No server runs on ${dataDir()}.`);
      if (jobs) await stopJobs();
      process.kill(running.pid, 'SIGTERM');
      await gone();
    });
}

async function stopJobs(): Promise<void> {
  const client = await tokenClient();
  for (const lifecycle of ['ready', 'onhold', 'assigned', 'started'] as const) {
    for await (const { id } of client.paginate('listJobs', { query: { lifecycle } })) {
      // one that ends by itself in between needs no stop
      await client.cancelJob({ params: { id } }).catch(() => undefined);
      await client.waitForJob(id);
    }
  }
}

async function gone(): Promise<void> {
  for (const until = Date.now() + GONE_AFTER_MS; Date.now() < until;) {
    if ((await runningServer()) === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new CliError('The server is still there after 12 s: see its log.');
}
