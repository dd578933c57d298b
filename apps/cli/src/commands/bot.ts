import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ResultOf } from '@argus/client';
import { Command } from 'commander';
import { CliError, dataDir, runningServer, tokenClient } from '../instance.ts';
import { runProgram } from '../program.ts';

const LOOK_EVERY_MS = 500;

/**
 * `add` and `list` are asked of the server; everything else is for the bot's own program, whose settings list says what
 * it takes: without another word it runs the bot in the foreground.
 */
export function botCommand(): Command {
  const bot = new Command('bot')
    .description('enrol and list bots; run, drain, install and examine the one of this machine')
    .allowUnknownOption()
    .allowExcessArguments()
    .passThroughOptions()
    .helpOption(false)
    .addHelpCommand(false)
    .argument('[words...]')
    .action(async (words: string[]) => {
      process.exitCode = await runBot(words);
    });
  bot
    .command('add')
    .description('show the line that makes a machine a bot, and wait until it is there')
    .option('--hostname <name>', 'only a bot of this name may use the line')
    .action(async ({ hostname }: { hostname?: string }) => addBot(hostname));
  bot
    .command('list')
    .description('list bots: name, status, running of slots, system, problem')
    .action(async () => {
      for (const host of await (await tokenClient()).listHosts()) {
        const { hostname, status, running, slots, info } = host;
        process.stdout.write(
          `${[hostname, status, `${running}/${slots}`, info ? `${info.os} ${info.arch}` : '', info?.problem ?? ''].join('\t')}\n`,
        );
      }
    });
  return bot;
}

/** What is wrong with the bot of this machine: as `bot doctor`. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at what the bot of this machine needs, and say what to do (--json for programs)')
    .allowUnknownOption()
    .allowExcessArguments()
    .passThroughOptions()
    .argument('[words...]')
    .action(async (words: string[]) => {
      process.exitCode = await runBot(['doctor', ...words]);
    });
}

/** Runs the bot's program in the foreground; its exit code. */
async function runBot(words: readonly string[]): Promise<number> {
  return runProgram('bot/src/main.ts', words, await botMeant(words));
}

/** Examined is the bot that a server here runs, where no other lives in this directory. */
async function botMeant([word, ...rest]: readonly string[]): Promise<NodeJS.ProcessEnv> {
  const isNamed = process.env['ARGUS_BOT_DIR'] || rest.some((one) => /^--data-dir(=|$)/.test(one));
  if (isNamed || word !== 'doctor' || existsSync('bot-data')) return {};
  const directory = join(dataDir(), 'bot');
  return (await runningServer()) && existsSync(directory) ? { ARGUS_BOT_DIR: directory } : {};
}

async function addBot(hostname: string | undefined): Promise<void> {
  const client = await tokenClient();
  const { id, command, note, expires } = await client.createEnrollment({
    body: hostname === undefined ? {} : { hostname },
  });
  process.stdout.write(`${command}\n`);
  process.stderr.write(
    `Run this line on the new machine, in a clone of this repository. It works once, until ${expires}.\n${note === null ? '' : `${note}\n`}Waiting for the bot …\n`,
  );
  for (;;) {
    const { state, host } = await client.getEnrollment({ params: { id } }).catch((error: unknown) => {
      if ((error as { statusCode?: number }).statusCode === 404)
        throw new CliError('The line was not used in time: ask for a new one.');
      throw error;
    });
    if (state === 'connected' && host !== null) {
      process.stderr.write(`${factsOf(host)}\n`);
      return;
    }
    await pause(LOOK_EVERY_MS);
  }
}

function factsOf({ hostname, info }: ResultOf<'getHost'>): string {
  if (info === null) return `${hostname} is there.`;
  const interpreters = Object.entries(info.interpreters).map(([name, version]) => `${name} ${version}`);
  return [
    `${hostname} is there: ${info.os} ${info.release}, ${info.arch}; scripts run as ${info.run_user}`,
    `interpreters: ${interpreters.join(', ') || 'none'}`,
  ].join('\n');
}
