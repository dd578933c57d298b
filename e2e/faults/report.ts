import { readFile } from 'node:fs/promises';
import type { RoundResult } from './campaign.ts';
import type { JobHistory } from './history.ts';
import { nameOf, processes } from './plan.ts';
import type { Stage } from './stage.ts';

/** One line for a round. */
export function lineOf({ round, damage, jobs, violations, ms }: RoundResult): string {
  const faults = round.faults.map(nameOf).join(', ');
  const verdict = violations.length === 0 ? 'right' : `${violations.length} VIOLATIONS`;
  const skipped = damage.skipped.length > 0 ? ` [${damage.skipped.join('; ')}]` : '';
  return `round ${round.number}: ${jobs.length} jobs, ${faults}: ${verdict}, ${(ms / 1000).toFixed(1)} s${skipped}`;
}

/** What is known of the jobs for which a promise was broken, with what the programs said of them. */
export async function storyOf(stage: Stage, { round, jobs, violations }: RoundResult): Promise<string> {
  const parts = [`faults of round ${round.number}: ${JSON.stringify(round.faults, null, 1)}`];
  for (const [id, broken] of Map.groupBy(violations, ({ job }) => job)) {
    parts.push(`\n=== ${id === '' ? 'the campaign' : `job ${id}`}`);
    for (const { rule, text } of broken) parts.push(`broken: ${rule}: ${text}`);
    const job = jobs.find((one) => one.id === id);
    if (job !== undefined) parts.push(factsOf(job), ...(await saidOf(stage, id)));
  }
  return parts.join('\n');
}

function factsOf({
  task,
  call,
  cancel,
  last,
  firstEnd,
  attempts,
  witness,
  alive,
  followed,
}: JobHistory): string {
  const times = new Map<number, string[]>();
  for (const { what, attempt, time, number } of witness)
    times.set(attempt, [...(times.get(attempt) ?? []), `${what} ${number} ${stamp(time)}`]);
  return [
    `task: ${JSON.stringify(task)}; call ${call}; cancel: ${cancel}`,
    `the API says: ${JSON.stringify(last)}`,
    `first seen ended: ${firstEnd ? `${stamp(firstEnd.at)} ${JSON.stringify(firstEnd.sight)}` : 'never'}`,
    ...attempts.map(
      ({ log, ...rest }) => `attempt: ${JSON.stringify(rest)}, log of ${log.length} characters: ${ends(log)}`,
    ),
    ...[...times].map(([attempt, lines]) => `its script, attempt ${attempt}: ${some(lines).join(', ')}`),
    ...(alive.length > 0 ? [`alive: ${alive.join('; ')}`] : []),
    ...(followed === null ? [] : [`followed: ${followed.length} characters: ${ends(followed)}`]),
  ].join('\n');
}

async function saidOf(stage: Stage, id: string): Promise<string[]> {
  const said: string[] = [];
  for (const who of processes()) {
    const log = await readFile(stage.logOf(who), 'utf8').catch(() => '');
    for (const line of log.split('\n')) if (line.includes(id)) said.push(`${who}: ${line.slice(0, 600)}`);
  }
  return said;
}

/** The sums of all rounds, as lines. */
export function summaryOf(results: readonly RoundResult[]): string {
  const done = new Map<string, number>();
  for (const { damage } of results)
    for (const [name, times] of damage.done) done.set(name, (done.get(name) ?? 0) + times);
  const skipped = results.flatMap(({ damage }) => damage.skipped);
  const jobs = results.flatMap((result) => result.jobs);
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const violations = sum(results.map((result) => result.violations.length));
  const states = Map.groupBy(jobs, ({ last }) => `${last?.state} (${last?.reason_code})`);
  return [
    'faults done:',
    ...[...done].toSorted(byName).map(([name, times]) => `  ${String(times).padStart(4)}  ${name}`),
    ...(skipped.length > 0 ? ['not done:', ...skipped.map((text) => `        ${text}`)] : []),
    'jobs by their end:',
    ...[...states].toSorted(byName).map(([name, group]) => `  ${String(group.length).padStart(4)}  ${name}`),
    `${results.length} rounds, ${sum([...done.values()])} faults, ${jobs.length} jobs checked, ` +
      `${sum(jobs.map(({ attempts }) => attempts.length))} attempts, ` +
      `${sum(jobs.map(({ attempts }) => sum(attempts.map(({ log }) => log.split('\n').length - 1))))} lines of log, ` +
      `${sum(results.map(({ followed }) => followed))} logs followed: ${violations} violations`,
  ].join('\n');
}

function stamp(time: number): string {
  return new Date(time).toISOString().slice(11);
}

function some(lines: readonly string[]): string[] {
  return lines.length <= 12 ? [...lines] : [...lines.slice(0, 6), '…', ...lines.slice(-6)];
}

function ends(text: string): string {
  return JSON.stringify(text.length <= 400 ? text : `${text.slice(0, 200)} … ${text.slice(-200)}`);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a.localeCompare(b);
}
