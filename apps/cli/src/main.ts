import { Command } from 'commander';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { botCommand, doctorCommand } from './commands/bot.ts';
import { customerCommand } from './commands/customer.ts';
import { hostCommand } from './commands/host.ts';
import { jobCommand } from './commands/job.ts';
import { queueCommand } from './commands/queue.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { scriptCommand } from './commands/script.ts';
import { stopCommand } from './commands/stop.ts';
import { taskCommand } from './commands/task.ts';
import { webhookCommand } from './commands/webhook.ts';
import { workflowCommand } from './commands/workflow.ts';
import { CliError } from './instance.ts';

const program = new Command('argus')
  .enablePositionalOptions()
  .description('Runs tasks and looks after an Argus server, over its API.')
  .addHelpText(
    'after',
    [
      '',
      'Server and token come from ARGUS_URL and ARGUS_TOKEN; without them from the data directory of a server on this',
      'machine (ARGUS_DATA_DIR, ./data).',
    ].join('\n'),
  )
  .addCommand(taskCommand())
  .addCommand(jobCommand())
  .addCommand(queueCommand())
  .addCommand(workflowCommand())
  .addCommand(scheduleCommand())
  .addCommand(scriptCommand())
  .addCommand(webhookCommand())
  .addCommand(hostCommand())
  .addCommand(customerCommand())
  .addCommand(botCommand())
  .addCommand(doctorCommand())
  .addCommand(backupCommand())
  .addCommand(restoreCommand())
  .addCommand(stopCommand());

// whoever reads stops reading, as `head` does: nothing is left to be said
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
});

try {
  await program.parseAsync();
} catch (error) {
  const expected = error instanceof CliError || (error instanceof Error && error.name === 'ArgusApiError');
  process.stderr.write(
    `argus: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exitCode = 1;
}
