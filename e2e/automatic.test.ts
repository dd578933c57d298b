import { createHash, randomBytes } from 'node:crypto';
import { createClient, type Client } from '@argus/client';
import type { Cause } from '@argus/contract';
import { startHttpSink, until } from '@argus/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type Server } from './server.ts';

let server: Server;
let client: Client;

beforeAll(async () => {
  server = await startServer({ ARGUS_ALLOW_PRIVATE_URLS: '127.0.0.1' });
  client = createClient({ baseUrl: server.url, token: server.token, customer: server.customer });
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function taskOf(name: string, more: object = {}): Promise<string> {
  const [host] = await client.listHosts();
  const script = await client.createScript({ body: { filename: 'out.sh', content: 'echo \'["out"]\'' } });
  const { id } = await client.createTask({
    body: { name, host_id: host?.id ?? null, script_id: script.id, run_as: 'sh %script%', ...more },
  });
  return id;
}

const jobsOf = (task: string) => client.listJobs({ query: { where: { task_id: task }, limit: 1000 } });

const causeOf = ({ cause }: { cause: Cause | null }) =>
  cause?.type === 'trigger' ? (cause.job_id ?? '') : '';

/** What died with who did it is done again when its lease of 30 s is over. */
const AGAIN = { timeoutMs: 120_000 };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Lets the server die at one step after the other while something goes on; then it is started as always. */
async function dieAtEach(
  steps: readonly string[],
  meanwhile: (step: string) => Promise<unknown>,
): Promise<void> {
  await server.killAll();
  for (const step of steps) {
    const isUp = await server.start({ ARGUS_FAULT_STEP: `${step}:1:kill` }).then(
      () => true,
      () => false, // what the last death left to do led it to this step before it was ready
    );
    if (!isUp) continue;
    const pid = server.pid();
    await meanwhile(step).catch((error: unknown) => {
      // its answers may be lost with it; what it refuses is a mistake here
      if (error instanceof Error && ['ArgusApiError', 'AssertionError'].includes(error.name)) throw error;
    });
    await until(() => !isAlive(pid));
  }
  await server.start();
}

test('a bot sends the request of an HTTP task from its own machine', async () => {
  await using sink = await startHttpSink();
  sink.answer = ({ path }) => ({ status: path.startsWith('/fine') ? 200 : 500, body: 'the answer' });
  const [host] = await client.listHosts();
  const { id } = await client.createTask({
    body: {
      name: 'asks',
      type: 'http',
      host_id: host?.id ?? null,
      task_arguments: [
        { type: 'input', label: 'Path' },
        { type: 'fixed', value: 'key-123', masked: true },
      ],
      request: {
        method: 'POST',
        url: `${sink.url}/{Path}?long={Path}`,
        headers: { authorization: 'Bearer {1}' },
        body: `{"path": "{0}", "text": "${'x'.repeat(100_000)}"}`,
        expect_pattern: 'answer',
      },
    },
  });
  const run = async (path: string) => {
    const job = await client.runTask({ params: { id }, body: { task_arguments: [path] } });
    return client.waitForJob(job.id);
  };

  const job = await run('fine "one"');

  expect(job).toMatchObject({ state: 'success', hostname: host?.hostname });
  expect([job.output[0], job.output[2]]).toEqual(['the answer', '200']);
  expect(sink.requests[0]).toMatchObject({
    method: 'POST',
    path: '/fine%20%22one%22?long=fine%20%22one%22',
    headers: { authorization: 'Bearer key-123', 'content-type': 'application/json' },
  });
  expect(JSON.parse(sink.requests[0]?.body ?? '')).toMatchObject({ path: 'fine "one"' });
  const log = await (await client.getJobLog({ params: { id: job.id } })).text();
  expect(log).toContain('status 200');
  expect(log).not.toContain('key-123');
  expect(await run('broken')).toMatchObject({
    state: 'failure',
    output: ['the answer', expect.any(String), '500'],
  });
});

describe('a supervisor that dies', () => {
  test('loses and doubles nothing of what the end of a job starts, whichever step it dies at', async () => {
    const steps = ['events.stored', 'emissions.read', 'emissions.carried-out'];
    const first = await taskOf('first');
    const triggers = [{ task: first, event: 'success' }];
    const next = await taskOf('next', { triggers, task_arguments: [{ type: 'input' }] });
    const waits = await taskOf('waits', { triggers, grace_time: 3600 });
    const keys = (step: string) => ['1', '2', '3'].map((one) => `${step}-${one}`);
    const runAll = (step: string) =>
      Promise.all(
        keys(step).map((key) =>
          client.runTask({ params: { id: first }, headers: { 'idempotency-key': key } }),
        ),
      );

    await dieAtEach(steps, runAll);
    for (const step of steps) await runAll(step);

    const runs = steps.length * 3;
    await until(
      async () => (await jobsOf(next)).filter(({ state }) => state === 'success').length >= runs,
      AGAIN,
    );
    await until(
      async () => (await client.listTaskSchedules({ params: { id: waits } })).length >= runs,
      AGAIN,
    );
    const ended = (await jobsOf(first)).map(({ id }) => id).sort();
    expect(ended).toHaveLength(runs);
    expect((await jobsOf(next)).map(causeOf).sort()).toEqual(ended);
    expect((await client.listTaskSchedules({ params: { id: waits } })).map(causeOf).sort()).toEqual(ended);
  });

  test('gives each step of a run the file that the run was given, whichever step it dies at', async () => {
    const steps = ['job.created', 'run.step-started'];
    const script = await client.createScript({
      body: { filename: 'sum.sh', content: 'printf \'["%s"]\' "$(sha256sum < "$1" | cut -c -64)"' },
    });
    const file = { type: 'file' as const, label: 'Report' };
    const task = await taskOf('sums up', { script_id: script.id, task_arguments: [file] });
    const { id } = await client.createWorkflow({
      body: {
        name: 'sums up twice',
        task_arguments: [file],
        steps: ['one', 'two'].map((step) => ({
          id: step,
          task,
          arguments: { Report: { from: 'input[0]' } },
        })),
        edges: [{ from: 'one', to: 'two' }],
      },
    });
    const contents = new Map(steps.map((step) => [step, randomBytes(300_000)]));
    /** Said again with the same key, it is the same run. */
    const runWith = async (step: string): Promise<string> => {
      const form = new FormData();
      form.append('task_arguments[]', new Blob([contents.get(step) ?? '']), `${step}.bin`);
      const answer = await fetch(`${server.url}/${server.customer}/workflow/${id}/job`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.token}`, 'idempotency-key': `file-${step}` },
        body: form,
      });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { id: string }).id;
    };

    await dieAtEach(steps, runWith);

    for (const step of steps) {
      const run = await runWith(step);
      const runOf = () => client.getWorkflowRun({ params: { id, run } });
      await until(async () => (await runOf()).finished_at !== null, AGAIN);
      const sum = createHash('sha256')
        .update(contents.get(step) ?? '')
        .digest('hex');
      expect((await runOf()).steps).toMatchObject([
        { id: 'one', state: 'success', output: [sum] },
        { id: 'two', state: 'success', output: [sum] },
      ]);
    }
    expect(await jobsOf(task)).toHaveLength(steps.length * 2);
  });

  test('tells of each end under one id, whichever step it dies at', async () => {
    await using sink = await startHttpSink();
    const steps = ['emissions.read', 'emissions.carried-out', 'notifications.claimed', 'notifications.sent'];
    const task = await taskOf('told of');
    const { id } = await client.createChannel({
      body: { name: 'told', type: 'webhook', url: `${sink.url}/hook` },
    });
    await client.createNotificationRule({
      body: { emitter: { type: 'task', id: task }, events: ['success'], channels: [id] },
    });

    await dieAtEach(steps, (step) =>
      client.runTask({ params: { id: task }, headers: { 'idempotency-key': step } }),
    );
    for (const step of steps)
      await client.runTask({ params: { id: task }, headers: { 'idempotency-key': step } });

    const told = () =>
      new Map(
        sink.requests.map(({ headers, body }) => [headers['webhook-id'], JSON.parse(body).data.job_id]),
      );
    await until(() => told().size >= steps.length, AGAIN);
    await until(
      async () => (await client.listNotifications({ query: { state: 'sent' } })).length >= steps.length,
      AGAIN,
    );
    expect(new Set(told().values())).toEqual(new Set((await jobsOf(task)).map(({ id: job }) => job)));
    expect(told().size).toBe(steps.length);
  });

  test('makes one run of a due time, whichever step it dies at', async () => {
    const tasks = new Map<string, string>();
    const steps = ['schedules.carried-out', 'job.created'];
    for (const step of steps) tasks.set(step, await taskOf(`due at ${step}`));
    const idOf = (step: string) => tasks.get(step) ?? '';
    const plan = (step: string) =>
      client.createTaskSchedule({ params: { id: idOf(step) }, body: { runDate: Date.now() + 1000 } });
    const isPlanned = async (step: string) =>
      (await client.listTaskSchedules({ params: { id: idOf(step) } })).length > 0 ||
      (await jobsOf(idOf(step))).length > 0;

    const answered = new Set<string>();
    await dieAtEach(steps, async (step) => {
      await plan(step);
      answered.add(step);
    });
    // what was due at the death before can lead to the next death before this is asked, or answered
    for (const step of steps) if (!answered.has(step) && !(await isPlanned(step))) await plan(step);

    for (const task of tasks.values()) {
      await until(async () => (await client.listTaskSchedules({ params: { id: task } })).length === 0, AGAIN);
      const jobs = await jobsOf(task);
      expect(jobs.map(({ cause }) => cause?.type)).toEqual(['schedule']);
      expect(await client.waitForJob(jobs[0]?.id ?? '')).toMatchObject({ state: 'success' });
    }
  });
});
