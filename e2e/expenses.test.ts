import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from '@argus/client';
import type { WorkflowRun } from '@argus/contract';
import { startMailSink, type MailSink } from '@argus/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type Server } from './server.ts';

let mail: MailSink;
let server: Server;
let client: Client;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'argus-expenses-'));
  // scripts have a user of their own
  await chmod(scratch, 0o777);
  mail = await startMailSink();
  server = await startServer({ ARGUS_SMTP_URL: mail.url, ARGUS_MAIL_FROM: 'Argus <argus@example.org>' });
  client = await signIn(server.admin);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await mail?.[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true, force: true });
});

async function signIn({ email, password }: { email: string; password: string }): Promise<Client> {
  const options = { baseUrl: server.url, customer: server.customer };
  const { access_token: token } = await createClient(options).login({ body: { email, password } });
  return createClient({ ...options, token });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 25));

/** Who asks fills in what it is; somebody approves; a script pays and leaves a line; the accounts are told. */
async function expenses(book: string): Promise<string> {
  const [host] = await client.listHosts();
  const argument = (label: string) => ({ type: 'input' as const, label });
  const task = async (body: Parameters<Client['createTask']>[0]['body']) =>
    (await client.createTask({ body })).id;
  const script = await client.createScript({
    body: { filename: 'pay.sh', content: `set -e\necho "$1" >> ${book}\nprintf '["%s"]\\n' "$1"\n` },
  });
  const steps = [
    {
      id: 'ask',
      task: await task({
        name: 'Expense',
        type: 'input',
        task_arguments: [argument('Amount'), argument('For')],
      }),
    },
    {
      id: 'approve',
      task: await task({
        name: 'Approve an expense',
        type: 'approval',
        task_arguments: [argument('Amount'), argument('For')],
        approval: { people: [server.admin.email], message: 'Is this within the budget?' },
      }),
    },
    {
      id: 'pay',
      task: await task({
        name: 'Pay',
        host_id: host?.id ?? null,
        script_id: script.id,
        run_as: 'sh %script%',
        task_arguments: [argument('Amount')],
      }),
    },
    {
      id: 'tell',
      task: await task({
        name: 'Tell the accounts',
        type: 'notification',
        task_arguments: [argument('Amount')],
        notification: { subject: '{Amount} was paid', recipients: ['accounts@example.org'] },
      }),
    },
  ];
  const edges = [
    { from: 'ask', to: 'approve' },
    { from: 'approve', to: 'pay' },
    { from: 'pay', to: 'tell' },
  ];
  return (await client.createWorkflow({ body: { name: 'Expenses', steps, edges } })).id;
}

/** Does what people do until the run is over, or the server is gone. Undefined where it is gone. */
async function drive(workflow: string, key: string): Promise<WorkflowRun | undefined> {
  try {
    const { id } = await client.runWorkflow({
      params: { id: workflow },
      headers: { 'idempotency-key': key },
    });
    for (;;) {
      const run = await client.getWorkflowRun({ params: { id: workflow, run: id } });
      if (run.finished_at !== null) return run;
      for (const { job_id, lifecycle, id: step } of run.steps) {
        if (lifecycle !== 'onhold' || job_id === null) continue;
        const params = { id: job_id };
        if (step === 'ask')
          await client.giveJobInput({ params, body: { task_arguments: [key, 'lunch'] } }).catch(orConflict);
        else await client.approveJob({ params, body: null }).catch(orConflict);
      }
      await pause();
    }
  } catch (error) {
    // what it refuses is a mistake here; that it does not answer is not
    if (error instanceof Error && error.name === 'ArgusApiError') throw error;
    return undefined;
  }
}

/** Done before it died, and the answer was lost. */
function orConflict(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'conflict') throw error;
}

// eight starts, and twice the lease of a supervisor that died
test('an expense is asked for, approved, paid once and told, whichever step the supervisor dies at', async () => {
  const book = join(scratch, 'book');
  const workflow = await expenses(book);
  expect(await drive(workflow, 'undisturbed')).toMatchObject({ state: 'success' });

  const steps = [
    'job.created',
    'run.step-started',
    'pending.decided',
    'events.stored',
    'builtin.claimed',
    'builtin.done',
    'run.finished',
  ];
  // a supervisor that does what one left behind is the next that dies
  const next = join(scratch, 'next');
  const fault = { ARGUS_FAULT_STEP: `@${next}` };
  await server.killAll();
  await server.start(fault);
  for (const step of steps) {
    await writeFile(`${next}.new`, `${step}:1:kill`);
    await rename(`${next}.new`, next);
    expect(await drive(workflow, step), `it dies at ${step}`).toBeUndefined();
    await rm(next);
    await server.start(fault);
    const run = await drive(workflow, step);
    expect(run?.steps.map(({ id, state }) => [id, state])).toEqual([
      ['ask', 'success'],
      ['approve', 'success'],
      ['pay', 'success'],
      ['tell', 'success'],
    ]);
    expect(run).toMatchObject({ state: 'success', reason: 'every step ran' });
  }

  const all = ['undisturbed', ...steps];
  const runs = await client.listWorkflowRuns({ params: { id: workflow } });
  expect(runs).toHaveLength(all.length);
  expect((await readFile(book, 'utf8')).trim().split('\n').sort()).toEqual(all.toSorted());
  const told = mail.mails
    .filter(({ to }) => to.includes('accounts@example.org'))
    .map(({ subject }) => subject);
  expect(new Set(told)).toEqual(new Set(all.map((key) => `${key} was paid`)));
}, 400_000);
