import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@argus/client';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CliError, tokenClient } from '../instance.ts';

interface LogOptions {
  tail?: number;
  follow: boolean;
  stream?: 'stdout' | 'stderr';
  find?: string;
  pattern?: string;
  ignoreCase?: boolean;
}

export function jobCommand(): Command {
  const job = new Command('job').description('follow and cancel jobs, read and search their logs');
  job
    .command('log <job>')
    .description('follow a job’s log to its end; ends with 0 only when the job succeeds')
    .option('--tail <lines>', 'begin with the last lines, so many', countOf)
    .option('--no-follow', 'write what there is now, byte for byte, and end')
    .option('--find <text>', 'write the lines that hold this text, with their numbers; 1 where there is none')
    .option('--pattern <re2>', 'write the lines that this pattern (RE2) matches')
    .option('-i, --ignore-case', 'find capital and small letters alike')
    .addOption(
      new Option('--stream <name>', 'only what went there, with --no-follow, --find or --pattern').choices([
        'stdout',
        'stderr',
      ]),
    )
    .action(async (id: string, options: LogOptions) => {
      const client = await tokenClient();
      if (options.find !== undefined && options.pattern !== undefined)
        throw new CliError('Give --find or --pattern, not both.');
      if (options.find !== undefined || options.pattern !== undefined) await find(client, id, options);
      else if (!options.follow) await copy(client, id, options);
      else if (options.stream !== undefined)
        throw new CliError('--stream goes with --no-follow, --find or --pattern.');
      else await followToEnd(client, id, options.tail);
    });
  job
    .command('cancel <job>')
    .description('stop a job with its whole process tree')
    .action(async (id: string) => {
      const client = await tokenClient();
      await client.cancelJob({ params: { id } });
      const { state, reason } = await client.waitForJob(id);
      process.stdout.write(`${state}: ${reason ?? ''}\n`);
    });
  job
    .command('priority <job> <n>')
    .description('let a job that waits go before or behind others: -100 to 100, higher first')
    .action(async (id: string, n: string) => {
      const client = await tokenClient();
      const priority = Number(n);
      if (!Number.isInteger(priority)) throw new CliError(`"${n}" is no priority: -100 to 100.`);
      await client.updateJob({ params: { id }, body: { priority } });
    });
  return job;
}

/** Copies the log to stdout and stderr as it comes, and the end to stderr; the exit code tells success. */
export async function followToEnd(client: Client, id: string, tail?: number): Promise<void> {
  for await (const event of client.followLog(id, tail === undefined ? {} : { tail })) {
    if (event.type === 'log')
      await write(event.piece.stream === 'stderr' ? process.stderr : process.stdout, event.piece.text);
    if (event.type === 'end') {
      process.stderr.write(`${event.job.state}: ${event.job.reason ?? ''}\n`);
      process.exitCode = event.job.state === 'success' ? 0 : 1;
    }
  }
}

/** The log as it is now. */
async function copy(client: Client, id: string, { tail, stream }: LogOptions): Promise<void> {
  const query = { ...(tail !== undefined && { tail }), ...(stream && { stream }) };
  const { body } = await client.getJobLog({ params: { id }, query });
  if (body) await pipeline(Readable.fromWeb(body), process.stdout, { end: false });
}

/** The lines in which something is found, as grep -n writes them. */
async function find(client: Client, id: string, options: LogOptions): Promise<void> {
  const { find: text = '', pattern, ignoreCase = false, stream } = options;
  const query = {
    q: pattern ?? text,
    regex: pattern !== undefined,
    ignore_case: ignoreCase,
    limit: 1000,
    ...(stream && { stream }),
  };
  let isFound = false;
  for (let from_line: number | null = 0; from_line !== null;) {
    const page: Awaited<ReturnType<Client['searchJobLog']>> = await client.searchJobLog({
      params: { id },
      query: { ...query, from_line },
    });
    for (const match of page.matches) await write(process.stdout, `${match.line + 1}:${match.text}\n`);
    isFound ||= page.matches.length > 0;
    from_line = page.next_line;
  }
  process.exitCode = isFound ? 0 : 1;
}

/** A log comes faster than a terminal or a pipe may take it. */
async function write(to: NodeJS.WriteStream, text: string): Promise<void> {
  if (!to.write(text)) await once(to, 'drain');
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('it is a number from 1 on.');
  return count;
}
