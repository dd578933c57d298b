import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';

/** Runs the bot in the foreground. Its own settings list says what it takes; everything is passed on. */
export function botCommand(): Command {
  return new Command('bot')
    .description(
      'run a bot on this machine (--enroll trades the code in ARGUS_ENROLL_CODE or on stdin for a credential)',
    )
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .action(async (_options: unknown, command: Command) => {
      const main = join(import.meta.dirname, '../../../bot/src/main.ts');
      const bot = spawn(process.execPath, [main, ...command.args], { stdio: 'inherit' });
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => bot.kill(signal));
      process.exitCode = await new Promise<number>((done) => bot.on('exit', (code) => done(code ?? 1)));
    });
}
