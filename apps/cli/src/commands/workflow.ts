import type { Client } from '@argus/client';
import type { WorkflowRunSummary } from '@argus/contract';
import { Command } from 'commander';
import { columns } from '../columns.ts';
import { CliError, tokenClient } from '../instance.ts';
import { readRecipe, tellReport } from '../recipe.ts';

const WAIT = 'wait for the end of the run; ends with 0 only when it succeeds';
const RUNS = '20';

export function workflowCommand(): Command {
  const workflow = new Command('workflow').description('run workflows, see their runs, export and import');
  workflow
    .command('list')
    .description('list workflows: id, name, steps, what keeps them from running')
    .action(async () => {
      const client = await tokenClient();
      const rows: string[][] = [];
      for await (const { id, name, steps, problems } of client.paginate('listWorkflows'))
        rows.push([id, name, `${steps.length}`, problems[0] ?? '']);
      process.stdout.write(columns([['WORKFLOW', 'NAME', 'STEPS', 'PROBLEM'], ...rows]));
    });
  workflow
    .command('run <workflow> [arguments...]')
    .description('run a workflow, by id or name, with these arguments; writes the id of the run')
    .option('--wait', WAIT)
    .action(async (wanted: string, given: string[], { wait = false }: { wait?: boolean }) => {
      const client = await tokenClient();
      const id = await workflowIdOf(client, wanted);
      const run = await client.runWorkflow({ params: { id }, body: { task_arguments: given } });
      process.stdout.write(`${run.id}\n`);
      if (wait) await toEnd(client, { id, run: run.id });
    });
  workflow
    .command('runs <workflow>')
    .description('list the last runs of a workflow, newest first: id, when, state, reason')
    .option('--limit <n>', 'how many', RUNS)
    .action(async (wanted: string, { limit }: { limit: string }) => {
      const client = await tokenClient();
      const id = await workflowIdOf(client, wanted);
      const runs = await client.listWorkflowRuns({ params: { id }, query: { limit: Number(limit) } });
      const rows = runs.map((run) => [run.id, run.creation_date, stateOf(run), run.reason ?? '']);
      process.stdout.write(columns([['RUN', 'CREATED', 'STATE', 'REASON'], ...rows]));
    });
  workflow
    .command('show <workflow> <run>')
    .description('a run with its steps: step, how it stands, its job or run, reason')
    .action(async (wanted: string, run: string) => {
      const client = await tokenClient();
      const id = await workflowIdOf(client, wanted);
      const { steps, ...found } = await client.getWorkflowRun({ params: { id, run } });
      const rows = steps.map((step) => [
        step.id,
        step.status === 'ended' ? (step.state ?? step.status) : step.status,
        step.job_id ?? step.run_id ?? '-',
        step.reason ?? '',
      ]);
      process.stdout.write(`${stateOf(found)}${found.reason ? `: ${found.reason}` : ''}\n`);
      process.stdout.write(columns([['STEP', 'STATE', 'JOB', 'REASON'], ...rows]));
    });
  workflow
    .command('cancel <workflow> <run>')
    .description('cancel a run with all of its jobs, and wait until they are over')
    .action(async (wanted: string, run: string) => {
      const client = await tokenClient();
      const id = await workflowIdOf(client, wanted);
      await client.cancelWorkflowRun({ params: { id, run } });
      const { state, reason } = await client.waitForRun({ id, run });
      process.stdout.write(`${state}: ${reason ?? ''}\n`);
    });
  workflow
    .command('resume <workflow> <run>')
    .description('go on where a run failed: writes the id of the run that takes over')
    .option(
      '--from <step...>',
      'the steps that run again, with all that follows; those that failed if left out',
    )
    .option('--wait', WAIT)
    .action(
      async (wanted: string, run: string, { from, wait = false }: { from?: string[]; wait?: boolean }) => {
        const client = await tokenClient();
        const id = await workflowIdOf(client, wanted);
        const body = from === undefined ? null : { from };
        const next = await client.resumeWorkflowRun({ params: { id, run }, body });
        process.stdout.write(`${next.id}\n`);
        if (wait) await toEnd(client, { id, run: next.id });
      },
    );
  workflow
    .command('export <workflow>')
    .description('write a workflow with its tasks and scripts to stdout as a recipe')
    .option(
      '--deep',
      'with the values of arguments, environment and headers, the access lists and the bots: keep it private',
    )
    .action(async (wanted: string, { deep }: { deep?: boolean }) => {
      const client = await tokenClient();
      const id = await workflowIdOf(client, wanted);
      const query = { mode: deep ? 'deep' : 'shallow' } as const;
      const recipe = await client.getWorkflowRecipe({ params: { id }, query });
      process.stdout.write(`${JSON.stringify(recipe, null, 2)}\n`);
    });
  workflow
    .command('import <file>')
    .description(
      'make a workflow with its tasks and scripts from a recipe, also of the reference system; - reads stdin',
    )
    .option('--host <name>', 'the bot that runs its scripts')
    .option('--name <name>', 'another name for the workflow')
    .action(async (file: string, { host, name }: { host?: string; name?: string }) => {
      const recipe = await readRecipe(file);
      const client = await tokenClient();
      const { id, report } = await client.importWorkflow({
        body: recipe,
        query: { ...(host !== undefined && { hostname: host }), ...(name !== undefined && { name }) },
      });
      tellReport(report);
      process.stdout.write(`${id}\n`);
    });
  return workflow;
}

function stateOf({
  finished_at,
  lifecycle,
  state,
}: Pick<WorkflowRunSummary, 'finished_at' | 'lifecycle' | 'state'>): string {
  return finished_at === null ? lifecycle : state;
}

/** Waits until the run is over; the exit code tells success. */
async function toEnd(client: Client, run: { id: string; run: string }): Promise<void> {
  const { state, reason } = await client.waitForRun(run);
  process.stderr.write(`${state}: ${reason ?? ''}\n`);
  process.exitCode = state === 'success' ? 0 : 1;
}

/** The id of a workflow that somebody names by its id or its name. */
async function workflowIdOf(client: Client, wanted: string): Promise<string> {
  if (/^[0-9a-f]{24}$/.test(wanted)) return wanted;
  const found: string[] = [];
  for await (const { id, name } of client.paginate('listWorkflows')) if (name === wanted) found.push(id);
  const [only] = found;
  if (only === undefined)
    throw new CliError(`There is no workflow "${wanted}"; \`argus workflow list\` shows them.`);
  if (found.length > 1)
    throw new CliError(
      `${found.length} workflows are called "${wanted}": name one by its id (${found.join(', ')}).`,
    );
  return only;
}
