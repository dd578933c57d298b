import type { Job, RunInstruction, WorkflowRun } from '@argus/contract';
import { fakeBot, until, type FakeBot } from '@argus/testing';
import type { TestApp } from './app.ts';
import { addHost } from './objects.ts';

type End = Parameters<FakeBot['finish']>[1];

/** A bot of its own with tasks, and what is asked about them: for tests of what starts by itself. */
export interface Automation extends Disposable {
  bot: FakeBot;
  /** Of the bot. */
  credential: string;
  hostId: string;
  call(method: string, path: string, body?: object, token?: string): ReturnType<TestApp['request']>;
  /** Makes a task on the bot; its name is its own within the test. */
  task(name: string, values?: object): Promise<string>;
  workflow(values: object): Promise<string>;
  run(path: string, body?: object): Promise<{ id: string }>;
  jobsOf(taskId: string): Promise<Job[]>;
  /** The next job that the bot gets ends; answers its instruction. */
  end(end?: End): Promise<RunInstruction>;
  runOf(workflowId: string, runId: string): Promise<WorkflowRun>;
  /** The run once it is over. */
  over(workflowId: string, runId: string): Promise<WorkflowRun>;
}

/** What a script wrote last. */
export const lastLine = (stdout: string): End => ({ result: { file: null, stdout, stderr: null } });

export const inputArgument = (label: string, more: object = {}) => ({ type: 'input', label, ...more });

let made = 0;

export async function automation(app: TestApp): Promise<Automation> {
  const admin = app.demo.people.admin.token;
  const name = `bot-${++made}-${Date.now().toString(36)}`;
  const host = await addHost(app.db, app.demo.id, name);
  app.keepSecret(host.credential);
  const bot = fakeBot({ url: app.url, credential: host.credential });
  const call: Automation['call'] = (method, path, body, token = admin) =>
    app.request(method, path, { token, ...(body && { body }) });
  const created = async (path: string, body: object) => {
    const answer = await call('POST', path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body as { id: string };
  };
  const runOf: Automation['runOf'] = async (workflowId, runId) =>
    (await call('GET', `/workflow/${workflowId}/job/${runId}`)).body as WorkflowRun;
  return {
    bot,
    credential: host.credential,
    hostId: host.id,
    call,
    task: async (label, values = {}) =>
      (
        await created('/task', {
          name: `${label} ${name}`,
          host_id: host.id,
          script_id: app.demo.script.id,
          ...values,
        })
      ).id,
    workflow: async (values) => (await created('/workflow', { name: `workflow ${name}`, ...values })).id,
    run: (path, body = {}) => created(path, body),
    jobsOf: async (id) => (await call('GET', `/job?where[task_id]=${id}`)).body as Job[],
    async end(end = {}) {
      const [taken] = await bot.takeRuns();
      await bot.started(taken as RunInstruction);
      await bot.finish(taken as RunInstruction, end);
      return taken as RunInstruction;
    },
    runOf,
    async over(workflowId, runId) {
      await until(async () => (await runOf(workflowId, runId)).finished_at !== null);
      return runOf(workflowId, runId);
    },
    [Symbol.dispose]: () => bot[Symbol.dispose](),
  };
}
