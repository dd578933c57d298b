import { Command } from 'commander';
import { runProgram } from '../program.ts';

const PROGRAM = 'supervisor/src/backup/main.ts';

export function backupCommand(): Command {
  return new Command('backup')
    .description('write all that the server on this machine keeps into one file, while it runs or not')
    .argument('<file>', 'where to; a directory gets a file with the time in its name; - is stdout')
    .option('--verify', 'read such a file through instead, and say whether it is whole')
    .addHelpText(
      'after',
      [
        '',
        'Of the data directory in ARGUS_DATA_DIR (./data), run as the user that runs the server: the database, the key of its',
        'secrets, the credential of its bot. Not in it: settings in the environment, and where the bot works.',
      ].join('\n'),
    )
    .action(async (file: string, { verify }: { verify?: boolean }) => {
      process.exitCode = await runProgram(PROGRAM, [verify ? 'verify' : 'backup', file]);
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup into a new data directory (ARGUS_DATA_DIR, ./data)')
    .argument('<file>', 'what `argus backup` has written; - is stdin')
    .action(async (file: string) => {
      process.exitCode = await runProgram(PROGRAM, ['restore', file]);
    });
}
