import type { Schedule } from '@argus/contract';
import { Command } from 'commander';
import { columns } from '../columns.ts';
import { CliError, tokenClient } from '../instance.ts';
import { taskIdOf } from './task.ts';

interface Timing {
  cron?: string;
  every?: string;
  at?: string;
  zone?: string;
}

const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function scheduleCommand(): Command {
  const schedule = new Command('schedule').description('when tasks run by themselves');
  schedule
    .command('list')
    .description(
      'list schedules and triggered runs that wait: id, task, when, next run, how the last one went',
    )
    .action(async () => {
      const client = await tokenClient();
      const rows = (await client.listSchedules()).map((one) => [
        one.id,
        (one.task ?? one.workflow)?.name ?? '',
        whenOf(one),
        one.paused ? 'paused' : (one.nextRunAt ?? '-'),
        one.last === null ? '-' : [one.last.outcome, one.last.reason].filter(Boolean).join(': '),
      ]);
      process.stdout.write(columns([['SCHEDULE', 'TASK', 'WHEN', 'NEXT', 'LAST'], ...rows]));
    });
  withTiming(
    schedule
      .command('add <task> [arguments...]')
      .description('run a task at a date, or again and again, with these arguments')
      .option('--name <name>', 'what to call it'),
  ).action(async (wanted: string, given: string[], { name, ...timing }: Timing & { name?: string }) => {
    const client = await tokenClient();
    const made = await client.createTaskSchedule({
      params: { id: await taskIdOf(client, wanted) },
      body: { ...bodyOf(timing), task_arguments: given, ...(name !== undefined && { name }) },
    });
    process.stdout.write(`${made.id}\n`);
    process.stderr.write(`next run: ${made.nextRunAt}\n`);
  });
  withTiming(
    schedule
      .command('next')
      .description('the next runs that a timing would have, with what changes of clocks do to them')
      .option('--count <n>', 'how many', '10'),
  ).action(async ({ count, ...timing }: Timing & { count: string }) => {
    const client = await tokenClient();
    const { runs, left_out } = await client.previewSchedule({
      body: { ...bodyOf(timing), count: Number(count) },
    });
    process.stdout.write(columns(runs.map(({ local, at, mark }) => [local, at, mark ?? ''])));
    for (const local of left_out) process.stderr.write(`left out: ${local} is not on the clock\n`);
  });
  for (const [verb, call, what] of [
    ['pause', 'pauseSchedule', 'let due times pass without a run'],
    ['resume', 'resumeSchedule', 'go on from the next due time'],
  ] as const)
    schedule
      .command(`${verb} <schedule>`)
      .description(what)
      .action(async (id: string) => {
        const client = await tokenClient();
        const { paused, nextRunAt } =
          call === 'pauseSchedule'
            ? await client.pauseSchedule({ params: { id } })
            : await client.resumeSchedule({ params: { id }, body: null });
        process.stdout.write(paused ? 'paused\n' : `next run: ${nextRunAt}\n`);
      });
  schedule
    .command('rm <schedule>')
    .description('delete a schedule, or cancel a triggered run that waits')
    .action(async (id: string) => {
      const client = await tokenClient();
      await client.deleteSchedule({ params: { id } });
    });
  return schedule;
}

function withTiming(command: Command): Command {
  return command
    .option('--cron <pattern>', 'cron with five fields: "30 2 * * *", or @daily')
    .option('--every <interval>', 'an interval: "15 minutes"')
    .option('--at <time>', 'one date, or the first run of the others: 2026-12-24T18:00')
    .option('--zone <name>', 'time zone: Europe/Berlin; the one of this machine if left out');
}

function bodyOf({ cron, every, at, zone = zoneHere() }: Timing) {
  if (cron !== undefined && every !== undefined) throw new CliError('Give --cron or --every, not both.');
  const repeatEvery = cron ?? every;
  return {
    timezone: zone,
    ...(repeatEvery !== undefined && { repeatEvery }),
    ...(at !== undefined && { runDate: at }),
  };
}

function whenOf({ kind, repeatEvery, timezone, cause }: Schedule): string {
  if (kind === 'grace')
    return cause?.type === 'trigger' ? `after ${cause.emitter_name}: ${cause.event}` : 'once';
  return repeatEvery === null ? 'once' : kind === 'cron' ? `${repeatEvery} (${timezone})` : repeatEvery;
}
